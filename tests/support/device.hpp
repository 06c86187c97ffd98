#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <tenet/backend/device/compiled_program.hpp>
#include <tenet/backend/device/loss_step.hpp>
#include <tenet/backend/device/memory.hpp>
#include <tenet/backend/device/pass.hpp>
#include <tenet/backend/device/serial.hpp>
#include <tenet/backend/device/source.hpp>
#include <tenet/core/batch.hpp>

#if defined(TENET_TEST_THRUST_CPP)
#include <tenet/backend/thrust/cpp.hpp>
#elif defined(TENET_TEST_THRUST_TBB)
#include <tenet/backend/thrust/tbb.hpp>
#elif defined(TENET_TEST_CUDA)
#include <tenet/cuda.hpp>
#endif

namespace tenet::testing {

/// The device that tests run on where no GPU is (CMake: TENET_TEST_DEVICE).
#if defined(TENET_TEST_THRUST_CPP)
template <class Precision>
using TestSystemWith = thrust_backend::System<thrust_backend::Cpp, Precision>;
#elif defined(TENET_TEST_THRUST_TBB)
template <class Precision>
using TestSystemWith = thrust_backend::System<thrust_backend::Tbb, Precision>;
#elif defined(TENET_TEST_CUDA)
template <class Precision>
using TestSystemWith = cuda::System<Precision>;
#else
template <class Precision>
using TestSystemWith = device::Serial<Precision>;
#endif
using TestSystem = TestSystemWith<FP32>;

/// The first `count` of a device's floats.
inline std::vector<float> floats_at(const float* from, std::int64_t count) {
    return {from, from + count};
}

/// What a program leaves behind after one pass over a batch, in arrays of the host.
struct DevicePass {
    std::vector<float> outputs, input_gradient, gradients;  // gradients as the parameters are laid out
    double loss = 0.0;
};

/// Runs a program on the test system; the memory is full of NaN before.
template <class Loss>
DevicePass device_pass(const device::Executable& program, const device::StepCode<TestSystem, float>* code,
                       const float* weights, const Loss* loss, const std::vector<float>& inputs,
                       const device::Targets& targets, Seed seed, std::uint64_t step, float* running = nullptr) {
    TestSystem system;
    const device::Pass<TestSystem, float> pass{program, code};
    const std::int64_t samples = static_cast<std::int64_t>(inputs.size()) / program.input.count;
    const auto numbers = [](std::int64_t count) {
        return std::vector<float>(static_cast<std::size_t>(count), __builtin_nanf(""));
    };
    std::vector<float> block = numbers(program.block_size * samples), kept = numbers(program.kept_size),
                       gradients = numbers(program.parameter_storage);
    device::BatchResult batch;
    const auto go_through = [&](const auto& run) {
        pass.forward(system, run);
        if (!loss) return;
        pass.clear_gradients(system, run);
        device::loss_step(system, *loss, samples, program.output.count, 1, pass.rows(program.output, run),
                          pass.rows(program.output_gradient, run), targets, 1.0f, &batch);
        pass.backward(system, run);
    };
    std::vector<float> scratch = numbers(pass.scratch_size(system, samples, go_through));
    device::Pass<TestSystem, float>::Run run;
    run.samples = samples;
    run.block = {block.data(), kept.data(), scratch.data()};
    run.weights = weights;
    run.running = running;
    run.gradients = gradients.data();
    run.seed = seed;
    run.step = &step;
    const auto copied = [&](const device::Place& place) {
        std::vector<float> result;
        const device::Rows<float> rows = pass.rows(place, run);
        for (std::int64_t s = 0; s < samples; ++s) result.insert(result.end(), rows[s], rows[s] + place.count);
        return result;
    };
    device::for_each_number(
        system, samples, program.input.count,
        device::ReadInputs<float, float>{{inputs.data()}, pass.rows(program.input, run), program.input.count});
    go_through(run);
    DevicePass result;
    result.outputs = copied(program.output);
    if (!loss) return result;
    result.loss = static_cast<double>(batch.loss);
    if (program.input_gradient.exists()) result.input_gradient = copied(program.input_gradient);
    result.gradients = gradients;
    return result;
}

}  // namespace tenet::testing
