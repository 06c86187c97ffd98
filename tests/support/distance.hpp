#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

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

}  // namespace tenet::testing
