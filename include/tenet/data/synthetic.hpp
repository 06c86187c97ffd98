#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <tenet/core/expect.hpp>
#include <tenet/core/rng.hpp>
#include <tenet/data/dataset.hpp>

namespace TENET_NAMESPACE::data {

/// n samples of a linear law with noise: `y = w . x + b + noise * e`, where the entries of x and e are standard normal.
/// Throws std::invalid_argument when w is empty, n negative or noise below 0 or not finite.
/// Source: Zhang, Lipton, Li, Smola, "Dive into Deep Learning", section 3.2 (there `noise` is 0.01 and n 1000).
///
///     const auto samples = data::synthetic_linear({2, -3.4f}, 4.2f, 1000, 0.01f, Seed{1});
inline Dataset<float, float> synthetic_linear(const std::vector<float>& w, float b, std::int64_t n, float noise,
                                              Seed seed) {
    if (w.empty()) throw std::invalid_argument("synthetic_linear: expected at least one weight, found none");
    if (n < 0) throw std::invalid_argument("synthetic_linear: expected 0 samples or more, found " + std::to_string(n));
    if (!(noise >= 0))
        throw std::invalid_argument("synthetic_linear: expected noise of 0 or more, found " + std::to_string(noise));
    tenet::detail::expect_finite("synthetic_linear", "noise", noise);

    const Generator inputs{seed, Stream::data, 0}, errors{seed, Stream::data, 1};
    std::vector<float> x, y;
    for (std::int64_t i = 0; i < n; ++i) {
        double sum = double{b} + double{noise} * double{errors.normal(static_cast<std::uint64_t>(i))};
        for (const float weight : w) {
            x.push_back(inputs.normal(x.size()));
            sum += double{weight} * double{x.back()};
        }
        y.push_back(static_cast<float>(sum));
    }
    return {Shape{static_cast<int>(w.size())}, std::move(x), Shape{1}, std::move(y)};
}

}  // namespace tenet::data
