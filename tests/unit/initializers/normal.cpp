#define BOOST_TEST_MODULE normal
#include <boost/test/unit_test.hpp>

#include <tenet/initializers/normal.hpp>

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
