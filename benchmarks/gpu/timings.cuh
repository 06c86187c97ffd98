#pragma once

#include <string>

#include <support/parity.hpp>

#include "stopwatch.cuh"

namespace tenet::benchmarks {

/// Far more than an L2 cache holds, so that a step's samples come from memory, as they do in training.
inline constexpr std::int64_t rotated_bytes = 400'000'000;

template <class Net>
int rotated_batches(std::int64_t batch) {
    const std::int64_t bytes = batch * Net::input_shape.count() * std::int64_t{sizeof(float)};
    return static_cast<int>(std::clamp<std::int64_t>(rotated_bytes / bytes, 2, 500));
}

/// One line of the results: what was timed, how long it took, and what it has to do at least.
struct Timing {
    std::string network, mode;
    std::int64_t batch;
    const char* precision;
    double microseconds;
    int launches;           // of one call
    std::int64_t flops;     // multiplications and additions
    std::int64_t bytes;     // that have to be moved even if all else stays on the chip: samples and parameters
    double error;           // against the CPU, before timing

    void print() const {
        std::printf(R"({"network": "%s", "mode": "%s", "batch": %lld, "precision": "%s", "microseconds": %.3f, "launches": %d, )"
                    R"("flops": %lld, "bytes": %lld, "error": %.3g})" "\n",
                    network.c_str(), mode.c_str(), static_cast<long long>(batch), precision, microseconds, launches,
                    static_cast<long long>(flops), static_cast<long long>(bytes), error);
        std::fflush(stdout);
    }
};

/// The same few samples again and again: where they lie is what matters.
template <class Net, class LossFunction>
auto repeated_samples(std::int64_t size) {
    const testing::ParitySamples<Net> samples{static_cast<int>(std::min<std::int64_t>(size, 1024))};
    const Batch<> batch = samples.batch();
    std::vector<float> inputs;
    inputs.reserve(static_cast<std::size_t>(size * Net::input_shape.count()));
    for (std::int64_t s = 0; s < size; ++s)
        inputs.insert(inputs.end(), batch.inputs[s % batch.size], batch.inputs[s % batch.size] + Net::input_shape.count());
    if constexpr (LossFunction::takes_labels) {
        std::vector<data::Label> labels;
        for (std::int64_t s = 0; s < size; ++s) labels.push_back(batch.labels[s % batch.size]);
        return data::Dataset<float, data::Label>{Net::input_shape, std::move(inputs), std::move(labels)};
    } else {
        std::vector<float> targets;
        for (std::int64_t s = 0; s < size; ++s)
            targets.insert(targets.end(), batch.targets[s % batch.size], batch.targets[s % batch.size] + Net::output_shape.count());
        return data::Dataset<float, float>{Net::input_shape, std::move(inputs), Net::output_shape, std::move(targets)};
    }
}

/// The largest relative error of the losses of three steps against the CPU's. Throws if it is too large to time anything.
template <class Precision, class Net, class LossFunction>
double checked_steps(std::int64_t batch) {
    const auto data = repeated_samples<Net, LossFunction>(std::min<std::int64_t>(batch, 256));
    BatchBuffer<std::remove_cvref_t<decltype(data)>> buffer;
    const auto first = buffer.gather(data, static_cast<int>(data.size()), [](int i) { return i; });
    const SGD rule{.learning_rate = 0.002};
    Model<Net> on_host{Seed{1}};
    Model<Net, CudaWith<Precision>> on_device{on_host};
    Trainer host{on_host, LossFunction{}, rule};
    Trainer device{on_device, LossFunction{}, rule};
    double error = 0.0;
    for (int step = 0; step < 3; ++step) {
        const double expected = host.step(first).loss, found = device.step(first).loss;
        error = std::max(error, std::abs(found - expected) / std::abs(expected));
    }
    if (!(error <= 5e-5 + 8.0 * double{Precision::unit_roundoff}))
        throw std::runtime_error("three steps have other losses than on the CPU: not timed");
    return error;
}

/// A training step, as `fit` takes it: samples on the device, all steps of an epoch launched at once.
template <class Precision, class Net, class LossFunction = CrossEntropy>
void time_training(const char* name, int batch) {
    const double error = checked_steps<Precision, Net, LossFunction>(batch);
    const int steps = rotated_batches<Net>(batch);
    const auto data = repeated_samples<Net, LossFunction>(std::int64_t{batch} * steps);
    Model<Net, CudaWith<Precision>> model{Seed{1}};
    const cudaStream_t stream = model.system().stream();
    Engine<Net, LossFunction, SGD, CudaWith<Precision>> engine{model, LossFunction{}};
    const std::vector<SGD> rules(static_cast<std::size_t>(Net::parameter_tensor_count), SGD{.learning_rate = 0.002});
    auto feed = engine.feed(data, batch);
    const auto some_steps = [&](int count, const Permutation* order) {
        feed.begin(Seed{1}, order, 0, 0);
        feed.step(batch, count, rules.data());
    };
    some_steps(1, nullptr);
    feed.result();
    // The first step in another order launches by itself, and can be recorded here: what it launches is counted.
    const Permutation order{Seed{1}, 0, data.size()};
    feed.begin(Seed{1}, &order, 0, 0);
    const RecordedCalls step(stream, [&] { feed.step(batch, 1, rules.data()); });
    const double microseconds = median_microseconds(stream, [&] { some_steps(steps, nullptr); }) / steps;
    Timing{name, "train", batch, precision_name<Precision>(), microseconds, step.count(),
           batch * (Net::forward_flops() + Net::backward_flops()),
           std::int64_t{4} * (batch * Net::input_shape.count() + 2 * Net::parameter_count), error}
        .print();
}

/// Inference of samples that lie on the device, into numbers that stay there.
template <class Precision, class Net>
void time_inference(const char* name, std::int64_t batch) {
    using System = cuda::System<Precision>;
    using Storage = typename System::Storage;
    using Program = device::ProgramOf<Net, Mode::inference>;
    const int batches = rotated_batches<Net>(batch);
    const auto data = repeated_samples<Net, MSE>(batch * batches);
    std::vector<float> inputs(data.input_data(0), data.input_data(0) + data.size() * Net::input_shape.count());

    Model<Net> on_host{Seed{1}};
    Model<Net, CudaWith<Precision>> model{on_host};
    System& system = model.system();
    const device::Executable& program = device::executable<Program>;
    const device::Pass<System, Storage> pass{program, device::executable_code<Program, System, Storage>};
    device::Workplace<System, Storage> place;
    const auto forward = [&](const auto& run) { pass.forward(system, run); };
    place.reserve(system, program, batch, pass.scratch_size(system, batch, forward));
    const DeviceArray<float> on_device(inputs), outputs(batch * Net::output_shape.count());
    typename device::Pass<System, Storage>::Run run;
    run.samples = batch;
    run.block = place.block();
    run.weights = model.data();
    const auto infer = [&](int which) {
        const float* const from = on_device.data() + which * batch * Net::input_shape.count();
        device::for_each_number(system, batch, program.input.count,
                                device::ReadInputs<float, Storage>{{from}, pass.rows(program.input, run), program.input.count});
        pass.forward(system, run);
        device::for_each_number(system, batch, program.output.count,
                                device::detail::WriteOutputs<Storage>{pass.rows(program.output, run), outputs.data(), program.output.count});
    };
    infer(0);
    system.wait();
    const std::int64_t compared = std::min<std::int64_t>(batch, 1024);
    std::vector<float> expected(static_cast<std::size_t>(compared * Net::output_shape.count()));
    Workspaces<Net> workspaces;
    on_host.forward({inputs.data(), static_cast<std::size_t>(compared * Net::input_shape.count())}, expected, workspaces);
    const double error = testing::relative_error(outputs.first(compared * Net::output_shape.count()), expected);
    if (!(error <= testing::parity_tolerance<Precision>))
        throw std::runtime_error("outputs are other ones than on the CPU: not timed");

    const RecordedCalls all(system.stream(), [&] {
        for (int which = 0; which < batches; ++which) infer(which);
    });
    const double microseconds = median_microseconds(system.stream(), [&] { all.launch(); }) / batches;
    Timing{name, "infer", batch, precision_name<Precision>(), microseconds, all.count() / batches,
           batch * Net::forward_flops(),
           std::int64_t{4} * (batch * (Net::input_shape.count() + Net::output_shape.count()) + Net::parameter_count), error}
        .print();
}

}  // namespace tenet::benchmarks
