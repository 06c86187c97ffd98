#pragma once

#include <vector>

#include <support/networks.hpp>
#include <support/parity.hpp>

#include "program.cuh"

namespace tenet::benchmarks {

inline constexpr std::int64_t thread_memory = 1 << 16;

/// nvcc wants no strings in a kernel's template arguments, so networks that name their layers have no place here.
template <class Net>
__global__ void ask_network(const float* weights, const float* inputs, float* outputs, int samples) {
    constexpr std::int64_t in = Net::input_shape.count(), out = Net::output_shape.count();
    const int s = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (s < samples) forward_in_thread<Net, thread_memory>(weights, inputs + s * in, outputs + s * out);
}

/// Whether a thread of a kernel that asks a network itself gets what the CPU computes.
template <class Net>
void check_in_thread(testing::ParityReport& report, const char* name) {
    constexpr int samples = 300;
    const std::vector<float> inputs = testing::ParitySamples<Net>{samples}.inputs;
    std::vector<float> expected(samples * static_cast<std::size_t>(Net::output_shape.count())), found = expected;
    const Model<Net> on_cpu{Seed{1}};
    Workspace<Net> workspace;
    on_cpu.forward(inputs, expected, workspace);

    Model<Net, CudaWith<FP32>> model{on_cpu};
    auto& system = model.system();
    device::Layout layout;
    const std::size_t from = layout.add<float>(static_cast<std::int64_t>(inputs.size()));
    const std::size_t to = layout.add<float>(static_cast<std::int64_t>(found.size()));
    const device::Memory<cuda::System<FP32>> memory{system, layout.size()};
    float* const outputs = reinterpret_cast<float*>(memory.data() + to);
    system.to_device(memory.data() + from, inputs.data(), inputs.size() * sizeof(float));
    ask_network<Net><<<(samples + 63) / 64, 64, 0, system.stream()>>>(
        model.data(), reinterpret_cast<const float*>(memory.data() + from), outputs, samples);
    cuda::check(cudaGetLastError(), "launch a kernel");
    system.to_host(found.data(), outputs, found.size() * sizeof(float));
    system.wait();
    report.close(name, "outputs, asked by a thread", found, expected, testing::parity_tolerance<FP32>);
}

inline int in_thread() {
    return on_gpu([] {
        testing::ParityReport report{"FP32"};
        const auto check = [&]<class Net>(const char* name) { check_in_thread<Net>(report, name); };
        check.template operator()<testing::FusedMlp>("FusedMlp");
        check.template operator()<testing::UnfusedMlp>("UnfusedMlp");
        check.template operator()<testing::SmallLeNet>("SmallLeNet");
        check.template operator()<testing::ManyConvolutions>("ManyConvolutions");
        return report.failures() == 0 ? 0 : 1;
    });
}

}  // namespace tenet::benchmarks
