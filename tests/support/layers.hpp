#pragma once

#include <tenet/layers/layer.hpp>

/// Layers as a user may write them.
namespace tenet::testing {

/// y[i] = w[i] x[i] + c[i] x[i]^2: c is never trained.
struct Quadratic {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape in) {
        return {ParameterSpec{"weight", in, InitialValue::constant(0.75f)},
                ParameterSpec{"curvature", in, InitialValue::constant(0.5f), 1, 1, false}};
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights w, T* y) {
        for (int i = 0; i < In.count(); ++i) y[i] = w[0][i] * x[i] + w[1][i] * x[i] * x[i];
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T* x, const T*, const T* dy, Weights w, T* dx, Gradients g) {
        for (int i = 0; i < In.count(); ++i) {
            dx[i] = (w[0][i] + w[1][i] * x[i] * 2.0f) * dy[i];
            g.add(0, i, dy[i] * x[i]);
        }
    }
};

/// y = [sum of x, sum of squares of x]: without parameters, into another shape.
struct Moments {
    static constexpr Shape output(Shape) { return Shape{2}; }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights, T* y) {
        y[0] = y[1] = T(0.0f);
        for (int i = 0; i < In.count(); ++i) {
            y[0] = y[0] + x[i];
            y[1] = y[1] + x[i] * x[i];
        }
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T* x, const T*, const T* dy, Weights, T* dx, Gradients) {
        for (int i = 0; i < In.count(); ++i) dx[i] = dy[0] + x[i] * dy[1] * 2.0f;
    }
};

}  // namespace tenet::testing
