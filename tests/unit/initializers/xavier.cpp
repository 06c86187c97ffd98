#define BOOST_TEST_MODULE xavier
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/initializers/xavier.hpp>

#include <support/message_of.hpp>

#include "draw.hpp"

using namespace tenet;

BOOST_AUTO_TEST_CASE(uniform_is_bounded_by_both_fans) {
    const double bound = std::sqrt(6.0 / 700);
    const Statistics s(draw(XavierUniform{}, wide));
    BOOST_TEST(std::abs(s.most - bound) < 1e-4);
    BOOST_TEST(std::abs(s.least + bound) < 1e-4);
    BOOST_TEST(std::abs(s.std - bound / std::sqrt(3.0)) < 1e-3);
    BOOST_TEST(std::abs(Statistics(draw(XavierUniform{.gain = 2.0f}, wide)).most - 2 * bound) < 2e-4);
}

BOOST_AUTO_TEST_CASE(normal_has_the_deviation_of_both_fans) {
    const Statistics s(draw(XavierNormal{.gain = 0.5f}, wide));
    BOOST_TEST(std::abs(s.std - 0.5 * std::sqrt(2.0 / 700)) < 3e-4);
    BOOST_TEST(std::abs(s.mean) < 1e-3);
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const auto& initializer) {
        return testing::message_of<std::invalid_argument>([&] { draw(initializer, wide); });
    };
    BOOST_TEST(said(XavierNormal{-1.0f}) == "XavierNormal: gain: expected a finite number of 0 or more, found -1");
    BOOST_TEST(said(XavierUniform{-1.0f}) == "XavierUniform: gain: expected a finite number of 0 or more, found -1");
}
