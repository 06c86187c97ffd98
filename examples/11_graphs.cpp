// A network that is a graph: two inputs through one shared encoder, two outputs with a loss each.

#include <cmath>
#include <cstdio>
#include <vector>

#include <tenet/tenet.hpp>

#include "arguments.hpp"

using namespace tenet;

/// Both inputs go through the same layers: one set of parameters, gradients of both add up.
using Encoder = Shared<struct EncoderTag, Sequential<Linear<16>, Tanh>>;

/// Are two points near each other, and what lies in the middle? Nodes are written in any order.
using Pair = Network<Input<2>, Input<2>,
                     Graph<Inputs<"here", "there">,
                           Node<"a", Encoder, From<"here">>,
                           Node<"b", Encoder, From<"there">>,
                           Node<"both", Concat<>, From<"a", "b">>,
                           Node<"near", Sequential<Linear<16>, ReLU, Linear<2>>, From<"both">>,
                           Node<"middle", Linear<2>, From<"both">>,
                           Outputs<"near", "middle">>>;

static_assert(Pair::input_count == 2 && Pair::output_count == 2);
static_assert(Pair::parameter_name(0) == "0.a.0.weight" && Pair::parameter_tensor_count == 8);
static_assert(Pair::output_shapes(0) == Shape{2} && Pair::output_shape == Shape{4});

int main(int argc, char** argv) {
    const bool quick = has_flag(argc, argv, "--quick");
    print_summary<Pair>();

    // A sample holds all inputs one behind the other, a target all outputs; a class is written one-hot.
    const Generator random{Seed{1}, Stream::data, 0, 0};
    std::vector<float> points, targets;
    for (std::uint64_t n = 0; n < 2000; ++n) {
        float p[4];
        for (std::uint64_t i = 0; i < 4; ++i) points.push_back(p[i] = 2.0f * random.uniform(4 * n + i) - 1.0f);
        const bool near = std::hypot(p[0] - p[2], p[1] - p[3]) < 0.8f;
        targets.insert(targets.end(),
                       {near ? 1.0f : 0.0f, near ? 0.0f : 1.0f, (p[0] + p[2]) / 2, (p[1] + p[3]) / 2});
    }
    const data::Dataset<float, float> set{Pair::input_shape, points, Pair::output_shape, targets};

    Model<Pair> model{Seed{42}};
    Trainer trainer{model, OutputLosses<Pair, CrossEntropy, MSE>{.weights = {1.0f, 4.0f}}, Adam{.learning_rate = 0.01}};
    const double before = trainer.evaluate(set).loss;
    trainer.fit(set, {.epochs = quick ? 10 : 60, .batch_size = 50});
    std::printf("loss %.3f, before training %.3f\n", trainer.evaluate(set).loss, before);

    // Each input and each output in an array of its own.
    const std::vector<float> here{0.1f, 0.2f, -0.9f, -0.9f}, there{0.3f, 0.0f, 0.9f, 0.7f};
    std::vector<float> near(4), middle(4);
    Workspace<Pair> workspace;
    model.forward({here, there}, {near, middle}, workspace);
    for (std::size_t n = 0; n < 2; ++n)
        std::printf("%s, middle (%.2f, %.2f)\n", near[2 * n] > near[2 * n + 1] ? "near" : "far", middle[2 * n],
                    middle[2 * n + 1]);
    return trainer.evaluate(set).loss < 0.7 * before ? 0 : 1;
}
