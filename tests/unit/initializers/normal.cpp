#define BOOST_TEST_MODULE normal
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/initializers/normal.hpp>

#include <support/message_of.hpp>

#include "draw.hpp"

using namespace tenet;

BOOST_AUTO_TEST_CASE(has_its_mean_and_deviation) {
    const Statistics s(draw(Normal{.mean = 2.0f, .std = 0.01f}, wide));
    BOOST_TEST(std::abs(s.mean - 2.0) < 4 * 0.01 / std::sqrt(1e5));
    BOOST_TEST(std::abs(s.std - 0.01) < 4 * 0.01 / std::sqrt(2e5));
    BOOST_TEST(s.most > 2.035);
    BOOST_TEST(s.least < 1.965);
}

BOOST_AUTO_TEST_CASE(same_seed_same_numbers) {
    BOOST_TEST((draw(Normal{}, wide, 7) == draw(Normal{}, wide, 7)));
    BOOST_TEST((draw(Normal{}, wide, 7) != draw(Normal{}, wide, 8)));
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const auto& initializer) {
        return testing::message_of<std::invalid_argument>([&] { draw(initializer, wide); });
    };
    BOOST_TEST(said(Normal{.std = -1.0f}) == "Normal: std: expected a finite number of 0 or more, found -1");
    BOOST_TEST(said(Normal{.std = NAN}) == "Normal: std: expected a finite number of 0 or more, found nan");
    BOOST_TEST(said(Normal{.mean = INFINITY}) == "Normal: mean: expected a finite number, found inf");
    draw(Normal{.std = 0.0f}, wide);
}
