// The CPU's kernels on the layers of known networks, in GFLOP/s and as a fraction of what the core's multiply-add units
// do in a loop of nothing else, measured in the same run. One thread; the instruction set is that of the machine, or
// TENET_ISA's. Rates count the multiplications of direct sums, so that Winograd's convolution can exceed the peak;
// compare it with direct sums in alternation: --benchmark_repetitions=9 --benchmark_enable_random_interleaving=true.
// What the kernels compute is tested in tests/unit/backend.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <tenet/backend/cpu/convolution_data_gradient.hpp>
#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/convolution_single.hpp>
#include <tenet/backend/cpu/convolution_weight_gradient.hpp>
#include <tenet/backend/cpu/depthwise.hpp>
#include <tenet/backend/cpu/depthwise_single.hpp>
#include <tenet/backend/cpu/depthwise_weight_gradient.hpp>
#include <tenet/backend/cpu/linear_data_gradient.hpp>
#include <tenet/backend/cpu/linear_forward.hpp>
#include <tenet/backend/cpu/linear_single.hpp>
#include <tenet/backend/cpu/linear_weight_gradient.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/backend/cpu/winograd.hpp>
#include <tenet/backend/cpu/winograd_single.hpp>
#include <tenet/backend/cpu/winograd_weight_gradient.hpp>

#include "peak.hpp"

