#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/math/exp.hpp>
#include <tenet/math/log.hpp>

namespace tenet {

namespace detail {

/// Over the first axis: the features of [N], the channels of [C, ...] at each position. `visit(first, step, n)` gets one row.
template <Shape In, class Visit>
TENET_INLINE void for_each_channel_row(Visit&& visit) {
    constexpr int n = In[0], positions = static_cast<int>(In.count()) / n;
    for (int p = 0; p < positions; ++p) visit(p, positions, n);
}

template <class T>
TENET_INLINE T row_maximum(const T* x, int first, int step, int n) {
    T largest = x[first];
    for (int i = 1; i < n; ++i) largest = select(x[first + i * step] > largest, x[first + i * step], largest);
    return largest;
}

}  // namespace detail

/// y[i] = exp(x[i]) / sum over k of exp(x[k]), over features or channels (dim = 1 of a batch).
/// https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html
struct Softmax {
    static constexpr Inferred infer(const Shape& in) { return {in, {}}; }

    template <Shape In, class T>
    static void forward(const T* x, Weights, T* y) {
        detail::for_each_channel_row<In>([&](int first, int step, int n) TENET_INLINE_LAMBDA {
            const T largest = detail::row_maximum(x, first, step, n);
            T sum = T(0.0f);
            for (int i = 0; i < n; ++i) {
                y[first + i * step] = math::exp(x[first + i * step] - largest);
                sum = sum + y[first + i * step];
            }
            const T scale = T(1.0f) / sum;
            for (int i = 0; i < n; ++i) y[first + i * step] = y[first + i * step] * scale;
        });
    }
    template <Shape In, class T>
    static void backward(const T*, const T* y, const T* dy, Weights, T* dx, Gradients) {
        detail::for_each_channel_row<In>([&](int first, int step, int n) TENET_INLINE_LAMBDA {
            T dot = T(0.0f);
            for (int i = 0; i < n; ++i) dot = dot + y[first + i * step] * dy[first + i * step];
            for (int i = 0; i < n; ++i) dx[first + i * step] = y[first + i * step] * (dy[first + i * step] - dot);
        });
    }
};

/// y[i] = x[i] - log(sum over k of exp(x[k])), over features or channels.
/// https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
struct LogSoftmax {
    static constexpr Inferred infer(const Shape& in) { return {in, {}}; }

    template <Shape In, class T>
    static void forward(const T* x, Weights, T* y) {
        detail::for_each_channel_row<In>([&](int first, int step, int n) TENET_INLINE_LAMBDA {
            const T largest = detail::row_maximum(x, first, step, n);
            T sum = T(0.0f);
            for (int i = 0; i < n; ++i) sum = sum + math::exp(x[first + i * step] - largest);
            const T shift = largest + math::log(sum);
            for (int i = 0; i < n; ++i) y[first + i * step] = x[first + i * step] - shift;
        });
    }
    template <Shape In, class T>
    static void backward(const T*, const T* y, const T* dy, Weights, T* dx, Gradients) {
        detail::for_each_channel_row<In>([&](int first, int step, int n) TENET_INLINE_LAMBDA {
            T sum = T(0.0f);
            for (int i = 0; i < n; ++i) sum = sum + dy[first + i * step];
            for (int i = 0; i < n; ++i) dx[first + i * step] = dy[first + i * step] - math::exp(y[first + i * step]) * sum;
        });
    }
};

}  // namespace tenet
