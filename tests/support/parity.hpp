#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenet/backend/device/compiled_program.hpp>
#include <tenet/backend/device/fused_steps.hpp>
#include <tenet/backend/device/serial.hpp>
#include <tenet/core/rng.hpp>
#include <tenet/data/dataset.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/adamw.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/device_engine.hpp>
#include <tenet/training/trainer.hpp>

/// What a device computes is what the CPU computes. Without a test framework: a program on a machine with a GPU says it,
/// and a test on a system that needs none.
namespace tenet::testing {

/// What an error relative to the CPU's numbers may be: sums are in another order, and factors are rounded, a few times on
/// the way of a number through a network and back. What a rounding moves across the kink of a ReLU, or past another number
/// of a pooling's window, changes a gradient by more than the rounding: hence errors of whole tensors, and the factor.
template <class Precision>
constexpr double parity_tolerance = 5e-5 + 64.0 * double{Precision::unit_roundoff};
/// And relative to the same roundings on the host: only the order of sums is left, which now and then rounds otherwise.
/// Training at once rounds at other places: gradients before a bias sums them up, and those sums cancel.
template <class Precision, bool AtOnce>
constexpr double rounded_tolerance = 5e-5 + (AtOnce ? 8.0 : 2.0) * double{Precision::unit_roundoff};

/// |actual - expected| / |expected|, as vectors. Where nothing is expected, any difference is infinite.
inline double relative_error(const std::vector<float>& actual, const std::vector<float>& expected) {
    if (actual.size() != expected.size()) return INFINITY;
    double difference = 0.0, all = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double d = double{actual[i]} - expected[i];
        difference += d * d;
        all += double{expected[i]} * expected[i];
    }
    const double error = difference == 0.0 ? 0.0 : std::sqrt(difference / all);
    return std::isnan(error) ? INFINITY : error;
}

/// Prints a line of JSON for each comparison.
class ParityReport {
  public:
    explicit ParityReport(std::string precision, std::FILE* to = stdout) : precision_(std::move(precision)), to_(to) {}

    int failures() const { return failures_; }

    void close(const std::string& network, const std::string& what, const std::vector<float>& actual,
               const std::vector<float>& expected, double tolerance) {
        const double error = relative_error(actual, expected);
        say(network, what, error, tolerance, error <= tolerance);
    }
    void identical(const std::string& network, const std::string& what, const std::vector<float>& actual,
                   const std::vector<float>& expected) {
        const bool same = std::equal(actual.begin(), actual.end(), expected.begin(), expected.end(), [](float a, float b) {
            return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
        });
        say(network, what, same ? 0.0 : relative_error(actual, expected), 0.0, same);
    }
    void at_least(const std::string& network, const std::string& what, double value, double least) {
        say_value(network, what, value, "least", least, value >= least);
    }
    void at_most(const std::string& network, const std::string& what, double value, double most) {
        say_value(network, what, value, "most", most, value <= most);
    }

  private:
    void say(const std::string& network, const std::string& what, double error, double tolerance, bool good) {
        std::fprintf(to_, R"({"network": "%s", "precision": "%s", "what": "%s", "error": %.3g, "tolerance": %.3g, "good": %s})" "\n",
                     network.c_str(), precision_.c_str(), what.c_str(), std::isfinite(error) ? error : 1e300, tolerance,
                     good ? "true" : "false");
        std::fflush(to_);
        failures_ += !good;
    }
    void say_value(const std::string& network, const std::string& what, double value, const char* bound_name, double bound,
                   bool good) {
        std::fprintf(to_, R"({"network": "%s", "precision": "%s", "what": "%s", "value": %.4f, "%s": %.3g, "good": %s})" "\n",
                     network.c_str(), precision_.c_str(), what.c_str(), value, bound_name, std::min(bound, 1e300),
                     good ? "true" : "false");
        std::fflush(to_);
        failures_ += !good;
    }

    std::string precision_;
    std::FILE* to_;
    int failures_ = 0;
};

/// Random samples for a network, with labels and targets.
template <class Net>
class ParitySamples {
    static constexpr std::int64_t in = Net::input_shape.count(), out = Net::output_shape.count();

