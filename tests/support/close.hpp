#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <support/boost_test.hpp>

namespace tenet::testing {

/// How far `actual` is from `expected` at most, in units of the number's magnitude + the root mean square of all magnitudes:
/// sums are rounded relative to their summands, which are as large as their neighbours. Where all magnitudes are 0, any
/// difference is infinite.
struct Distance {
    double value = 0.0;
    std::size_t at = 0;
};

inline Distance distance(std::span<const float> actual, std::span<const float> expected, std::span<const float> magnitudes) {
    double squares = 0.0;
    for (const float m : magnitudes) squares += double{m} * m;
    const double typical = std::sqrt(squares / static_cast<double>(std::max<std::size_t>(magnitudes.size(), 1)));
    Distance worst;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double difference = std::abs(double{actual[i]} - expected[i]);
        if (difference == 0.0) continue;
        double relative = difference / (std::abs(magnitudes[i]) + typical);
        if (std::isnan(relative)) relative = INFINITY;
        if (relative > worst.value) worst = {relative, i};
    }
    return worst;
}

/// Holds `actual` to `expected` up to a distance of `tolerance`; magnitudes are those of the expected numbers, or given.
inline void check_close(const std::string& what, std::span<const float> actual, std::span<const float> expected,
                        double tolerance, std::span<const float> magnitudes = {}) {
    BOOST_TEST_REQUIRE(actual.size() == expected.size(),
                       what << " has " << actual.size() << " numbers, expected " << expected.size());
    const Distance worst = distance(actual, expected, magnitudes.empty() ? expected : magnitudes);
    if (worst.value <= tolerance) return;
    BOOST_TEST(false, what << "[" << worst.at << "] = " << actual[worst.at] << ", expected " << expected[worst.at]
                           << ": distance " << worst.value << " > " << tolerance);
}

/// Holds two arrays to the same bits.
inline void check_identical(const std::string& what, std::span<const float> actual, std::span<const float> expected) {
    BOOST_TEST_REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (std::bit_cast<std::uint32_t>(actual[i]) != std::bit_cast<std::uint32_t>(expected[i])) {
            BOOST_TEST(false, what << "[" << i << "] = " << actual[i] << " has other bits than " << expected[i]);
            return;
        }
}

}  // namespace tenet::testing
