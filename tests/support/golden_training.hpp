#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tenet/losses/cross_entropy.hpp>
#include <tenet/training/trainer.hpp>

#include <support/device.hpp>
#include <support/golden.hpp>

namespace tenet::golden {

/// Fills all parameters of a model, each from the tensor `prefix` + its name.
template <class Net>
void load(Model<Net>& model, const io::TensorFile& file, const std::string& prefix = "") {
    model.for_each_parameter(
        [&](const NamedTensor<float>& to) { file.at(prefix + std::string(to.name)).copy_to(to.values); });
}

/// Owns what a batch points to: `input`, and in `target` class labels or numbers.
struct FileBatch {
    testing::Numbers inputs, targets;
    std::vector<const float*> rows, target_rows;
    std::vector<std::int32_t> labels;
    Batch<> batch;

    FileBatch(const io::TensorFile& file, std::int64_t row) : inputs(file.at("input").to_floats()) {
        rows = testing::rows_of(inputs, static_cast<std::size_t>(row));
        if (const io::TensorView& target = file.at("target"); io::is_real(target.type)) {
            targets = target.to_floats();
            target_rows = testing::rows_of(targets, targets.size() / rows.size());
            batch.targets = target_rows.data();
        } else {
            for (const std::int64_t label : target.values<std::int64_t>())
                labels.push_back(static_cast<std::int32_t>(label));
            batch.labels = labels.data();
        }
        batch.inputs = rows.data();
        batch.size = static_cast<int>(rows.size());
    }
    FileBatch(const FileBatch&) = delete;
    FileBatch& operator=(const FileBatch&) = delete;
};

/// How close PyTorch's numbers are to be met. What a normalisation takes away again leaves only rounding errors in
/// gradients: these count as `floor` times the typical gradient of the whole network at least.
struct Tolerances {
    double output = 1e-5, gradient = 1e-5, floor = 0.0;
};

/// The root mean square of all gradients in a file.
inline double typical_gradient(const io::TensorFile& file) {
    double squares = 0.0, count = 0.0;
    for (const io::TensorView& tensor : file.tensors())
        if (tensor.name.starts_with("gradient."))
            for (const float number : tensor.to_floats()) squares += double{number} * number, ++count;
    return std::sqrt(squares / count);
}

/// Outputs of samples alone and of a batch, then, on each instruction set and on the device, the loss and every gradient.
template <class Net, class Loss = CrossEntropy>
void check_pass(Model<Net>& model, const io::TensorFile& file, const FileBatch& data, const Tolerances& tolerances,
                const Loss& loss = {}) {
    constexpr auto in = static_cast<std::size_t>(Net::input_shape.count());
    constexpr auto out = static_cast<std::size_t>(Net::output_shape.count());
    const testing::Numbers expected = file.at("output").to_floats();
    Workspace<Net> workspace;
    testing::Numbers output(expected.size());
    for (std::size_t n = 0; n < data.rows.size(); ++n)
        model.forward({data.rows[n], in}, {output.data() + n * out, out}, workspace);
    testing::check_close("single output", output, expected, tolerances.output);
    const testing::Numbers many = repeated(data.inputs, in, 16);
    output.assign(many.size() / in * out, 0.0f);
    model.forward(many, output, workspace);
    testing::check_close("output", output, repeated(expected, out, 16), tolerances.output);

    const float floor = static_cast<float>(tolerances.floor * typical_gradient(file));
    const auto check_gradient = [&](const std::string& name, std::span<const float> actual,
                                    const testing::Numbers& known) {
        testing::Numbers magnitudes(known);
        for (float& m : magnitudes) m = std::abs(m) + floor;
        testing::check_close(name, actual, known, tolerances.gradient, magnitudes);
    };
    // Means over the batch; parameters' gradients lie as the parameters do.
    const auto check_means = [&](double mean_loss, std::span<const float> input_gradient, const float* gradients) {
        BOOST_TEST(mean_loss == double{file.at("loss").to_floats().at(0)},
                   boost::test_tools::tolerance(tolerances.output));
        check_gradient("input gradient", input_gradient, file.at("input_gradient").to_floats());
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            if (!Net::parameters[i].trained) continue;
            const auto gradient = Model<Net>::tensor_in(gradients, i);
            check_gradient("gradient of " + std::string(gradient.name), gradient.values,
                           file.at("gradient." + std::string(gradient.name)).to_floats());
        }
    };

    cpu::for_each_isa([&]<class Isa>() {
        BOOST_TEST_CONTEXT(Isa::lanes << " lanes") {
            testing::Numbers input_gradient(data.inputs.size());
            cpu::TrainingStep<Net, Loss, true> step;
            const StepResult result = step.template run_on<Isa>(
                model.data(), loss, data.batch, [](int, std::int64_t, std::int64_t) {}, input_gradient.data());
            check_means(result.loss, input_gradient, step.gradients());
        }
    });

    BOOST_TEST_CONTEXT("on the device") {
        using testing::TestSystem;
        using Inference = device::ProgramOf<Net, Mode::inference>;
        using Training = device::ProgramOf<Net, Mode::training, true>;
        const testing::DevicePass inference = testing::device_pass<Loss>(
            device::executable<Inference>, device::executable_code<Inference, TestSystem, float>, model.data(), nullptr,
            data.inputs, {}, model.seed(), 0);
        testing::check_close("output", inference.outputs, expected, tolerances.output);
        const testing::DevicePass pass = testing::device_pass(
            device::executable<Training>, device::executable_code<Training, TestSystem, float>, model.data(), &loss,
            data.inputs, {data.labels.data(), data.targets.data(), nullptr}, model.seed(), 0);
        const double share = 1.0 / data.batch.size;
        check_means(share * pass.loss, testing::scaled(pass.input_gradient, static_cast<float>(share)),
                    testing::scaled(pass.gradients, static_cast<float>(share)).data());
    }
}

/// Takes as many steps as the file has `losses`, each on the whole batch, and holds the loss before each to PyTorch's.
template <class Net, class Loss, class Optimizer>
void check_losses(Trainer<Net, Loss, Optimizer>& trainer, const io::TensorFile& file, double tolerance) {
    const FileBatch data{file, Net::input_shape.count()};
    testing::Numbers losses;
    const testing::Numbers expected = file.at("losses").to_floats();
    for (std::size_t i = 0; i < expected.size(); ++i)
        losses.push_back(static_cast<float>(trainer.step(data.batch).loss));
    BOOST_TEST(expected.size() == 10u);
    testing::check_close("loss", losses, expected, tolerance);
}

}  // namespace tenet::golden
