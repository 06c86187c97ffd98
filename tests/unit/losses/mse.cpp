#define BOOST_TEST_MODULE mse
#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include <tenet/losses/mse.hpp>

using namespace tenet;

static_assert(Loss<MSE> && !MSE::takes_labels);

namespace {
constexpr float outputs[2][3] = {{0.5f, -1.25f, 3.0f}, {2.0f, 0.0f, -0.75f}};
constexpr float targets[2][3] = {{1.0f, -1.0f, 2.5f}, {0.0f, 0.25f, -0.75f}};
// torch 2.x: F.mse_loss(outputs, targets) and its gradient
constexpr float torch_loss = 0.770833333f;
constexpr float torch_gradients[2][3] = {{-0.166666667f, -0.0833333333f, 0.166666667f},
                                         {0.666666667f, -0.0833333333f, 0.0f}};
}  // namespace

BOOST_AUTO_TEST_CASE(the_mean_over_the_batch_agrees_with_torch) {
    float loss = 0.0f;
    for (int n = 0; n < 2; ++n) {
        float gradient[3];
        const float forward = MSE{}.forward(outputs[n], targets[n], 3);
        BOOST_TEST(MSE{}.gradient(outputs[n], targets[n], 3, 0.5f, gradient) == forward);
        for (int i = 0; i < 3; ++i) BOOST_TEST(std::abs(gradient[i] - torch_gradients[n][i]) < 1e-7f);
        loss += 0.5f * forward;
    }
    BOOST_TEST(loss == torch_loss, boost::test_tools::tolerance(1e-6f));
}

BOOST_AUTO_TEST_CASE(lanes_do_not_disturb_each_other_whatever_they_hold) {
    Lanes<4> output[3], target[3], gradient[3], scale(0.0f);
    for (int i = 0; i < 3; ++i) {
        for (int n = 0; n < 2; ++n) output[i].v[n] = outputs[n][i], target[i].v[n] = targets[n][i];
        output[i].v[2] = std::nanf(""), target[i].v[2] = 0.0f;
        output[i].v[3] = target[i].v[3] = std::numeric_limits<float>::infinity();
    }
    scale.v[0] = scale.v[1] = 0.5f;
    const Lanes<4> losses = MSE{}.gradient(output, target, 3, scale, gradient);
    BOOST_TEST(0.5f * (losses[0] + losses[1]) == torch_loss, boost::test_tools::tolerance(1e-6f));
    for (int i = 0; i < 3; ++i)
        for (int n = 0; n < 2; ++n) BOOST_TEST(std::abs(gradient[i][n] - torch_gradients[n][i]) < 1e-7f);
}

BOOST_AUTO_TEST_CASE(gradient_is_the_slope_of_the_loss) {
    float gradient[3];
    MSE{}.gradient(outputs[0], targets[0], 3, 1.0f, gradient);
    for (int i = 0; i < 3; ++i) {
        float up[3], down[3];
        for (int k = 0; k < 3; ++k) up[k] = down[k] = outputs[0][k];
        up[i] += 0.125f, down[i] -= 0.125f;
        const float slope = (MSE{}.forward(up, targets[0], 3) - MSE{}.forward(down, targets[0], 3)) / 0.25f;
        BOOST_TEST(std::abs(gradient[i] - slope) < 1e-6f);
    }
}
