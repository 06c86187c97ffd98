#pragma once

#include <tenet/layers/float_arguments.hpp>
#include <tenet/layers/layer.hpp>
#include <tenet/layers/real_option.hpp>
#include <tenet/math/exp.hpp>
#include <tenet/math/log.hpp>

namespace TENET_NAMESPACE {

/// y[c] = x[c] / (K + Alpha / Size * sum of x[j]^2)^Beta over [C, ...], at each position of its own: j runs over the
/// `Size` channels around c, from c - Size / 2 on. K is positive and Alpha not negative: powers are of positive
/// numbers. https://pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
template <int Size, auto Alpha = 1e-4f, auto Beta = 0.75f, auto K = 1.0f>
struct LocalResponseNorm : detail::NotAllFloats<Alpha, Beta, K> {};
template <int Size, float Alpha, float Beta, float K>
struct LocalResponseNorm<Size, Alpha, Beta, K> {
    TENET_LOCAL static constexpr bool saves_output = false;

    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        if (Size < 1)
            result.why << why::window << why::must_be_positive << why::but_is << Size;
        else if (in.rank < 2)
            result.why << why::needs_an_image_but_gets << in;
        detail::require_not_negative(result.why, "alpha", Alpha);
        detail::require_finite(result.why, "beta", Beta);
        detail::require_positive(result.why, "k", K);
        if (result.ok()) result.output = in;
        return result;
    }

    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights, T* y) {
        constexpr int C = In[0], positions = static_cast<int>(In.count()) / C;
        for (int p = 0; p < positions; ++p)
            for (int c = 0; c < C; ++c) {
                const T sum = around<C>(c - Size / 2, [&](int j) TENET_INLINE_LAMBDA {
                    return x[j * positions + p] * x[j * positions + p];
                });
                y[c * positions + p] = x[c * positions + p] * power(base(sum));
            }
    }

    // With s = K + Alpha / Size * sum: dx[c] = dy[c] s[c]^-Beta - 2 Alpha Beta / Size * x[c] * sum over the channels j
    // whose windows hold c of dy[j] x[j] s[j]^(-Beta - 1).
    static constexpr std::int64_t backward_scratch(const Shape& in) { return in[0]; }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T* x, const T*, const T* dy, Weights, T* dx, Gradients, T* inward) {
        constexpr int C = In[0], positions = static_cast<int>(In.count()) / C;
        for (int p = 0; p < positions; ++p) {
            for (int c = 0; c < C; ++c) {
                const int i = c * positions + p;
                const T s = base(around<C>(c - Size / 2, [&](int j) TENET_INLINE_LAMBDA {
                    return x[j * positions + p] * x[j * positions + p];
                }));
                dx[i] = dy[i] * power(s);
                inward[c] = dx[i] * x[i] / s;
            }
            for (int c = 0; c < C; ++c) {
                const int i = c * positions + p;
                const T sum = around<C>(c - (Size - 1) / 2, [&](int j) TENET_INLINE_LAMBDA { return inward[j]; });
                dx[i] = dx[i] - x[i] * sum * T(2.0f * Alpha * Beta / static_cast<float>(Size));
            }
        }
    }

  private:
    /// The sum of a term over the channels of a window that lie inside.
    template <int C, class Term>
    TENET_HOST_DEVICE static TENET_INLINE auto around(int begin, Term&& term) {
        const int end = begin + Size < C ? begin + Size : C;
        int j = begin > 0 ? begin : 0;
        auto sum = term(j);
        while (++j < end) sum = sum + term(j);
        return sum;
    }
    template <class T>
    TENET_HOST_DEVICE static TENET_INLINE T base(T sum) {
        return T(K) + sum * T(Alpha / static_cast<float>(Size));
    }
    template <class T>
    TENET_HOST_DEVICE static TENET_INLINE T power(T base) {
        return math::exp(math::log(base) * T(-Beta));
    }
};

}  // namespace tenet
