/// CUDA's runtime, as far as tenet asks it, on a CPU: a program that nvcc compiled is linked with this instead of
/// libcudart, and with its kernels translated by translate.py.
///
/// What a GPU may do late is done as late as can be: a stream's work when somebody waits for it. Memory comes full of
/// NaN, between pages that cannot be touched. What may not be asked while a stream records is refused.

#include <cuda_runtime.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "block.hpp"

extern "C" char __executable_start, _end;  // of the program, by the linker

namespace emulation {

namespace {

using Work = std::vector<std::function<void()>>;

struct Graph {
    Work work;
};

struct Stream {
    Work waiting;
    Graph* recording = nullptr;
};

/// Bytes of a GPU, which end where a page that cannot be touched begins.
struct Allocation {
    char* begin = nullptr;
    std::size_t bytes = 0;
    void* pages = nullptr;
    std::size_t page_bytes = 0;
};

struct Runtime {
    std::map<std::uint64_t, Allocation> allocations;  // by their ends
    std::unordered_set<Stream*> streams;
    Stream null_stream;
    std::unordered_map<std::uint64_t, std::uint32_t> conditionals;
    std::unordered_map<const void*, std::string> names;  // of kernels, by what the host calls them by
    std::vector<std::unique_ptr<Graph>> graphs;          // to the end: little
    std::vector<std::unique_ptr<cudaGraph_t>> bodies;
    struct Configuration {
        dim3 grid, block;
        std::size_t shared;
        cudaStream_t stream;
    };
    std::vector<Configuration> configurations;
    cudaError_t last = cudaSuccess;
    long kernels = 0, turns = 0;

    static Runtime& get() {
        static auto& runtime = *new Runtime;  // used before and after main
        return runtime;
    }

    cudaError_t answer(cudaError_t error) {
        if (error != cudaSuccess) last = error;
        return error;
    }
    bool records() const {
        for (const Stream* stream : streams)
            if (stream->recording) return true;
        return false;
    }
    Stream& of(cudaStream_t stream) { return stream ? *reinterpret_cast<Stream*>(stream) : null_stream; }
    static void finish(Stream& stream) {
        const Work work = std::exchange(stream.waiting, {});
        for (const auto& one : work) one();
    }
    void finish_all() {
        for (Stream* stream : streams) finish(*stream);
        finish(null_stream);
    }
    cudaError_t enqueue(cudaStream_t to, std::function<void()> work) {
        Stream& stream = of(to);
        (stream.recording ? stream.recording->work : stream.waiting).push_back(std::move(work));
        return cudaSuccess;
    }
    Graph* new_graph() {
        graphs.push_back(std::make_unique<Graph>());
        return graphs.back().get();
    }
    bool allocated(std::uint64_t at, std::uint64_t bytes) const {
        const auto found = allocations.upper_bound(at);
        return found != allocations.end() && at >= address(found->second.begin) && at + bytes <= found->first;
    }
    bool may_copy(const void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) const {
        if (bytes == 0) return true;
        const auto fits = [&](const void* memory, bool device) {
            return allocated(address(static_cast<const char*>(memory)), device ? bytes : 1) == device;
        };
        return fits(to, kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice) &&
               fits(from, kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice);
    }
};

Runtime& runtime() {
    return Runtime::get();
}

cudaError_t launch(Kernel& kernel, dim3 grid, dim3 block, void** arguments, std::size_t shared, cudaStream_t stream) {
    const std::uint64_t threads = std::uint64_t{block.x} * block.y * block.z;
    if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535 ||
        threads == 0 || threads > static_cast<std::uint64_t>(kernel.most_threads))
        return cudaErrorInvalidConfiguration;
    if (shared > static_cast<std::size_t>(kernel.most_dynamic_shared)) return cudaErrorInvalidValue;
    std::size_t bytes = 0;
    for (const auto& [offset, size] : kernel.parameters) bytes = static_cast<std::size_t>(offset + size);
    // 16 bytes at a time, as the alignment of a parameter asks.
    struct alignas(16) Sixteen {
        unsigned char bytes[16];
    };
    auto values = std::make_shared<std::vector<Sixteen>>(bytes / 16 + 1);
    for (std::size_t i = 0; i < kernel.parameters.size(); ++i)
        std::memcpy(values->data()->bytes + kernel.parameters[i].first, arguments[i],
                    static_cast<std::size_t>(kernel.parameters[i].second));
    return runtime().enqueue(stream, [=, &kernel] {
        ++runtime().kernels;
        const std::uint64_t blocks = std::uint64_t{grid.x} * grid.y * grid.z;
        for (std::uint64_t i = 0; i < blocks; ++i) {
            const std::uint64_t b = backwards() ? blocks - 1 - i : i;
            run_block(kernel, {grid.x, grid.y, grid.z}, {block.x, block.y, block.z}, static_cast<std::uint32_t>(shared),
                      values->data()->bytes,
                      {static_cast<std::uint32_t>(b % grid.x), static_cast<std::uint32_t>(b / grid.x % grid.y),
                       static_cast<std::uint32_t>(b / grid.x / grid.y)});
        }
    });
}

Kernel* kernel_of(const void* function) {
    const auto name = runtime().names.find(function);
    return name == runtime().names.end() ? nullptr : Kernel::find(name->second);
}

}  // namespace

