#pragma once

#include <tenet/losses/loss.hpp>

namespace tenet::testing {

/// loss = sum of output times target: the gradient by the outputs is the target, so that a test chooses it.
struct DotLoss {
    static constexpr bool takes_labels = false;

    template <class T>
    TENET_INLINE T forward(const T* output, const T* target, int n) const {
        T sum = 0.0f;
        for (int i = 0; i < n; ++i) sum = multiply_add(output[i], target[i], sum);
        return sum;
    }
    template <class T>
    TENET_INLINE T gradient(const T* output, const T* target, int n, T scale, T* gradient) const {
        const T sum = forward(output, target, n);
        for (int i = 0; i < n; ++i) gradient[i] = scale * target[i];
        return sum;
    }
};

}  // namespace tenet::testing
