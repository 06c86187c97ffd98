#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <tenet/core/expect.hpp>
#include <tenet/core/raise.hpp>
#include <tenet/initializers/initializer.hpp>

namespace TENET_NAMESPACE {

/// Independent normal numbers, drawn again until they lie in [a, b] (which is not in units of std). Requires a < b, std
/// > 0 and a mean at most 2 std outside [a, b]; std::invalid_argument else.
/// https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.trunc_normal_
struct TruncatedNormal {
    float mean = 0.0f, std = 1.0f, a = -2.0f, b = 2.0f;

    void operator()(std::span<float> values, const TensorInfo&, Generator random) const {
        if (!(std > 0.0f && a < b && mean >= a - 2 * std && mean <= b + 2 * std))
            detail::raise_invalid_argument("TruncatedNormal: mean " + std::to_string(mean) + ", std " +
                                           std::to_string(std) + ", interval " + std::to_string(a) + " to " +
                                           std::to_string(b) +
                                           ": expected a < b, std > 0 and a mean at most 2 std outside");
        detail::expect_finite("TruncatedNormal", "mean", mean);
        detail::expect_finite("TruncatedNormal", "std", std);
        const double low = (static_cast<double>(a) - mean) / std, high = (static_cast<double>(b) - mean) / std;
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = std::clamp(static_cast<float>(mean + std * draw(random, i, low, high)), a, b);
    }

  private:
    // Each step of the generator is an attempt. A narrow interval is filled evenly and thinned to the density: there a
    // normal number would hit too rarely.
    static double draw(Generator random, std::size_t i, double low, double high) {
        const bool narrow = high - low < 2.5;
        const double peak = std::clamp(0.0, low, high);
        for (;; ++random.step) {
            const double z = narrow ? low + (high - low) * random.uniform(2 * i) : random.normal(i);
            if (narrow ? random.uniform(2 * i + 1) < std::exp((peak * peak - z * z) / 2) : z >= low && z <= high)
                return z;
        }
    }
};

}  // namespace tenet
