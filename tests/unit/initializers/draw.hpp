#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <tenet/initializers/initializer.hpp>

/// The numbers an initializer gives a tensor.
template <class Initializer>
std::vector<float> draw(const Initializer& initializer, const tenet::TensorInfo& tensor, std::uint64_t seed = 1) {
    static_assert(tenet::Initializer<Initializer>);
    std::vector<float> values(static_cast<std::size_t>(tensor.shape.count()), std::nanf(""));
    initializer(values, tensor, tenet::Generator{tenet::Seed{seed}});
    return values;
}

struct Statistics {
    double mean = 0, std = 0, least = INFINITY, most = -INFINITY;
    explicit Statistics(const std::vector<float>& values) {
        const auto n = static_cast<double>(values.size());
        for (const double x : values) {
            mean += x / n;
            least = std::fmin(least, x);
            most = std::fmax(most, x);
        }
        for (const double x : values) std += (x - mean) * (x - mean) / n;
        std = std::sqrt(std);
    }
};

/// Shape [200, 500], fans 500 and 200.
inline constexpr tenet::TensorInfo wide{"0.weight", tenet::Shape{200, 500}, 500, 200};
