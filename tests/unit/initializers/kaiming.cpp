#define BOOST_TEST_MODULE kaiming
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/initializers/kaiming.hpp>

#include <support/message_of.hpp>

#include "draw.hpp"

using namespace tenet;

// torch 2.x: nn.init.calculate_gain(...)
BOOST_AUTO_TEST_CASE(gains_agree_with_torch) {
    BOOST_TEST(calculate_gain(Nonlinearity::linear) == 1.0f);
    BOOST_TEST(calculate_gain(Nonlinearity::sigmoid) == 1.0f);
    BOOST_TEST(calculate_gain(Nonlinearity::tanh) == 1.66666667f);
    BOOST_TEST(calculate_gain(Nonlinearity::relu) == 1.41421356f);
    BOOST_TEST(calculate_gain(Nonlinearity::leaky_relu) == 1.41414286f);
    BOOST_TEST(calculate_gain(Nonlinearity::leaky_relu, 0.2f) == 1.38675049f);
    BOOST_TEST(calculate_gain(Nonlinearity::selu) == 0.75f);
}

BOOST_AUTO_TEST_CASE(uniform_is_bounded_by_gain_and_fan) {
    const double by_fan_in = std::sqrt(6.0 / 500);
    const Statistics s(draw(KaimingUniform{}, wide));
    BOOST_TEST(std::abs(s.most - by_fan_in) < 1e-4);
    BOOST_TEST(std::abs(s.least + by_fan_in) < 1e-4);
    BOOST_TEST(std::abs(s.std - by_fan_in / std::sqrt(3.0)) < 1e-3);

    const Statistics out(draw(KaimingUniform{.mode = FanMode::fan_out, .nonlinearity = Nonlinearity::tanh}, wide));
    BOOST_TEST(std::abs(out.most - 5.0 / 3 * std::sqrt(3.0 / 200)) < 2e-4);
}

BOOST_AUTO_TEST_CASE(normal_has_the_deviation_of_gain_and_fan) {
    const Statistics in(draw(KaimingNormal{.a = 0.5f}, wide));
    BOOST_TEST(std::abs(in.std - std::sqrt(2 / 1.25 / 500)) < 5e-4);
    BOOST_TEST(std::abs(in.mean) < 1e-3);
    const Statistics out(draw(KaimingNormal{.mode = FanMode::fan_out, .nonlinearity = Nonlinearity::relu}, wide));
    BOOST_TEST(std::abs(out.std - 0.1) < 1e-3);
}

BOOST_AUTO_TEST_CASE(a_tensor_without_inputs_becomes_zero) {
    const TensorInfo empty{"w", Shape{3}, 0, 0};
    for (float x : draw(KaimingNormal{}, empty)) BOOST_TEST(x == 0.0f);
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const auto& initializer) {
        return testing::message_of<std::invalid_argument>([&] { draw(initializer, wide); });
    };
    BOOST_TEST(said(KaimingNormal{.a = INFINITY}) == "KaimingNormal: a: expected a finite number, found inf");
    BOOST_TEST(said(KaimingUniform{.a = NAN}) == "KaimingUniform: a: expected a finite number, found nan");
}
