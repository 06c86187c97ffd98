#define BOOST_TEST_MODULE cross_entropy
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/backend/cpu/loss_step.hpp>
#include <tenet/losses/cross_entropy.hpp>

#include <support/message_of.hpp>

using namespace tenet;

static_assert(Loss<CrossEntropy> && CrossEntropy::takes_labels);

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float logits[3][5] = {
    {0.5f, -1.25f, 3.0f, 0.0f, 2.0f}, {-2.0f, 4.0f, -0.5f, 1.5f, 100.0f}, {80.0f, -90.0f, 10.0f, 0.0f, 7.5f}};
constexpr int labels[3] = {2, 0, 1};

void check_against_torch(const CrossEntropy& loss, const float (&losses)[3], const float (&gradients)[3][5]) {
    Lanes<4> lanes[5], lane_gradient[5];
    IntLanes<4> lane_labels(0);
    for (int n = 0; n < 3; ++n) {
        for (int i = 0; i < 5; ++i) lanes[i].v[n] = logits[n][i];
        lane_labels.v[n] = labels[n];
    }
    // The fourth lane holds no sample, but the oddest of contents.
    lanes[0].v[3] = infinity, lanes[1].v[3] = -infinity, lanes[2].v[3] = std::nanf(""), lanes[3].v[3] = 3e38f,
    lanes[4].v[3] = -3e38f;
    Lanes<4> scale(1.0f / 3);
    scale.v[3] = 0.0f;
    const Lanes<4> of_lanes = loss.gradient(lanes, 5, lane_labels, scale, lane_gradient);
    const Lanes<4> forward_lanes = loss.forward(lanes, 5, lane_labels);

    for (int n = 0; n < 3; ++n) {
        float gradient[5];
        BOOST_TEST(loss.forward(logits[n], 5, labels[n]) == losses[n], boost::test_tools::tolerance(1e-6f));
        BOOST_TEST(loss.gradient(logits[n], 5, labels[n], 1.0f / 3, gradient) == losses[n],
                   boost::test_tools::tolerance(1e-6f));
        BOOST_TEST(of_lanes[n] == losses[n], boost::test_tools::tolerance(1e-6f));
        BOOST_TEST(forward_lanes[n] == losses[n], boost::test_tools::tolerance(1e-6f));
        for (int i = 0; i < 5; ++i) {
            BOOST_TEST(std::abs(gradient[i] - gradients[n][i]) < 1e-7f);
            BOOST_TEST(std::abs(lane_gradient[i][n] - gradients[n][i]) < 1e-7f);
        }
    }
}

}  // namespace

// torch 2.x: F.cross_entropy(x, [2, 0, 1], reduction='none') and the gradient of its mean
BOOST_AUTO_TEST_CASE(agrees_with_torch) {
    check_against_torch({}, {0.414765553f, 102.0f, 170.0f},
                        {{0.0180722468f, 0.0031404856f, -0.113168295f, 0.0109613718f, 0.0809941911f},
                         {-0.333333333f, 0.0f, 0.0f, 0.0f, 0.333333333f},
                         {0.333333333f, -0.333333333f, 0.0f, 0.0f, 0.0f}});
}

// torch 2.x: the same with label_smoothing=0.1
BOOST_AUTO_TEST_CASE(label_smoothing_agrees_with_torch) {
    check_against_torch({.label_smoothing = 0.1f}, {0.629765553f, 99.74f, 160.85f},
                        {{0.0114055802f, -0.00352618107f, -0.0865016287f, 0.00429470513f, 0.0743275245f},
                         {-0.306666667f, -0.00666666667f, -0.00666666667f, -0.00666666667f, 0.326666667f},
                         {0.326666667f, -0.306666667f, -0.00666666667f, -0.00666666667f, -0.00666666667f}});
}

BOOST_AUTO_TEST_CASE(gradient_is_the_slope_of_the_loss) {
    for (float smoothing : {0.0f, 0.3f}) {
        const CrossEntropy loss{smoothing};
        float gradient[5];
        loss.gradient(logits[0], 5, 3, 0.5f, gradient);
        for (int i = 0; i < 5; ++i) {
            constexpr float step = 1e-2f;
            float up[5], down[5];
            for (int k = 0; k < 5; ++k) up[k] = down[k] = logits[0][k];
            up[i] += step, down[i] -= step;
            const float slope = (loss.forward(up, 5, 3) - loss.forward(down, 5, 3)) / (up[i] - down[i]);
            BOOST_TEST(std::abs(gradient[i] - 0.5f * slope) < 3e-5f);
        }
    }
}

