// Test accuracy on Fashion-MNIST with the settings of Dive into Deep Learning; pytorch.py does the same in PyTorch.
//   tenet_benchmark_accuracy [--seeds 3] [--json FILE] [NETWORK...]

#include <tenet/tenet.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace tenet;

constexpr int epochs = 10, batch_size = 256;

using SoftmaxRegression = Network<Input<1, 28, 28>, Flatten, Linear<10>>;
using Mlp = Network<Input<1, 28, 28>, Flatten, Linear<256>, ReLU, Linear<10>>;
template <class Activation>
using LeNet = models::LeNet<Input<1, 28, 28>, 10, Activation>;

template <class Net>
void small_normal(Model<Net>& model) {
    model.initialize_layers("Linear", Normal{0.0f, 0.01f});
    model.initialize_layers("Linear", Zeros{}, "bias");
}

// Biases stay as PyTorch draws them: D2L changes the weights only.
template <class Net>
void xavier(Model<Net>& model) {
    model.initialize_layers("Conv2d", XavierUniform{});
    model.initialize_layers("Linear", XavierUniform{});
}

struct Options {
    int seeds = 3;
    std::string json;
    std::vector<std::string> networks;

    bool wants(const std::string& name) const {
        return networks.empty() || std::find(networks.begin(), networks.end(), name) != networks.end();
    }
};

struct Benchmark {
    Options options;
    data::TrainTest data = data::fashion_mnist();
    std::string json{};

    template <class Net>
    void run(const char* name, double learning_rate, void (*initialize)(Model<Net>&)) {
        if (!options.wants(name)) return;
        double sum = 0.0, seconds = 0.0;
        json += std::string(json.empty() ? "" : ",") + "\n  \"" + name + "\": [";
        std::printf("%-14s", name);
        for (int seed = 0; seed < options.seeds; ++seed) {
            Model<Net> model{Seed{static_cast<std::uint64_t>(seed)}};
            initialize(model);
            Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = learning_rate}};
            const History history = trainer.fit(data.train, {.epochs = epochs, .batch_size = batch_size});
            for (const EpochRecord& epoch : history.epochs) seconds += epoch.seconds;
            const double accuracy = trainer.evaluate(data.test).accuracy;
            sum += accuracy;
            char text[32];
            std::snprintf(text, sizeof text, "%s%.4f", seed > 0 ? ", " : "", accuracy);
            json += text;
            std::printf(" %.4f", accuracy);
            std::fflush(stdout);
        }
        json += "]";
        std::printf("   mean %.4f   %.2f s per epoch\n", sum / options.seeds, seconds / (epochs * options.seeds));
    }
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--seeds" && i + 1 < argc) options.seeds = std::atoi(argv[++i]);
        else if (argument == "--json" && i + 1 < argc) options.json = argv[++i];
        else options.networks.push_back(argument);
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    Benchmark benchmark{parse(argc, argv)};
    benchmark.run<SoftmaxRegression>("softmax", 0.1, small_normal);
    benchmark.run<Mlp>("mlp", 0.1, small_normal);
    benchmark.run<LeNet<Sigmoid>>("lenet_sigmoid", 0.9, xavier);
    benchmark.run<LeNet<ReLU>>("lenet_relu", 0.1, xavier);
    if (!benchmark.options.json.empty()) std::ofstream(benchmark.options.json) << "{" << benchmark.json << "\n}\n";
}
