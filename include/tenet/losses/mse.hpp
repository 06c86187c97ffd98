#pragma once

#include <tenet/losses/loss.hpp>
#include <tenet/math/block_sum.hpp>

namespace TENET_NAMESPACE {

/// The mean of squares: loss = 1/n sum_i (output[i] - target[i])^2, whose mean over a batch is PyTorch's.
/// https://pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
struct MSE {
    TENET_LOCAL static constexpr bool takes_labels = false;

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T forward(const T* output, const T* target, int n) const {
        const T sum = add_in_blocks<T>(n, [&](T& squares, int i) TENET_INLINE_LAMBDA {
            const T difference = output[i] - target[i];
            squares = multiply_add(difference, difference, squares);
        });
        return sum * T(1.0f / static_cast<float>(n));
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T gradient(const T* output, const T* target, int n, T scale, T* gradient) const {
        const T slope = scale * T(2.0f / static_cast<float>(n));
        const T sum = add_in_blocks<T>(n, [&](T& squares, int i) TENET_INLINE_LAMBDA {
            const T difference = output[i] - target[i];
            squares = multiply_add(difference, difference, squares);
            gradient[i] = slope * difference;
        });
        return sum * T(1.0f / static_cast<float>(n));
    }
};

}  // namespace tenet