namespace {

using namespace tenet;
using namespace tenet::cpu;
using operations::Convolution;

double peak_flops = 0;

// Times `kernel`, which does so many floating-point operations at each call.
template <class Kernel>
void measure(benchmark::State& state, double flops, Kernel kernel) {
    kernel();
    for (auto _ : state) {
        kernel();
        benchmark::ClobberMemory();
    }
    state.counters["FLOP/s"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
    state.counters["of_peak"] = benchmark::Counter(flops / peak_flops, benchmark::Counter::kIsIterationInvariantRate);
}

// 64-byte aligned numbers, small so that no product overflows.
struct Numbers {
    std::vector<float> storage;
    explicit Numbers(std::int64_t count) : storage(static_cast<std::size_t>(count) + 16, 0.001f) {}
    float* data() {
        auto address = reinterpret_cast<std::uintptr_t>(storage.data());
        return reinterpret_cast<float*>((address + 63) / 64 * 64);
    }
    template <class T>
    T* values() {
        return reinterpret_cast<T*>(data());
    }
};

enum class Direction { forward, data_gradient, weight_gradient, single };
constexpr const char* direction_names[]{"forward", "data_gradient", "weight_gradient", "single"};

void linear(benchmark::State& state, Direction direction, int inputs, int outputs, int samples) {
    dispatch([&]<class Isa>() {
        const int groups = (samples + Isa::lanes - 1) / Isa::lanes;
        Numbers x(std::int64_t{groups} * inputs * Isa::lanes), y(std::int64_t{groups} * outputs * Isa::lanes);
        Numbers w(std::int64_t{inputs} * outputs), b(outputs);
        const LinearExtents e{inputs, outputs, groups, inputs, outputs, inputs};
        const LinearGradientExtents g{inputs, outputs, samples, 0, outputs, inputs, inputs};
        const double flops = 2. * inputs * outputs * samples;
        switch (direction) {
            case Direction::forward:
                return measure(state, flops, [&] {
                    linear_forward(linear_forward_blocks<Isa>, e, x.data(), w.data(), b.data(), y.data(), {});
                });
            case Direction::data_gradient:
                return measure(state, flops, [&] {
                    linear_data_gradient(linear_data_gradient_blocks<Isa>, e, y.data(), w.data(), nullptr, x.data(),
                                         false, nullptr);
                });
            case Direction::weight_gradient:
                return measure(state, flops, [&] {
                    linear_weight_gradient(linear_gradient_blocks<Isa>, g, x.data(), y.data(), w.data(), b.data());
                });
            case Direction::single:
                return measure(state, flops, [&] {
                    linear_single(linear_single_blocks<Isa>, inputs, outputs, x.data(), w.data(), b.data(), y.data());
                });
        }
    });
}

void convolution(benchmark::State& state, Direction direction, Convolution op) {
    dispatch([&]<class Isa>() {
        const int lanes = direction == Direction::single ? 1 : Isa::lanes;
        const std::int64_t scratch = std::max({convolution_forward_scratch(op), convolution_data_gradient_scratch(op),
                                               convolution_weight_gradient_scratch(op)});
        Numbers x(std::int64_t{lanes} * op.in_channels * op.in_count()), w(op.weight_count()), b(op.out_channels);
        Numbers y(std::int64_t{lanes} * op.out_channels * op.out_count());
        Numbers s(std::max(scratch * lanes, convolution_single_scratch(op)));
        const double flops = static_cast<double>(op.forward_flops()) * lanes;
        switch (direction) {
            case Direction::forward:
                return measure(state, flops, [&] {
                    convolution_forward(correlation_blocks<Isa>, op, x.data(), w.data(), b.data(), y.data(), s.data(),
                                        {});
                });
            case Direction::data_gradient:
                return measure(state, flops, [&] {
                    convolution_data_gradient(correlation_blocks<Isa>, op, y.data(), w.data(), nullptr, x.data(),
                                              s.data(), {});
                });
            case Direction::weight_gradient:
                return measure(state, flops, [&] {
                    convolution_weight_gradient(convolution_gradient_blocks<Isa>, op, x.data(), y.data(), w.data(),
                                                s.data());
                    convolution_bias_gradient<Isa>(op.out_channels, op.out_count(), y.data(), b.data());
                });
            case Direction::single:
                return measure(state, flops, [&] {
                    convolution_single(convolution_single_blocks<Isa>, op, x.data(), w.data(), b.data(), y.data(),
                                       s.data());
                });
        }
    });
}

void depthwise(benchmark::State& state, Direction direction, Convolution op) {
    dispatch([&]<class Isa>() {
        const int lanes = direction == Direction::single ? 1 : Isa::lanes;
        Numbers x(std::int64_t{lanes} * op.in_channels * op.in_count()), w(op.weight_count()), b(op.out_channels);
        Numbers y(std::int64_t{lanes} * op.out_channels * op.out_count());
        Numbers s(std::max(depthwise_scratch(op) * lanes, depthwise_single_scratch(op)));
        measure(state, static_cast<double>(op.forward_flops()) * lanes, [&] {
            switch (direction) {
                case Direction::forward:
                    return depthwise_forward(depthwise_blocks<Isa>, op, x.data(), w.data(), b.data(), y.data(),
                                             s.data(), {});
                case Direction::data_gradient:
                    return depthwise_data_gradient(depthwise_blocks<Isa>, op, y.data(), w.data(), x.data(), s.data(),
                                                   {});
                case Direction::weight_gradient:
                    depthwise_weight_gradient(depthwise_gradient_blocks<Isa>, op, x.data(), y.data(), w.data());
                    return convolution_bias_gradient<Isa>(op.out_channels, op.out_count(), y.data(), b.data());
                case Direction::single:
                    return depthwise_single(pixel_lane_blocks<Isa>, copy_rows_apart<Isa>, op, x.data(), w.data(),
                                            b.data(), y.data(), s.data());
            }
        });
    });
}

void transpose_samples(benchmark::State& state, int features, bool write) {
    dispatch([&]<class Isa>() {
        using T = Value<Isa>;
        Numbers rows(std::int64_t{features} * Isa::lanes), x(std::int64_t{features} * Isa::lanes);
        for (auto _ : state) {
            if (write)
                call<Isa, WriteSamples>(features, Isa::lanes, static_cast<const T*>(x.values<T>()),
                                        StridedRows<float>{rows.data(), features});
            else
                call<Isa, ReadSamples>(features, Isa::lanes, StridedRows<const float>{rows.data(), features}, 1.f, 0.f,
                                       x.values<T>());
            benchmark::ClobberMemory();
        }
        state.SetBytesProcessed(state.iterations() * 4 * features * Isa::lanes);
    });
}

void winograd(benchmark::State& state, Direction direction, Convolution op) {
    dispatch([&]<class Isa>() {
        const auto forward = WinogradCorrelation::forward(op), back = WinogradCorrelation::data_gradient(op);
        const std::int64_t scratch =
            std::max({forward.scratch(), back.scratch(), WinogradGradientPlan::of(op).scratch()});
        const int lanes = direction == Direction::single ? 1 : Isa::lanes;
        Numbers x(std::int64_t{lanes} * op.in_channels * op.in_count()), w(op.weight_count()), b(op.out_channels);
        Numbers y(std::int64_t{lanes} * op.out_channels * op.out_count());
        Numbers s(std::max(scratch * lanes, winograd_single_scratch(op, Isa::lanes)));
        measure(state, static_cast<double>(op.forward_flops()) * lanes, [&] {
            switch (direction) {
                case Direction::forward:
                    return winograd_correlate(winograd_blocks<Isa>, forward, x.data(), w.data(), b.data(), y.data(),
                                              s.data(), {});
                case Direction::data_gradient:
                    return winograd_correlate(winograd_blocks<Isa>, back, y.data(), w.data(), nullptr, x.data(),
                                              s.data(), {});
                case Direction::weight_gradient:
                    return winograd_weight_gradient(winograd_gradient_blocks<Isa>, op, x.data(), y.data(), w.data(),
                                                    s.data());
                case Direction::single:
                    return winograd_single(winograd_single_blocks<Isa>, op, x.data(), w.data(), b.data(), y.data(),
                                           s.data());
            }
        });
    });
}

Convolution square(int in_channels, int out_channels, int size, int kernel, int padding, int stride = 1,
                   int groups = 1) {
    Convolution op;
    op.in_channels = in_channels;
    op.out_channels = out_channels;
    op.groups = groups;
    for (int axis = 1; axis < 3; ++axis) {
        op.in[axis] = size;
        op.kernel[axis] = kernel;
        op.padding[axis] = padding;
        op.stride[axis] = stride;
        op.out[axis] = op.out_extent(axis);
    }
    return op;
}

void register_all() {
    const Direction all[]{Direction::forward, Direction::data_gradient, Direction::weight_gradient, Direction::single};
    struct Features {
        int inputs, outputs;
    };
    for (const Features f : {Features{784, 256}, {256, 10}, {400, 120}, {120, 84}, {84, 10}, {1024, 1024}})
        for (const Direction direction : all)
            for (const int samples : direction == Direction::single            ? std::vector{1}
                                     : direction == Direction::weight_gradient ? std::vector{32, 256}
                                                                               : std::vector{16, 32}) {
                const std::string name = std::string("linear/") + direction_names[static_cast<int>(direction)] + "/" +
                                         std::to_string(f.inputs) + "->" + std::to_string(f.outputs) +
                                         "/samples:" + std::to_string(samples);
                benchmark::RegisterBenchmark(name.c_str(), linear, direction, f.inputs, f.outputs, samples);
            }
    for (const Convolution& op : {square(1, 6, 28, 5, 2),
                                  square(6, 16, 14, 5, 0),
                                  square(1, 32, 28, 3, 1),
                                  square(32, 32, 28, 3, 1),
                                  square(32, 64, 14, 3, 1),
                                  square(64, 64, 14, 3, 1),
                                  square(64, 64, 32, 3, 1),
                                  square(64, 128, 7, 3, 1),
                                  square(128, 128, 14, 3, 1),
                                  square(128, 128, 7, 3, 1),
                                  square(256, 256, 8, 3, 1),
                                  square(512, 512, 4, 3, 1),
                                  square(64, 128, 14, 1, 0),
                                  square(64, 128, 32, 1, 0, 2),
                                  square(64, 128, 16, 3, 1, 2),
                                  square(64, 64, 16, 3, 1, 1, 64),
                                  square(96, 96, 16, 3, 1, 2, 96),
                                  square(144, 144, 8, 3, 1, 1, 144),
                                  square(192, 192, 4, 3, 1, 2, 192),
                                  square(576, 576, 2, 3, 1, 1, 576),
                                  square(576, 576, 2, 2, 0, 2, 576),
                                  square(960, 960, 1, 1, 0, 1, 960),
                                  square(384, 384, 14, 3, 1, 1, 384),
                                  square(32, 32, 112, 3, 1, 1, 32),
                                  square(64, 64, 14, 5, 2, 1, 64),
                                  square(96, 96, 28, 5, 2, 2, 96),
                                  square(3, 64, 32, 7, 3, 2),
                                  square(64, 64, 8, 3, 1),
                                  square(128, 128, 4, 3, 1),
                                  square(128, 128, 2, 3, 1),
                                  square(96, 576, 4, 1, 0),
                                  square(256, 256, 2, 3, 1),
                                  square(512, 512, 1, 3, 1)})
        for (const Direction direction : all) {
            const std::string name = std::string(direction_names[static_cast<int>(direction)]) + "/" +
                                     std::to_string(op.in_channels) + "->" + std::to_string(op.out_channels) +
                                     "/kernel:" + std::to_string(op.kernel[1]) + "/size:" + std::to_string(op.in[1]) +
                                     "/stride:" + std::to_string(op.stride[1]) + "/groups:" + std::to_string(op.groups);
            benchmark::RegisterBenchmark(("convolution/" + name).c_str(), convolution, direction, op);
            if (takes_winograd(op))
                benchmark::RegisterBenchmark(("winograd/" + name).c_str(), winograd, direction, op);
            if (direction == Direction::single ? takes_depthwise_single(op) : takes_depthwise(op))
                benchmark::RegisterBenchmark(("depthwise/" + name).c_str(), depthwise, direction, op);
        }
    for (const bool write : {false, true})
        benchmark::RegisterBenchmark(write ? "samples/write/784" : "samples/read/784", transpose_samples, 784, write);
}

}  // namespace

int main(int argc, char** argv) {
    dispatch([]<class Isa>() { std::printf("instruction set: %s, %d lanes\n", Isa::name, Isa::lanes); });
    peak_flops = benchmarks::measure_peak();
    std::printf("peak: %.1f GFLOP/s\n", peak_flops / 1e9);
    register_all();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
