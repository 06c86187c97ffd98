#pragma once

#include <tenet/initializers/initializer.hpp>

namespace TENET_NAMESPACE {

/// Every number is `value`. https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.constant_
struct Constant {
    float value = 0.0f;

    void operator()(std::span<float> values, const TensorInfo&, Generator) const {
        for (float& x : values) x = value;
    }
};

/// Every number is 0.
struct Zeros {
    void operator()(std::span<float> values, const TensorInfo& tensor, Generator g) const {
        Constant{0.0f}(values, tensor, g);
    }
};

/// Every number is 1.
struct Ones {
    void operator()(std::span<float> values, const TensorInfo& tensor, Generator g) const {
        Constant{1.0f}(values, tensor, g);
    }
};

}  // namespace tenet
