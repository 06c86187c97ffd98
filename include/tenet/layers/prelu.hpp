#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/math/block_sum.hpp>
#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE {

/// f(x) = x for x > 0, else a x with a trained slope a (first 0.25): one for all, or `PReLU<C>` one for each of C channels.
/// https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html
template <int Slopes = 1>
struct PReLU {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        if (Slopes != 1 && Slopes != in[0]) result.why << why::takes_1_or_as_many_slopes_as_channels << Slopes;
        else result.output = in;
        return result;
    }
    static constexpr ParameterList parameters(const Shape&) {
        return {ParameterSpec{"weight", Shape{Slopes}, InitialValue::constant(0.25f)}};
    }

    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights w, T* y) {
        constexpr int plane = static_cast<int>(In.count()) / Slopes;
        for (int c = 0; c < Slopes; ++c) {
            const T slope = T(w[0][c]);
            for (int i = c * plane; i < (c + 1) * plane; ++i) y[i] = x[i] * select(x[i] > T(0.0f), T(1.0f), slope);
        }
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T* x, const T*, const T* dy, Weights w, T* dx, Gradients g) {
        constexpr int plane = static_cast<int>(In.count()) / Slopes;
        for (int c = 0; c < Slopes; ++c) {
            const T slope = T(w[0][c]);
            const T sum = add_in_blocks<T>(plane, [&](T& products, int place) TENET_INLINE_LAMBDA {
                const int i = c * plane + place;
                dx[i] = dy[i] * select(x[i] > T(0.0f), T(1.0f), slope);
                products = multiply_add(math::min(x[i], T(0.0f)), dy[i], products);
            });
            g.add(0, c, sum);
        }
    }
};

}  // namespace tenet
