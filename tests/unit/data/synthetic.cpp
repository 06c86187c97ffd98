#define BOOST_TEST_MODULE synthetic
#include <cmath>

#include <boost/test/unit_test.hpp>

#include <tenet/data/synthetic.hpp>

#include "support/message_of.hpp"

using namespace tenet;
using namespace tenet::testing;

BOOST_AUTO_TEST_CASE(targets_follow_the_law_up_to_the_noise) {
    const int n = 10'000;
    const float noise = 0.01f;
    const auto samples = data::synthetic_linear({2, -3.4f}, 4.2f, n, noise, Seed{1});
    BOOST_TEST(samples.size() == n);
    BOOST_CHECK(samples.input_shape() == Shape{2});
    BOOST_CHECK(samples.target_shape() == Shape{1});
    double sums[2]{}, squares[2]{}, products = 0, errors = 0, square_errors = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        const auto x = samples.input(i);
        for (std::size_t j = 0; j < 2; ++j) sums[j] += x[j], squares[j] += double{x[j]} * double{x[j]};
        products += double{x[0]} * double{x[1]};
        const double error = double{samples.target(i)[0]} - (2.0 * double{x[0]} - 3.4 * double{x[1]} + 4.2);
        errors += error;
        square_errors += error * error;
    }
    // Five standard deviations of each estimate.
    for (int j = 0; j < 2; ++j) {
        BOOST_TEST(std::fabs(sums[j] / n) < 0.05);
        BOOST_TEST(std::fabs(squares[j] / n - 1) < 0.071);
    }
    BOOST_TEST(std::fabs(products / n) < 0.05);
    BOOST_TEST(std::fabs(errors / n) < 0.0005);
    BOOST_TEST(std::fabs(std::sqrt(square_errors / n) / 0.01 - 1) < 0.036);
}

BOOST_AUTO_TEST_CASE(without_noise_the_law_is_exact) {
    const auto samples = data::synthetic_linear({1}, 1, 100, 0, Seed{3});
    for (std::int64_t i = 0; i < 100; ++i)
        BOOST_TEST(samples.target(i)[0] == static_cast<float>(double{samples.input(i)[0]} + 1));
}

BOOST_AUTO_TEST_CASE(the_seed_alone_determines_the_samples) {
    const auto first = [](Seed seed) { return data::synthetic_linear({1, 2}, 3, 2, 0.1f, seed).target(0)[0]; };
    BOOST_TEST(first(Seed{1}) == first(Seed{1}));
    BOOST_TEST(first(Seed{1}) != first(Seed{2}));
}

BOOST_AUTO_TEST_CASE(what_makes_no_samples) {
    BOOST_TEST(message_of<std::invalid_argument>([] { data::synthetic_linear({}, 1, 1, 0, Seed{}); }) ==
               "synthetic_linear: expected at least one weight, found none");
    BOOST_CHECK_THROW(data::synthetic_linear({1}, 1, -1, 0, Seed{}), std::invalid_argument);
    BOOST_CHECK_THROW(data::synthetic_linear({1}, 1, 1, -0.5f, Seed{}), std::invalid_argument);
    BOOST_TEST(data::synthetic_linear({1}, 1, 0, 0, Seed{}).size() == 0);
}
