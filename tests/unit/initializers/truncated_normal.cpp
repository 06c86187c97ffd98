#define BOOST_TEST_MODULE truncated_normal
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/initializers/truncated_normal.hpp>

#include <support/message_of.hpp>

#include "draw.hpp"

using namespace tenet;

namespace {
double density(double z) {
    return std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979);
}
double below(double z) {
    return std::erfc(-z / std::sqrt(2.0)) / 2;
}

void check(const TruncatedNormal& initializer) {
    const double low = (initializer.a - initializer.mean) / initializer.std;
    const double high = (initializer.b - initializer.mean) / initializer.std;
    const double mass = below(high) - below(low);
    const double mean = (density(low) - density(high)) / mass;
    const double variance = 1 + (low * density(low) - high * density(high)) / mass - mean * mean;
    const Statistics s(draw(initializer, wide));
    BOOST_TEST(s.least >= initializer.a);
    BOOST_TEST(s.most <= initializer.b);
    BOOST_TEST(std::abs((s.mean - initializer.mean) / initializer.std - mean) < 4 * std::sqrt(variance / 1e5));
    BOOST_TEST(std::abs(s.std / initializer.std / std::sqrt(variance) - 1) < 0.01);
}
}  // namespace

BOOST_AUTO_TEST_CASE(moments_are_those_of_the_truncated_distribution) {
    check({});
    check({.mean = 1.0f, .std = 0.5f, .a = 0.0f, .b = 4.0f});
    check({.mean = 0.0f, .std = 1.0f, .a = 1.5f, .b = 9.0f});
    check({.mean = 0.0f, .std = 0.02f, .a = -0.01f, .b = 0.03f});  // narrow
    check({.mean = 0.0f, .std = 1.0f, .a = -3.0f, .b = -1.0f});    // narrow, beside the peak
    check({.mean = 5.0f, .std = 1.0f, .a = 5.0f, .b = 5.0001f});   // nearly a point
}

BOOST_AUTO_TEST_CASE(misuse_is_refused) {
    BOOST_CHECK_THROW(draw(TruncatedNormal{.a = 1.0f, .b = 1.0f}, wide), std::invalid_argument);
    BOOST_CHECK_THROW(draw(TruncatedNormal{.std = 0.0f}, wide), std::invalid_argument);
    BOOST_CHECK_THROW(draw(TruncatedNormal{.a = 3.0f, .b = 4.0f}, wide), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const auto& initializer) {
        return testing::message_of<std::invalid_argument>([&] { draw(initializer, wide); });
    };
    BOOST_TEST(said(TruncatedNormal{.std = INFINITY}) == "TruncatedNormal: std: expected a finite number, found inf");
    BOOST_TEST(said(TruncatedNormal{.mean = -INFINITY, .a = -INFINITY}) ==
               "TruncatedNormal: mean: expected a finite number, found -inf");
}