  public:
    explicit ParitySamples(int size) : labels_(static_cast<std::size_t>(size)) {
        const Generator numbers{Seed{2}, Stream::data, 0};
        const auto draw = [&](std::int64_t count, std::uint64_t first) {
            std::vector<float> drawn;
            for (std::int64_t i = 0; i < count; ++i)
                drawn.push_back(2.0f * numbers.uniform(first + static_cast<std::uint64_t>(i)) - 1.0f);
            return drawn;
        };
        inputs = draw(size * in, 0);
        targets_ = draw(size * out, std::uint64_t{1} << 32);
        for (int s = 0; s < size; ++s) {
            labels_[static_cast<std::size_t>(s)] = static_cast<std::int32_t>(s % Net::output_shape[0]);
            input_rows_.push_back(inputs.data() + s * in);
            target_rows_.push_back(targets_.data() + s * out);
        }
    }
    Batch<> batch() const {
        Batch<> batch;
        batch.inputs = input_rows_.data();
        batch.labels = labels_.data();
        batch.targets = target_rows_.data();
        batch.size = static_cast<int>(labels_.size());
        return batch;
    }

    std::vector<float> inputs;

  private:
    std::vector<float> targets_;
    std::vector<std::int32_t> labels_;
    std::vector<const float*> input_rows_, target_rows_;
};

/// Classes where the outputs are a vector, else targets.
template <class Net>
using ParityLoss = std::conditional_t<Net::output_shape.rank == 1 && (Net::output_shape.count() > 1), CrossEntropy, MSE>;

template <class Net, class Backend>
std::vector<float> numbers_of(const Model<Net, Backend>& model) {
    if constexpr (std::same_as<Backend, Cpu>)
        return {model.data(), model.data() + model.storage()};
    else
        return numbers_of(model.to_host());
}

/// By how much three steps of a new trainer on one batch change the parameters.
template <class Net, class Backend, class Rule>
std::vector<float> change_by_steps(const Batch<>& batch, const Rule& rule) {
    Model<Net, Backend> model{Seed{1}};
    std::vector<float> change = numbers_of(model);
    Trainer trainer{model, ParityLoss<Net>{}, rule};
    for (int step = 0; step < 3; ++step) trainer.step(batch);
    const std::vector<float> after = numbers_of(model);
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = after[i] - change[i];
    return change;
}

/// What a network computes somewhere, by name.
using ParityResults = std::vector<std::pair<std::string, std::vector<float>>>;

inline constexpr SGD parity_rule{.learning_rate = 0.05, .momentum = 0.9};

template <class Net, class Backend>
ParityResults parity_results(const ParitySamples<Net>& samples) {
    const Batch<> batch = samples.batch();
    Model<Net, Backend> model{Seed{1}};
    std::vector<float> outputs(static_cast<std::size_t>(batch.size * Net::output_shape.count()));
    if constexpr (std::same_as<Backend, Cpu>) {
        Workspace<Net> workspace;
        model.forward(samples.inputs, outputs, workspace);
    } else {
        model.forward(samples.inputs, outputs);
    }
    ParityResults results{{"outputs", outputs}};
    if constexpr (Net::parameter_tensor_count > 0) {
        Trainer trainer{model, ParityLoss<Net>{}, parity_rule};
        results.push_back({"loss", {static_cast<float>(trainer.compute_gradients(batch).loss)}});
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            if (!Net::parameters[i].trained) continue;
            const auto gradient = trainer.gradient(i);
            results.push_back({"gradient of " + std::string(gradient.name), {gradient.values.begin(), gradient.values.end()}});
        }
        results.push_back({"change by 3 steps", change_by_steps<Net, Backend>(batch, parity_rule)});
    }
    return results;
}

