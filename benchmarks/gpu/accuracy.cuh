#pragma once

#include <support/parity.hpp>

#include "program.cuh"

namespace tenet::benchmarks {

/// Ten epochs of Fashion-MNIST, the data on the device: test accuracy, and seconds of training.
template <class Precision>
class Accuracy {
    static constexpr int epochs = 10, batch_size = 256;

  public:
    template <class Net, class Rule, class Initialize>
    void run(const char* name, const Rule& rule, double least, double most_seconds, const Initialize& initialize) {
        Model<Net> on_host{Seed{0}};
        initialize(on_host);
        Model<Net, CudaWith<Precision>> model{on_host};
        Trainer trainer{model, CrossEntropy{}, rule};
        const History history = trainer.fit(data_.train, {.epochs = epochs, .batch_size = batch_size, .progress = Progress::off});
        double seconds = 0.0;
        for (const EpochRecord& epoch : history.epochs) seconds += epoch.seconds;
        report_.at_least(name, "test accuracy after 10 epochs", trainer.evaluate(data_.test).accuracy, least);
        report_.at_most(name, "seconds of 10 epochs", seconds, most_seconds);
    }
    int failures() const { return report_.failures(); }

  private:
    data::TrainTest data_ = data::fashion_mnist();
    testing::ParityReport report_{precision_name<Precision>()};
};

/// D2L's settings, but LeNet with Adam: with SGD at 0.1 it stays near 0.84, as it does in PyTorch (../accuracy).
template <class Precision>
int accuracy() {
    return on_gpu([] {
        Accuracy<Precision> benchmark;
        const auto small_normal = [](auto& model) {
            model.initialize_layers("Linear", Normal{0.0f, 0.01f});
            model.initialize_layers("Linear", Zeros{}, "bias");
        };
        const auto xavier = [](auto& model) {
            model.initialize_layers("Conv2d", XavierUniform{});
            model.initialize_layers("Linear", XavierUniform{});
        };
        using In = Input<1, 28, 28>;
        const SGD sgd{.learning_rate = 0.1};
        benchmark.template run<Network<In, Flatten, Linear<10>>>("softmax", sgd, 0.82, INFINITY, small_normal);
        benchmark.template run<Network<In, Flatten, Linear<256>, ReLU, Linear<10>>>("mlp", sgd, 0.83, INFINITY, small_normal);
        benchmark.template run<models::LeNetReLU<>>("lenet_relu", Adam{.learning_rate = 2e-3}, 0.85, 1.0, xavier);
        return benchmark.failures() == 0 ? 0 : 1;
    });
}

}  // namespace tenet::benchmarks
