#define BOOST_TEST_MODULE constant
#include <boost/test/unit_test.hpp>

#include <tenet/initializers/constant.hpp>

#include "draw.hpp"

using namespace tenet;

BOOST_AUTO_TEST_CASE(every_number_is_the_constant) {
    for (float x : draw(Constant{0.25f}, wide)) BOOST_TEST_REQUIRE(x == 0.25f);
    for (float x : draw(Zeros{}, wide)) BOOST_TEST_REQUIRE(x == 0.0f);
    for (float x : draw(Ones{}, wide)) BOOST_TEST_REQUIRE(x == 1.0f);
}
