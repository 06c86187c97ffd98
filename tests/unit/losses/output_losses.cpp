#define BOOST_TEST_MODULE output_losses
#include <cmath>
#include <stdexcept>

#include <tenet/data/dataset.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/losses/output_losses.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/message_of.hpp>
#include <support/random_numbers.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

using Net = Network<Input<6>, Graph<Inputs<"x">, Node<"hidden", Sequential<Linear<16>, Tanh>, From<"x">>,
                                    Node<"class", Linear<3>, From<"hidden">>, Node<"box", Linear<2>, From<"hidden">>,
                                    Outputs<"class", "box">>>;
using Losses = OutputLosses<Net, CrossEntropy, MSE>;
static_assert(Loss<Losses> && !Losses::takes_labels);

constexpr float output[]{0.5f, -1.0f, 2.0f, 0.25f, -0.75f}, target[]{0, 1, 0, 1.0f, 0.5f};

}  // namespace

BOOST_AUTO_TEST_CASE(the_weighted_sum_of_the_losses_of_the_parts) {
    const Losses losses{.weights = {2.0f, 0.5f}};
    const float expected =
        2.0f * CrossEntropy{}.forward(output, 3, 1) + 0.5f * MSE{}.forward(output + 3, target + 3, 2);
    BOOST_TEST(losses.forward(output, target, 5) == expected);
    float gradient[5], of_class[3], of_box[2];
    BOOST_TEST(losses.gradient(output, target, 5, 0.25f, gradient) == expected);
    CrossEntropy{}.gradient(output, 3, 1, 0.5f, of_class);
    MSE{}.gradient(output + 3, target + 3, 2, 0.125f, of_box);
    for (int i = 0; i < 3; ++i) BOOST_TEST(gradient[i] == of_class[i]);
    for (int i = 0; i < 2; ++i) BOOST_TEST(gradient[3 + i] == of_box[i]);
    BOOST_TEST(Losses{}.forward(output, target, 5) ==
               CrossEntropy{}.forward(output, 3, 1) + MSE{}.forward(output + 3, target + 3, 2));
}

BOOST_AUTO_TEST_CASE(a_lane_is_as_a_sample_alone) {
    Lanes<4> outputs[5], targets[5], gradient[5], scale(0.0f);
    for (int i = 0; i < 5; ++i) {
        for (int n = 0; n < 4; ++n) outputs[i].v[n] = n < 2 ? output[i] : std::nanf(""), targets[i].v[n] = target[i];
    }
    scale.v[0] = 0.5f;
    const Lanes<4> loss = Losses{}.gradient(outputs, targets, 5, scale, gradient);
    float alone[5];
    BOOST_TEST(std::abs(lane(loss, 0) - Losses{}.gradient(output, target, 5, 0.5f, alone)) < 1e-6f);
    for (int i = 0; i < 5; ++i) BOOST_TEST(std::abs(lane(gradient[i], 0) - alone[i]) < 1e-6f);
}

BOOST_AUTO_TEST_CASE(a_network_of_two_outputs_learns_both) {
    RandomNumbers random{41};
    std::vector<float> inputs, targets;
    constexpr int samples = 200;
    for (int n = 0; n < samples; ++n) {
        const std::vector<float> x = random.uniform(6, -1.0f, 1.0f);
        inputs.insert(inputs.end(), x.begin(), x.end());
        const int label = x[0] > 0.3f ? 0 : x[1] > 0.0f ? 1 : 2;
        for (int i = 0; i < 3; ++i) targets.push_back(i == label ? 1.0f : 0.0f);
        targets.insert(targets.end(), {0.5f * (x[2] + x[3]), x[4] * 0.5f});
    }
    const data::Dataset<float, float> set{Net::input_shape, inputs, Net::output_shape, targets};
    Model<Net> model{Seed{run_seed()}};
    Trainer trainer{model, Losses{}, Adam{.learning_rate = 0.02}};
    trainer.fit(set, {.epochs = 60, .batch_size = 20, .progress = Progress::off});
    std::vector<float> classes(samples * 3), boxes(samples * 2);
    Workspace<Net> workspace;
    model.forward({inputs}, {classes, boxes}, workspace);
    int right = 0;
    double error = 0.0;
    for (std::size_t n = 0; n < samples; ++n) {
        right += argmax(classes.data() + 3 * n, 3) == argmax(targets.data() + 5 * n, 3);
        for (std::size_t i = 0; i < 2; ++i)
            error += std::abs(boxes[2 * n + i] - targets[5 * n + 3 + i]) / (2 * samples);
    }
    BOOST_TEST(right > 180);
    BOOST_TEST(error < 0.05);
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    Model<Net> model;
    const auto said = [&](const Losses& losses) {
        return message_of<std::invalid_argument>([&] { Trainer{model, losses, Adam{}}; });
    };
    BOOST_TEST(said({.weights = {1.0f, INFINITY}}) == "OutputLosses: weights: expected a finite number, found inf");
    Losses smooth;
    std::get<0>(smooth.losses).label_smoothing = 2.0f;
    BOOST_TEST(said(smooth) == "CrossEntropy: label_smoothing: expected 0 to 1, found 2");
}
