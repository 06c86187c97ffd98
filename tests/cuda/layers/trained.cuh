#pragma once

#include <vector>

#include <tenet/cuda.hpp>

namespace tenet::testing {

/// Compiles all that a GPU runs for a network: inference, gradients, a step, a loss without one.
template <class Net, class Precision = BF16, class Loss, class Rule>
void train_on_gpu(const Loss& loss, const Rule& rule, const Batch<>& batch) {
    Model<Net, CudaWith<Precision>> model{Seed{1}};
    Trainer trainer{model, loss, rule};
    trainer.step(batch);
    std::vector<float> outputs(static_cast<std::size_t>(Net::output_shape.count()));
    model.forward({batch.inputs[0], static_cast<std::size_t>(Net::input_shape.count())}, outputs);
}

}  // namespace tenet::testing
