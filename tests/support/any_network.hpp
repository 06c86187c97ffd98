#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <tenet/backend/cpu/training_step.hpp>
#include <tenet/model/model.hpp>

#include <support/device.hpp>
#include <support/dot_loss.hpp>

namespace tenet::testing {

using Numbers = std::vector<float>;

/// Outputs and gradients of one pass over a batch. Gradients are sums over the batch, not means.
struct Pass {
    Numbers input_gradient;
    std::vector<Numbers> gradients;  // by parameter tensor
    double loss = 0.0;               // sum of output times target over the batch
};

/// The instruction sets of this machine, as their numbers of lanes.
inline std::vector<int> all_lanes() {
    std::vector<int> lanes;
    cpu::for_each_isa([&]<class Isa>() { lanes.push_back(Isa::lanes); });
    return lanes;
}

/// Stands among them for the device of support/device.hpp.
inline constexpr int on_device = 0;

/// All ways of this machine to run a network.
inline std::vector<int> all_ways() {
    std::vector<int> ways = all_lanes();
    ways.push_back(on_device);
    return ways;
}

/// A model whose type is known to nobody: tests loop over networks, and code that compares is compiled once.
class AnyNetwork {
  public:
    virtual ~AnyNetwork() = default;

    virtual Shape input_shape() const = 0;
    virtual Shape output_shape() const = 0;
    virtual int tensor_count() const = 0;
    virtual NamedTensor<float> tensor(int i) = 0;
    virtual bool trained(int tensor) const = 0;

    /// Inference with the kernels of one instruction set, `at_once` samples in each call, or on the device.
    virtual Numbers outputs(int lanes, const Numbers& inputs, int at_once) const = 0;
    /// Forward and backward of a batch with the kernels of one instruction set; `target` is the gradient by the outputs.
    virtual Pass pass(int lanes, const Numbers& inputs, const Numbers& target, std::uint64_t step = 0) const = 0;

    std::size_t input_count() const { return static_cast<std::size_t>(input_shape().count()); }
    std::size_t output_count() const { return static_cast<std::size_t>(output_shape().count()); }
};

/// Pointers to consecutive samples.
inline std::vector<const float*> rows_of(const Numbers& numbers, std::size_t row) {
    std::vector<const float*> rows;
    for (std::size_t at = 0; at < numbers.size(); at += row) rows.push_back(numbers.data() + at);
    return rows;
}

/// `numbers` with each of its elements multiplied: gradients come as means over a batch.
inline Numbers scaled(std::span<const float> numbers, float factor) {
    Numbers result(numbers.begin(), numbers.end());
    for (float& number : result) number *= factor;
    return result;
}

template <class Net, class Rules = fusion::Rules>
class NetworkUnderTest final : public AnyNetwork {
  public:
    explicit NetworkUnderTest(Seed seed = {}) : model_(seed) {}

    Shape input_shape() const override { return Net::input_shape; }
    Shape output_shape() const override { return Net::output_shape; }
    int tensor_count() const override { return Net::parameter_tensor_count; }
    NamedTensor<float> tensor(int i) override { return model_.tensor(i); }
    bool trained(int tensor) const override { return Net::parameters[tensor].trained; }

    Numbers outputs(int lanes, const Numbers& inputs, int at_once) const override {
        using Inference = cpu::Inference<Net, Rules>;
        const int samples = static_cast<int>(inputs.size() / input_count());
        if (lanes == on_device) {
            using Program = device::ProgramOf<Net, Mode::inference, false, Rules>;
            return device_pass<DotLoss>(device::executable<Program>,
                                        device::executable_code<Program, TestSystem, float>, model_.data(), nullptr,
                                        inputs, {}, model_.seed(), 0)
                .outputs;
        }
        Numbers result(static_cast<std::size_t>(samples) * output_count());
        cpu::for_each_isa([&]<class Isa>() {
            if (Isa::lanes != lanes) return;
            memory::AlignedBuffer memory{
                static_cast<std::size_t>(std::max(Inference::single_memory, Inference::group_memory(lanes)))};
            for (int done = 0; done < samples; done += at_once)
                Inference::template run_on<Isa>(model_.data(), Inference::whole(inputs.data(), result.data()), done,
                                                std::min(at_once, samples - done), memory.data());
        });
        return result;
    }

    Pass pass(int lanes, const Numbers& inputs, const Numbers& target, std::uint64_t step) const override {
        if (lanes == on_device) return pass_on_device(inputs, target, step);
        const std::vector<const float*> input_rows = rows_of(inputs, input_count());
        const std::vector<const float*> target_rows = rows_of(target, output_count());
        if (input_rows.size() != target_rows.size()) throw std::invalid_argument("as many targets as inputs");
        Batch<> batch;
        batch.inputs = input_rows.data();
        batch.targets = target_rows.data();
        batch.size = static_cast<int>(input_rows.size());
        batch.seed = model_.seed();
        batch.step = step;
        const auto size = static_cast<float>(batch.size);
        Pass result;
        result.input_gradient.resize(inputs.size());
        auto& training = training_[lanes == 16 ? 0 : lanes == 8 ? 1 : 2];
        cpu::for_each_isa([&]<class Isa>() {
            if (Isa::lanes != lanes) return;
            result.loss = size * training
                                     .template run_on<Isa>(model_.data(), DotLoss{}, batch,
                                                           [](int, std::int64_t, std::int64_t) {},
                                                           result.input_gradient.data())
                                     .loss;
        });
        result.input_gradient = scaled(result.input_gradient, size);
        for (int i = 0; i < tensor_count(); ++i)
            result.gradients.push_back(
                scaled(Model<Net>::tensor_in(static_cast<const float*>(training.gradients()), i).values, size));
        return result;
    }

  private:
    Pass pass_on_device(const Numbers& inputs, const Numbers& target, std::uint64_t step) const {
        using Program = device::ProgramOf<Net, Mode::training, true, Rules>;
        const DotLoss loss;
        const DevicePass pass = device_pass(
            device::executable<Program>, device::executable_code<Program, TestSystem, float>, model_.data(), &loss,
            inputs, {nullptr, target.data(), nullptr}, model_.seed(), step);
        Pass result{pass.input_gradient, {}, pass.loss};
        for (int i = 0; i < tensor_count(); ++i) {
            const auto values = Model<Net>::tensor_in(pass.gradients.data(), i).values;
            result.gradients.push_back(Net::parameters[i].trained ? Numbers(values.begin(), values.end())
                                                                  : Numbers(values.size()));
        }
        return result;
    }

    Model<Net> model_;
    mutable cpu::TrainingStep<Net, DotLoss, true, Rules> training_[3];  // kept from batch to batch, one for each set
};

template <class Net, class Rules = fusion::Rules>
std::unique_ptr<AnyNetwork> any_network(Seed seed = {}) {
    return std::make_unique<NetworkUnderTest<Net, Rules>>(seed);
}

}  // namespace tenet::testing
