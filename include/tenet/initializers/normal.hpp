#pragma once

#include <tenet/initializers/initializer.hpp>

namespace TENET_NAMESPACE {

/// Independent normal numbers with this mean and standard deviation.
/// https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.normal_
struct Normal {
    float mean = 0.0f, std = 1.0f;

    TENET_NOINLINE void operator()(std::span<float> values, const TensorInfo&, Generator random) const {
        // In double the product is exact: contraction to a fused multiply-add changes nothing.
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(mean + static_cast<double>(std) * random.normal(i));
    }
};

}  // namespace tenet