bool in_device_memory(std::uint64_t at, std::uint64_t bytes) {
    return runtime().allocated(at, bytes) || (at >= address(&__executable_start) && at < address(&_end));
}

void set_conditional(std::uint64_t handle, std::uint32_t value) {
    const auto found = runtime().conditionals.find(handle);
    if (found == runtime().conditionals.end()) std::abort();
    found->second = value;
}

}  // namespace emulation

using emulation::runtime;

// What CUDA declares; the names with underlines are called by the code that nvcc makes of a launch.
extern "C" {

void** __cudaRegisterFatBinary(void*) {
    static void* handle;
    return &handle;
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {
    std::fprintf(stderr, "emulation: %ld kernels, %ld turns of loops\n", runtime().kernels, runtime().turns);
}
void __cudaRegisterFunction(void**, const char* function, char*, const char* name, int, uint3*, uint3*, dim3*, dim3*,
                            int*) {
    runtime().names[function] = name;
}
unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, std::size_t shared, cudaStream_t stream) {
    runtime().configurations.push_back({grid, block, shared, stream});
    return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, std::size_t* shared, void* stream) {
    const auto configuration = runtime().configurations.back();
    runtime().configurations.pop_back();
    *grid = configuration.grid;
    *block = configuration.block;
    *shared = configuration.shared;
    *static_cast<cudaStream_t*>(stream) = configuration.stream;
    return cudaSuccess;
}
cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function) {
    *kernel = reinterpret_cast<cudaKernel_t>(emulation::kernel_of(function));
    return runtime().answer(*kernel ? cudaSuccess : cudaErrorInvalidDeviceFunction);
}
cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3 grid, dim3 block, void** arguments, std::size_t shared,
                               cudaStream_t stream) {
    return runtime().answer(
        emulation::launch(*reinterpret_cast<emulation::Kernel*>(kernel), grid, block, arguments, shared, stream));
}
cudaError_t cudaFuncSetAttribute(const void* function, cudaFuncAttribute attribute, int value) {
    emulation::Kernel* const kernel = emulation::kernel_of(function);
    if (!kernel) return runtime().answer(cudaErrorInvalidDeviceFunction);
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize || value + kernel->shared > 232'448)
        return runtime().answer(cudaErrorInvalidValue);
    kernel->most_dynamic_shared = value;
    return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
    if (runtime().records()) return runtime().answer(cudaErrorStreamCaptureUnsupported);
    constexpr std::size_t page = 4096, alignment = 256;
    const std::size_t room = (bytes + alignment - 1) / alignment * alignment, whole = (room + page - 1) / page * page;
    void* const pages = mmap(nullptr, whole + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return runtime().answer(cudaErrorMemoryAllocation);
    char* const first = static_cast<char*>(pages) + page;
    std::memset(first, 0xff, whole);  // NaN
    mprotect(pages, page, PROT_NONE);
    mprotect(first + whole, page, PROT_NONE);
    char* const begin = first + whole - room;
    runtime().allocations[emulation::address(begin) + bytes] = {begin, bytes, pages, whole + 2 * page};
    *memory = begin;
    return cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
    if (!memory) return cudaSuccess;
    if (runtime().records()) return runtime().answer(cudaErrorStreamCaptureUnsupported);
    runtime().finish_all();
    for (const auto& [end, allocation] : runtime().allocations)
        if (allocation.begin == memory) {
            munmap(allocation.pages, allocation.page_bytes);
            runtime().allocations.erase(end);
            return cudaSuccess;
        }
    return runtime().answer(cudaErrorInvalidValue);
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
    if (!runtime().may_copy(to, from, bytes, kind)) return runtime().answer(cudaErrorInvalidValue);
    if (kind != cudaMemcpyHostToDevice || runtime().of(stream).recording)
        return runtime().enqueue(stream, [=] { std::memcpy(to, from, bytes); });
    // The host's memory is its own again when this returns.
    const auto* const numbers = static_cast<const char*>(from);
    return runtime().enqueue(stream, [to, copy = std::vector<char>(numbers, numbers + bytes)] {
        std::memcpy(to, copy.data(), copy.size());
    });
}
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    if (runtime().records()) return runtime().answer(cudaErrorStreamCaptureUnsupported);
    if (!runtime().may_copy(to, from, bytes, kind)) return runtime().answer(cudaErrorInvalidValue);
    runtime().finish(runtime().null_stream);  // streams that wait for no other are not waited for
    std::memcpy(to, from, bytes);
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
    if (bytes > 0 && !runtime().allocated(emulation::address(static_cast<char*>(to)), bytes))
        return runtime().answer(cudaErrorInvalidValue);
    return runtime().enqueue(stream, [=] { std::memset(to, value, bytes); });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    auto* const made = new emulation::Stream;
    runtime().streams.insert(made);
    *stream = reinterpret_cast<cudaStream_t>(made);
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    emulation::Stream* const old = &runtime().of(stream);
    runtime().finish(*old);
    runtime().streams.erase(old);
    delete old;
    return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    if (runtime().of(stream).recording) return runtime().answer(cudaErrorStreamCaptureUnsupported);
    runtime().finish(runtime().of(stream));
    return cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() {
    if (runtime().records()) return runtime().answer(cudaErrorStreamCaptureUnsupported);
    runtime().finish_all();
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    if (!stream || runtime().of(stream).recording) return runtime().answer(cudaErrorIllegalState);
    runtime().of(stream).recording = runtime().new_graph();
    return cudaSuccess;
}
cudaError_t cudaStreamBeginCaptureToGraph(cudaStream_t stream, cudaGraph_t graph, const cudaGraphNode_t*,
                                          const cudaGraphEdgeData*, std::size_t, cudaStreamCaptureMode) {
    if (!stream || runtime().of(stream).recording) return runtime().answer(cudaErrorIllegalState);
    runtime().of(stream).recording = reinterpret_cast<emulation::Graph*>(graph);
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
    if (!runtime().of(stream).recording) return runtime().answer(cudaErrorIllegalState);
    *graph = reinterpret_cast<cudaGraph_t>(std::exchange(runtime().of(stream).recording, nullptr));
    return cudaSuccess;
}
cudaError_t cudaGraphCreate(cudaGraph_t* graph, unsigned) {
    *graph = reinterpret_cast<cudaGraph_t>(runtime().new_graph());
    return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t) {
    return cudaSuccess;
}
cudaError_t cudaGraphConditionalHandleCreate(cudaGraphConditionalHandle* handle, cudaGraph_t, unsigned value,
                                             unsigned flags) {
    if (flags != cudaGraphCondAssignDefault || value != 1) return runtime().answer(cudaErrorInvalidValue);
    *handle = runtime().conditionals.size() + 1;
    runtime().conditionals[*handle] = value;
    return cudaSuccess;
}
cudaError_t cudaGraphAddNode(cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t*, const cudaGraphEdgeData*,
                             std::size_t, cudaGraphNodeParams* wanted) {
    if (wanted->type != cudaGraphNodeTypeConditional || wanted->conditional.type != cudaGraphCondTypeWhile ||
        wanted->conditional.size != 1)
        return runtime().answer(cudaErrorInvalidValue);
    auto* const body = runtime().new_graph();
    runtime().bodies.push_back(std::make_unique<cudaGraph_t>(reinterpret_cast<cudaGraph_t>(body)));
    wanted->conditional.phGraph_out = runtime().bodies.back().get();
    auto& work = reinterpret_cast<emulation::Graph*>(graph)->work;
    work.push_back([body, handle = wanted->conditional.handle] {
        auto& turn = runtime().conditionals[handle];
        for (turn = 1; turn != 0; ++runtime().turns)
            for (const auto& one : body->work) one();
    });
    *node = reinterpret_cast<cudaGraphNode_t>(&work.back());
    return cudaSuccess;
}
cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t*, std::size_t* count) {
    *count = reinterpret_cast<emulation::Graph*>(graph)->work.size();
    return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
    auto* const copy = runtime().new_graph();
    *copy = *reinterpret_cast<emulation::Graph*>(graph);
    *executable = reinterpret_cast<cudaGraphExec_t>(copy);
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t) {
    return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
    return runtime().enqueue(stream, [executable] {
        for (const auto& one : reinterpret_cast<emulation::Graph*>(executable)->work) one();
    });
}

cudaError_t cudaGetDeviceCount(int* count) {
    *count = 1;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
    return runtime().answer(device == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    *properties = {};
    std::strcpy(properties->name, "emulated");
    properties->major = 9;
    properties->multiProcessorCount = 132;
    properties->totalGlobalMem = std::size_t{1} << 33;
    properties->sharedMemPerBlockOptin = 232'448;
    return cudaSuccess;
}
cudaError_t cudaGetLastError() {
    return std::exchange(runtime().last, cudaSuccess);
}
const char* cudaGetErrorName(cudaError_t) {
    return "of the emulation";
}
const char* cudaGetErrorString(cudaError_t error) {
    static thread_local char text[32];
    std::snprintf(text, sizeof text, "error %d", static_cast<int>(error));
    return text;
}
cudaError_t cudaDriverGetVersion(int* version) {
    *version = CUDART_VERSION;
    return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
    *version = CUDART_VERSION;
    return cudaSuccess;
}
}
