#pragma once

#include <cmath>
#include <cstdio>
#include <vector>

#include <tenet/layers/activations.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/model/forward.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

/// One program, two objects of different flags, both of this network: what each computes by itself.
using Net = tenet::Network<tenet::Input<1, 8, 8>, tenet::Conv2d<4, tenet::Kernel<3>>, tenet::ReLU, tenet::Flatten,
                           tenet::Linear<3>>;

/// The mean of all outputs of 37 samples, after one step of training on them: the same for every instruction set.
static double computed() {
    constexpr std::size_t samples = 37, features = 64, outputs = 3;
    tenet::Model<Net> model{tenet::Seed{1}};
    model.for_each_parameter([](const tenet::NamedTensor<float>& tensor) {
        for (std::size_t i = 0; i < tensor.values.size(); ++i)
            tensor.values[i] = static_cast<float>(static_cast<int>(i * 7 % 11) - 4) * 0.02f;
    });
    std::vector<float> x(samples * features), y(samples * outputs), target(outputs, 0.5f);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 13) * 0.1f - 0.3f;

    tenet::Trainer trainer{model, tenet::MSE{}, tenet::SGD{.learning_rate = 0.1}};
    std::vector<const float*> inputs, targets(samples, target.data());
    for (std::size_t i = 0; i < samples; ++i) inputs.push_back(x.data() + i * features);
    tenet::Batch<float> batch;
    batch.inputs = inputs.data();
    batch.targets = targets.data();
    batch.size = static_cast<int>(samples);
    trainer.step(batch);

    tenet::Workspace<Net> workspace;
    model.forward(x, y, workspace);
    double sum = 0;
    for (const float value : y) sum += static_cast<double>(value);
    return sum / static_cast<double>(y.size());
}

/// As the baseline gives it.
inline constexpr double expected = 0.4157491;
