#pragma once

#include <type_traits>

#include <tenet/layers/layer.hpp>
#include <tenet/math/block_sum.hpp>
#include <tenet/math/exp.hpp>
#include <tenet/math/log.hpp>
#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE {

namespace detail {

/// Numbers that a softmax is taken over: the features of [N], or the channels of [C, ...] at one position. Functions
/// get the place of a number in the sample.
struct ChannelRow {
    int first, step, count;

    template <class Visit>
    TENET_HOST_DEVICE TENET_INLINE void for_each(Visit&& visit) const {
        for (int k = 0; k < count; ++k) visit(first + k * step);
    }
    template <class Term>
    TENET_HOST_DEVICE TENET_INLINE auto sum(Term&& term) const {
        using T = std::remove_cvref_t<decltype(term(first))>;
        return block_sum<T, 1>(count, [&](int k) TENET_INLINE_LAMBDA { return term(first + k * step); });
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T maximum(const T* x) const {
        T largest = x[first];
        for_each([&](int i) TENET_INLINE_LAMBDA { largest = select(x[i] > largest, x[i], largest); });
        return largest;
    }
};

template <Shape In, class Visit>
TENET_HOST_DEVICE TENET_INLINE void for_each_channel_row(Visit&& visit) {
    constexpr int n = In[0], positions = static_cast<int>(In.count()) / n;
    for (int p = 0; p < positions; ++p) visit(ChannelRow{p, positions, n});
}

}  // namespace detail

/// y[i] = exp(x[i]) / sum over k of exp(x[k]), over features or channels (dim = 1 of a batch).
/// https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html
struct Softmax {
    static constexpr Inferred infer(const Shape& in) { return {in, {}}; }

    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights, T* y) {
        detail::for_each_channel_row<In>([&](detail::ChannelRow row) TENET_INLINE_LAMBDA {
            const T largest = row.maximum(x);
            const T least = math::least_beside(largest);
            const T sum =
                row.sum([&](int i) TENET_INLINE_LAMBDA { return y[i] = math::exp(math::max(x[i], least) - largest); });
            const T scale = T(1.0f) / sum;
            row.for_each([&](int i) TENET_INLINE_LAMBDA { y[i] = y[i] * scale; });
        });
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T*, const T* y, const T* dy, Weights, T* dx, Gradients) {
        detail::for_each_channel_row<In>([&](detail::ChannelRow row) TENET_INLINE_LAMBDA {
            const T dot = row.sum([&](int i) TENET_INLINE_LAMBDA { return y[i] * dy[i]; });
            row.for_each([&](int i) TENET_INLINE_LAMBDA { dx[i] = y[i] * (dy[i] - dot); });
        });
    }
};

/// y[i] = x[i] - log(sum over k of exp(x[k])), over features or channels.
/// https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
struct LogSoftmax {
    static constexpr Inferred infer(const Shape& in) { return {in, {}}; }

    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights, T* y) {
        detail::for_each_channel_row<In>([&](detail::ChannelRow row) TENET_INLINE_LAMBDA {
            const T largest = row.maximum(x);
            const T least = math::least_beside(largest);
            const T sum =
                row.sum([&](int i) TENET_INLINE_LAMBDA { return math::exp(math::max(x[i], least) - largest); });
            // In this order: beside a large number the logarithm would be lost.
            const T shift = math::log(sum);
            row.for_each([&](int i) TENET_INLINE_LAMBDA { y[i] = (x[i] - largest) - shift; });
        });
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T*, const T* y, const T* dy, Weights, T* dx, Gradients) {
        detail::for_each_channel_row<In>([&](detail::ChannelRow row) TENET_INLINE_LAMBDA {
            const T sum = row.sum([&](int i) TENET_INLINE_LAMBDA { return dy[i]; });
            row.for_each([&](int i) TENET_INLINE_LAMBDA { dx[i] = dy[i] - math::exp(y[i]) * sum; });
        });
    }
};

}  // namespace tenet
