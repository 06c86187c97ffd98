#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tenet/losses/cross_entropy.hpp>
#include <tenet/training/trainer.hpp>

#include <support/golden.hpp>

namespace tenet::golden {

/// Fills all parameters of a model, each from the tensor `prefix` + its name.
template <class Net>
void load(Model<Net>& model, const io::TensorFile& file, const std::string& prefix = "") {
    model.for_each_parameter(
        [&](const NamedTensor<float>& to) { file.at(prefix + std::string(to.name)).copy_to(to.values); });
}

/// Owns what a batch points to: `input` and the class labels in `target`.
struct LabelledBatch {
    testing::Numbers inputs;
    std::vector<const float*> rows;
    std::vector<std::int32_t> labels;
    Batch<> batch;

    LabelledBatch(const io::TensorFile& file, std::int64_t row) : inputs(file.at("input").to_floats()) {
        rows = testing::rows_of(inputs, static_cast<std::size_t>(row));
        for (const std::int64_t label : file.at("target").values<std::int64_t>())
            labels.push_back(static_cast<std::int32_t>(label));
        batch.inputs = rows.data();
        batch.labels = labels.data();
        batch.size = static_cast<int>(rows.size());
    }
    LabelledBatch(const LabelledBatch&) = delete;
    LabelledBatch& operator=(const LabelledBatch&) = delete;
};

/// Outputs of samples alone and of a batch, then, on each instruction set, the loss and every gradient.
template <class Net>
void check_pass(Model<Net>& model, const io::TensorFile& file, const LabelledBatch& data, double tolerance) {
    constexpr auto in = static_cast<std::size_t>(Net::input_shape.count());
    constexpr auto out = static_cast<std::size_t>(Net::output_shape.count());
    const testing::Numbers expected = file.at("output").to_floats();
    Workspace<Net> workspace;
    testing::Numbers output(expected.size());
    for (std::size_t n = 0; n < data.rows.size(); ++n)
        model.forward({data.rows[n], in}, {output.data() + n * out, out}, workspace);
    testing::check_close("single output", output, expected, tolerance);
    const testing::Numbers many = repeated(data.inputs, in, 16);
    output.assign(many.size() / in * out, 0.0f);
    model.forward(many, output, workspace);
    testing::check_close("output", output, repeated(expected, out, 16), tolerance);

    cpu::for_each_isa([&]<class Isa>() {
        BOOST_TEST_CONTEXT(Isa::lanes << " lanes") {
            testing::Numbers input_gradient(data.inputs.size());
            cpu::TrainingStep<Net, CrossEntropy, true> step;
            const StepResult result = step.template run_on<Isa>(
                model.data(), CrossEntropy{}, data.batch, [](int, std::int64_t, std::int64_t) {}, input_gradient.data());
            BOOST_TEST(result.loss == double{file.at("loss").to_floats().at(0)}, boost::test_tools::tolerance(1e-6));
            testing::check_close("input gradient", input_gradient, file.at("input_gradient").to_floats(), tolerance);
            for (int i = 0; i < Net::parameter_tensor_count; ++i) {
                const auto gradient = Model<Net>::tensor_in(static_cast<const float*>(step.gradients()), i);
                testing::check_close("gradient of " + std::string(gradient.name), gradient.values,
                                     file.at("gradient." + std::string(gradient.name)).to_floats(), tolerance);
            }
        }
    });
}

/// Takes as many steps as the file has `losses`, each on the whole batch, and holds the loss before each to PyTorch's.
template <class Net, class Loss, class Optimizer>
void check_losses(Trainer<Net, Loss, Optimizer>& trainer, const io::TensorFile& file, double tolerance) {
    const LabelledBatch data{file, Net::input_shape.count()};
    testing::Numbers losses;
    const testing::Numbers expected = file.at("losses").to_floats();
    for (std::size_t i = 0; i < expected.size(); ++i) losses.push_back(static_cast<float>(trainer.step(data.batch).loss));
    BOOST_TEST(expected.size() == 10u);
    testing::check_close("loss", losses, expected, tolerance);
}

}  // namespace tenet::golden
