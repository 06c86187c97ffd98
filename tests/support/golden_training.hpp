#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
