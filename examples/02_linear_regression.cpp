// Linear regression on data that we make ourselves (Dive into Deep Learning, 3.2): y = 2 x0 - 3.4 x1 + 4.2 + noise.

#include <cmath>
#include <cstdio>

#include <tenet/tenet.hpp>

using namespace tenet;

int main() {
    const std::vector<float> w{2.0f, -3.4f};
    const auto data = data::synthetic_linear(w, 4.2f, 1000, 0.01f, Seed{1});

    Model<Network<Input<2>, Linear<1>>> model;
    model.initialize(Normal{0.0f, 0.01f});
    Trainer trainer{model, MSE{}, SGD{.learning_rate = 0.03}};
    const History history = trainer.fit(data, {.epochs = 5, .batch_size = 10});

    const auto weight = model.parameter("0.weight");
    const float bias = model.parameter("0.bias")[0];
    std::printf("y = %.3f x0 %+.3f x1 %+.3f, mean squared error %.6f\n", weight[0], weight[1], bias,
                history.epochs.back().loss);
    const bool found = std::abs(weight[0] - 2.0f) < 0.01f && std::abs(weight[1] + 3.4f) < 0.01f && std::abs(bias - 4.2f) < 0.01f;
    return found ? 0 : 1;
}
