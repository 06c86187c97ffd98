#pragma once

#include <cstdio>
#include <exception>
#include <vector>

#include <tenet/tenet.hpp>

/// Fits y = x0 - 2 x1 on a device; 0 if it was learnt, else it says why not.
template <class Backend>
int train() try {
    std::vector<float> points, targets;
    for (int i = 0; i < 64; ++i) {
        const float a = static_cast<float>(i % 8) / 8.0f, b = static_cast<float>(i / 8) / 8.0f;
        points.insert(points.end(), {a, b});
        targets.push_back(a - 2.0f * b);
    }
    using Net = tenet::Network<tenet::Input<2>, tenet::Linear<8>, tenet::Tanh, tenet::Linear<1>>;
    const tenet::data::Dataset<float, float> set{tenet::Shape{2}, points, tenet::Shape{1}, targets};
    tenet::Model<Net, Backend> model{tenet::Seed{42}};
    tenet::Trainer trainer{model, tenet::MSE{}, tenet::Adam{.learning_rate = 0.02}};
    trainer.fit(set, {.epochs = 200, .batch_size = 16, .progress = tenet::Progress::off});
    const double loss = trainer.evaluate(set).loss;
    std::printf("loss %g after training\n", loss);
    return loss < 1e-3 ? 0 : 1;
} catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return 1;
}
