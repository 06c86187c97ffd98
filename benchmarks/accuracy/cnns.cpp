// How far the deeper networks of Dive into Deep Learning come on Fashion-MNIST in five epochs, at sizes that two cores train
// in minutes; fails below the accuracies that they should reach.
//   tenet_benchmark_accuracy_cnns [NETWORK...]

#include <tenet/tenet.hpp>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "../../examples/resized.hpp"

namespace {

using namespace tenet;

constexpr int epochs = 5, side = 32;

struct Benchmark {
    std::vector<std::string_view> wanted;
    data::TrainTest data = data::fashion_mnist();
    data::ImageDataset train = resized(data.train, side), test = resized(data.test, side);
    bool reached = true;

    /// Adam at 0.001, in the last epoch at a tenth of it.
    template <class Net>
    void run(std::string_view name, double least) {
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) return;
        Model<Net> model{Seed{0}};
        model.initialize_layers("Conv2d", KaimingNormal{});
        Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 1e-3}};
        double seconds = 0.0;
        std::printf("%-12.*s", static_cast<int>(name.size()), name.data());
        const History history = trainer.fit(train, {.epochs = epochs, .batch_size = 128, .validation = &test},
                                            [&](auto& running, const EpochRecord& epoch) {
                                                seconds += epoch.seconds;
                                                std::printf(" %.4f", epoch.validation_accuracy);
                                                std::fflush(stdout);
                                                if (epoch.epoch == epochs - 1) running.set_learning_rate(1e-4);
                                            });
        const double accuracy = history.epochs.back().validation_accuracy;
        std::printf("   %.1f s per epoch%s\n", seconds / epochs, accuracy < least ? ", TOO LOW" : "");
        reached &= accuracy >= least;
    }
};

}  // namespace

int main(int argc, char** argv) {
    Benchmark benchmark{{argv + 1, argv + argc}};
    using In = Input<1, side, side>;
    benchmark.run<models::ResNet18<In>>("resnet18", 0.90);
    benchmark.run<models::VGG11<In, 10, 4>>("vgg11", 0.87);
    benchmark.run<models::GoogLeNet<In, 10, 4>>("googlenet", 0.87);
    return benchmark.reached ? 0 : 1;
}