BOOST_AUTO_TEST_CASE(gradient_may_overwrite_the_logits) {
    float apart[5], in_place[5];
    for (int i = 0; i < 5; ++i) in_place[i] = logits[0][i];
    const float loss = CrossEntropy{0.1f}.gradient(logits[0], 5, 4, 0.25f, apart);
    BOOST_TEST((CrossEntropy{0.1f}.gradient(in_place, 5, 4, 0.25f, in_place)) == loss);
    for (int i = 0; i < 5; ++i) BOOST_TEST(in_place[i] == apart[i]);
}

BOOST_AUTO_TEST_CASE(extreme_logits_stay_finite) {
    const float huge[3] = {3e38f, -3e38f, 0.0f};
    float gradient[3];
    BOOST_TEST(CrossEntropy{}.gradient(huge, 3, 0, 1.0f, gradient) == 0.0f);
    BOOST_TEST(gradient[0] == 0.0f);
    BOOST_TEST(CrossEntropy{}.forward(huge, 3, 2) == 3e38f);
    const float masked[2] = {1.0f, -infinity};  // a class that was excluded
    BOOST_TEST(CrossEntropy{}.forward(masked, 2, 0) == 0.0f);
    BOOST_TEST(CrossEntropy{}.forward(masked, 2, 1) == infinity);
    const float one_masked[3] = {-infinity, 0.0f, 1.0f};  // a share of the target is there
    BOOST_TEST(CrossEntropy{0.1f}.forward(one_masked, 3, 2) == infinity);
    BOOST_TEST(CrossEntropy{0.1f}.gradient(one_masked, 3, 2, 1.0f, gradient) == infinity);
    BOOST_TEST(CrossEntropy{0.1f}.forward(huge, 3, 0) == 3e37f, boost::test_tools::tolerance(1e-6f));
    // Logits that are further apart than the largest float.
    BOOST_TEST(CrossEntropy{0.1f}.forward(huge, 2, 0) == 3e37f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(CrossEntropy{1.0f}.forward(huge, 2, 0) == 3e38f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(CrossEntropy{1.0f}.forward(huge, 2, 1) == 3e38f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(CrossEntropy{1.0f}.gradient(huge, 2, 1, 1.0f, gradient) == 3e38f, boost::test_tools::tolerance(1e-6f));
    const float label_masked[3] = {-infinity, 1.0f, 2.0f};
    BOOST_TEST(CrossEntropy{1.0f}.forward(label_masked, 3, 0) == infinity);
}

BOOST_AUTO_TEST_CASE(nan_is_not_hidden) {
    const float broken[3] = {0.0f, std::nanf(""), 1.0f};
    BOOST_TEST(std::isnan(CrossEntropy{}.forward(broken, 3, 0)));
    BOOST_TEST(std::isnan(CrossEntropy{}.forward(broken + 1, 2, 1)));
}

BOOST_AUTO_TEST_CASE(many_classes) {
    constexpr int n = 100'000;
    static float equal[n];
    BOOST_TEST(CrossEntropy{}.forward(equal, n, 7) == std::log(static_cast<float>(n)),
               boost::test_tools::tolerance(1e-6f));
}

// A float counts to 2^24.
BOOST_AUTO_TEST_CASE(more_places_than_a_float_counts) {
    constexpr int places = (1 << 24) + 3;
    std::vector<float> output(places, 1.0f);
    const std::vector<std::int32_t> labels(places, 0);
    float one_place = 0.0f;
    const float scale = 1.0f;
    const CrossEntropy loss;
    cpu::detail::LossLanes found;
    cpu::detail::LossStep<CrossEntropy>::run(&loss, output.data(), places, places, labels.data(), &one_place, &scale,
                                             output.data(), &found);
    BOOST_TEST(found.sum(1, &scale).correct == places);
}

BOOST_AUTO_TEST_CASE(smoothing_is_a_share) {
    const auto said = [](float smoothing) {
        return testing::message_of<std::invalid_argument>([&] { CrossEntropy{smoothing}.check(); });
    };
    BOOST_TEST(said(1.5f) == "CrossEntropy: label_smoothing: expected 0 to 1, found 1.5");
    BOOST_TEST(said(-0.25f) == "CrossEntropy: label_smoothing: expected 0 to 1, found -0.25");
    BOOST_TEST(said(std::nanf("")) == "CrossEntropy: label_smoothing: expected 0 to 1, found nan");
    for (const float smoothing : {0.0f, 0.1f, 1.0f}) CrossEntropy{smoothing}.check();
}
