#pragma once

#include <tenet/core/expect.hpp>
#include <tenet/initializers/initializer.hpp>

namespace TENET_NAMESPACE {

/// Independent normal numbers with this mean and standard deviation. Requires a finite mean and a finite std of 0 or
/// more; std::invalid_argument else. https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.normal_
struct Normal {
    float mean = 0.0f, std = 1.0f;

    TENET_NOINLINE void operator()(std::span<float> values, const TensorInfo&, Generator random) const {
        detail::expect_finite("Normal", "mean", mean);
        detail::expect_not_negative("Normal", "std", std);
        // In double the product is exact: contraction to a fused multiply-add changes nothing.
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(mean + static_cast<double>(std) * random.normal(i));
    }
};

}  // namespace tenet
