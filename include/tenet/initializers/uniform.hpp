#pragma once

#include <tenet/core/expect.hpp>
#include <tenet/initializers/initializer.hpp>

namespace TENET_NAMESPACE {

/// Independent numbers, uniform on [a, b]. Requires finite a <= b; std::invalid_argument else.
/// https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.uniform_
struct Uniform {
    float a = 0.0f, b = 1.0f;

    TENET_NOINLINE void operator()(std::span<float> values, const TensorInfo&, Generator random) const {
        detail::expect_finite("Uniform", "a", a);
        detail::expect_finite("Uniform", "b", b);
        detail::expect(a <= b, "Uniform", "b", "a or more", b);
        // In double the product is exact: contraction to a fused multiply-add changes nothing.
        const double width = static_cast<double>(b) - a;
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(a + width * random.uniform(i));
    }
};

}  // namespace tenet
