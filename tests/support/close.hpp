#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <support/boost_test.hpp>
#include <support/distance.hpp>

namespace tenet::testing {

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
