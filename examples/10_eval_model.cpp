// A trained network for use: an EvalModel has BatchNorm folded into the convolutions and Dropout left out, and gives the same
// outputs for less work. Both models are const, and any number of threads may run them, each with a workspace of its own.

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <tenet/tenet.hpp>

#include "arguments.hpp"

using namespace tenet;

using Net = Network<Input<1, 28, 28>, Conv2d<8, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU, MaxPool2d<2>,
                    Conv2d<16, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU, MaxPool2d<2>,
                    Flatten, Linear<64, NoBias>, BatchNorm1d<>, ReLU, Dropout<0.25f>, Linear<10>>;
static_assert(EvalNetwork<Net>::layer_count == Net::layer_count - 4);  // three BatchNorms and the Dropout

int main(int argc, char** argv) {
    const bool quick = has_flag(argc, argv, "--quick");
    const auto [train, test] = data::fashion_mnist();
    Model<Net> model{Seed{42}};
    Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 0.002}};
    trainer.fit(quick ? train.take(4'000) : train, {.epochs = quick ? 1 : 3, .batch_size = 64, .validation = &test});

    io::save(EvalModel{model}, "eval.safetensors");
    EvalModel<Net> eval;  // as in a program that only uses the network
    io::load(eval, "eval.safetensors");
    print_summary<EvalNetwork<Net>>();

    constexpr int images = 1000;
    std::vector<float> pixels, expected(images * 10), found(images * 10);
    for (int i = 0; i < images; ++i)
        for (const float pixel : test.converted_input(i)) pixels.push_back(pixel);
    Workspaces<Net> workspaces;
    Workspaces<EvalNetwork<Net>> eval_workspaces;
    model.forward(pixels, expected, workspaces);
    eval.forward(pixels, found, eval_workspaces);
    float difference = 0.0f;
    for (std::size_t i = 0; i < found.size(); ++i) difference = std::max(difference, std::abs(found[i] - expected[i]));
    std::printf("largest difference of an output: %.1e\n", static_cast<double>(difference));
    return difference < 1e-3f ? 0 : 1;
}
