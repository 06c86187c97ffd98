#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <tenet/backend/cuda/device.cuh>
#include <tenet/backend/cuda/launch.cuh>
#include <tenet/backend/cuda/product.cuh>
#include <tenet/backend/cuda/recording.cuh>
#include <tenet/backend/device/scratch.hpp>
#include <tenet/backend/device/sum.hpp>
#include <tenet/core/precision.hpp>

namespace TENET_NAMESPACE::cuda {

namespace detail {

struct StorePart {
    float* partial;

    TENET_HOST_DEVICE void operator()(std::int64_t i, float sum) const { partial[i] = sum; }
};

}  // namespace detail

/// A system of backend/device/ on one GPU: its own kernels on a stream of its own. Errors are std::runtime_error.
template <class Precision_ = BF16>
class System {
  public:
    using Precision = Precision_;
    using Storage = typename Precision::Storage;
    using Recording = cuda::Recording;
    TENET_LOCAL static constexpr bool sequential = false;
    struct Options {
        int device = 0;  // a number below devices().size()
    };

    device::Scratch scratch;
    bool rehearsing = false;  // nothing is launched

    explicit System(const Options& options = {}) : device_(options.device), several_(use_device(device_) > 1) {
        check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "make a stream");
    }
    System(const System&) = delete;
    System& operator=(const System&) = delete;
    ~System() {
        here();
        cudaStreamDestroy(stream_);
    }

    /// Launches go to the stream while its device is that of the thread, as it is where this was called.
    cudaStream_t stream() const {
        here();
        return stream_;
    }
    int device() const { return device_; }

    template <class F>
    void for_each(std::int64_t n, const F& f) {
        if (!rehearsing && n > 0) launch_for_each(n, f, stream());
    }

    template <class Term, class Store>
    void sum(std::int64_t outputs, std::int64_t terms, const Term& term, const Store& store) {
        // A thread for each output has enough to do if there are many; else a block shares out its terms.
        if (outputs >= 16384 || terms < 64)
            return for_each(outputs, device::detail::WholeSum<Term, Store>{terms, 1, term, store});
        const std::int64_t parts = sum_parts(outputs, terms);
        if (parts == 1) {
            if (!rehearsing) launch_sum(outputs, terms, 1, term, store, stream());
            return;
        }
        float* const partial = scratch.take(outputs * parts);
        if (rehearsing) return;
        launch_sum(outputs, terms, parts, term, detail::StorePart{partial}, stream());
        launch_for_each(outputs, device::detail::SumOfParts<Store>{outputs, parts, partial, store}, stream_);
    }

    static constexpr bool has_room_for_a_column(const device::ProductExtents& extents) {
        return cuda::has_room_for_a_column(extents);
    }
    template <class A, class B, class Store>
    void product(const device::ProductExtents& extents, const A& a, const B& b, const Store& store) {
        float* const parts = scratch.take(product_plan(extents).scratch(extents));
        if (rehearsing) return;
        launch_product<Precision>(stream(), extents, a, b, store, parts);
        check(cudaGetLastError(), "launch a product");
    }

    /// What a library of NVIDIA's needs, made when it is first asked for and kept.
    template <class Library>
    Library& library() {
        static constexpr char key = 0;
        for (const auto& [of, kept] : libraries_)
            if (of == &key) return *static_cast<Library*>(kept.get());
        libraries_.emplace_back(&key, std::make_shared<Library>());
        return *static_cast<Library*>(libraries_.back().second.get());
    }

    void* allocate(std::size_t bytes) {
        here();
        void* memory = nullptr;
        check(cudaMalloc(&memory, bytes > 0 ? bytes : 1), "allocate");
        return memory;
    }
    void deallocate(void* memory) { cudaFree(memory); }
    void clear(void* to, std::size_t bytes) {
        if (!rehearsing) check(cudaMemsetAsync(to, 0, bytes, stream()), "clear");
    }
    void to_device(void* to, const void* from, std::size_t bytes) {
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream()), "copy to the device");
    }
    void to_host(void* to, const void* from, std::size_t bytes) {
        check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream()), "copy to the host");
    }
    void wait() { check(cudaStreamSynchronize(stream()), "wait for the device"); }

    template <class Steps>
    void replay(Recording& recording, const Steps& steps, int turns) {
        recording.run(stream(), steps, turns);
    }

  private:
    /// Some thousand blocks, each with a few terms for each thread: a function of the extents alone.
    static constexpr std::int64_t sum_parts(std::int64_t outputs, std::int64_t terms) {
        const std::int64_t wanted = 2048 / outputs, most = terms / 1024;
        const std::int64_t parts = wanted < most ? wanted : most;
        return parts > 1 ? parts : 1;
    }

    void here() const {
        if (several_) cudaSetDevice(device_);
    }

    int device_ = 0;
    bool several_ = false;  // devices in this machine: another may be that of the thread
    cudaStream_t stream_ = nullptr;
    std::vector<std::pair<const char*, std::shared_ptr<void>>> libraries_;
};

}  // namespace tenet::cuda