/// Outputs, loss, gradients and steps of a network on a system: against the CPU's, against the same roundings on the host,
/// and bit for bit against once more the same.
template <class System, class Net>
void check_parity(ParityReport& report, const std::string& name) {
    using Device = OnDevice<System>;
    using Precision = typename System::Precision;
    constexpr bool at_once = device::FusedTraining<System, device::ProgramOf<Net, Mode::training>, ParityLoss<Net>>::exists;
    const ParitySamples<Net> samples{21};
    report.identical(name, "first parameters", numbers_of(Model<Net, Device>{Seed{1}}), numbers_of(Model<Net>{Seed{1}}));
    const ParityResults found = parity_results<Net, Device>(samples), again = parity_results<Net, Device>(samples);
    const ParityResults on_cpu = parity_results<Net, Cpu>(samples);
    const ParityResults rounded = parity_results<Net, OnDevice<device::Serial<Precision>>>(samples);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto& [what, numbers] = found[i];
        report.close(name, what, numbers, on_cpu[i].second, parity_tolerance<Precision>);
        report.close(name, what + ", as rounded", numbers, rounded[i].second, rounded_tolerance<Precision, at_once>);
        report.identical(name, what + ", again", again[i].second, numbers);
    }
}

/// The steps of optimizers with more state than SGD's.
template <class System>
void check_optimizers(ParityReport& report) {
    using Net = Network<Input<12>, Linear<20>, Tanh, Linear<4>>;
    const ParitySamples<Net> samples{21};
    const Batch<> batch = samples.batch();
    constexpr double tolerance = parity_tolerance<typename System::Precision>;
    report.close("Linear", "change by 3 steps of Adam", change_by_steps<Net, OnDevice<System>>(batch, Adam{}),
                 change_by_steps<Net, Cpu>(batch, Adam{}), tolerance);
    report.close("Linear", "change by 3 steps of AdamW", change_by_steps<Net, OnDevice<System>>(batch, AdamW{}),
                 change_by_steps<Net, Cpu>(batch, AdamW{}), tolerance);
}

/// Dropout masks and the order of samples are the CPU's, bit for bit.
template <class System>
void check_random_decisions(ParityReport& report) {
    using Device = OnDevice<System>;
    // Sample s is the unit vector s: a gradient of the weight is 0 where an output of the sample was dropped.
    constexpr int size = 16;
    using Masked = Network<Input<size>, Linear<40>, Dropout<0.5f>>;
    std::vector<float> identity(size * size), targets(40, 3.0f);
    std::vector<const float*> inputs, target_rows(size, targets.data());
    for (int s = 0; s < size; ++s) {
        identity[static_cast<std::size_t>(s * size + s)] = 1.0f;
        inputs.push_back(identity.data() + s * size);
    }
    Batch<> batch;
    batch.inputs = inputs.data();
    batch.targets = target_rows.data();
    batch.size = size;
    const auto mask_of = [&]<class Backend>(Backend) {
        std::vector<float> masks;
        Model<Masked, Backend> model{Seed{1}};
        Trainer trainer{model, MSE{}, SGD{}};
        for (int step = 0; step < 2; ++step) {
            trainer.compute_gradients(batch);
            for (const float gradient : trainer.gradient(0).values) masks.push_back(gradient == 0.0f ? 0.0f : 1.0f);
            trainer.step(batch);
        }
        return masks;
    };
    report.identical("Dropout", "masks of two steps", mask_of(Device{}), mask_of(Cpu{}));

    // A sample's loss tells which it is, as the output stays 0.
    using Zero = Network<Input<1>, Linear<1>>;
    constexpr int count = 1000;
    std::vector<float> ones(count, 1.0f), order;
    for (int i = 0; i < count; ++i) order.push_back(static_cast<float>(i));
    const data::Dataset<float, float> numbered{Shape{1}, ones, Shape{1}, order};
    const auto order_of = [&]<class Backend>(Backend) {
        Model<Zero> zero;
        zero.tensor(0).values[0] = zero.tensor(1).values[0] = 0.0f;
        Model<Zero, Backend> model{zero};
        Trainer trainer{model, MSE{}, SGD{.learning_rate = 0.0}};
        std::vector<float> losses;
        trainer.fit(numbered, {.epochs = 2, .batch_size = 1, .progress = Progress::off},
                    [&](auto&, const StepResult& step) { losses.push_back(static_cast<float>(step.loss)); });
        return losses;
    };
    report.identical("fit", "order of the samples in two epochs", order_of(Device{}), order_of(Cpu{}));
}

}  // namespace tenet::testing
