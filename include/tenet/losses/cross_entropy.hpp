#pragma once

#include <cstdint>

#include <tenet/core/expect.hpp>
#include <tenet/losses/loss.hpp>
#include <tenet/math/block_sum.hpp>
#include <tenet/math/exp.hpp>
#include <tenet/math/log.hpp>
#include <tenet/math/min_max.hpp>

namespace TENET_NAMESPACE {

/// Softmax and negative log-likelihood of the label, from logits x of n classes, s = label_smoothing:
/// loss = -sum_i t[i] log softmax(x)[i], t[i] = (1 - s) [i == label] + s / n; dloss/dx = softmax(x) - t.
///
/// Of an output [C, H, W] the mean of that over the pixels, each with a label of its own.
/// The largest logit is subtracted first, so that no finite logits overflow. Requires 0 <= label < n and 0 <= s <= 1.
/// https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
struct CrossEntropy {
    TENET_LOCAL static constexpr bool takes_labels = true;

    float label_smoothing = 0.0f;

    template <class Self, class Visit>
    static constexpr void hyper_parameters(Self& self, Visit&& visit) {
        visit("label_smoothing", self.label_smoothing);
    }

    void check() const {
        detail::expect(label_smoothing >= 0.0f && label_smoothing <= 1.0f, "CrossEntropy", "label_smoothing", "0 to 1",
                       label_smoothing);
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T forward(const T* logits, int n, integer_of<T> label) const {
        return value(sum_up(logits, n, label, [](int, T) TENET_INLINE_LAMBDA {}));
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T gradient(const T* logits, int n, integer_of<T> label, T scale, T* gradient) const {
        // `gradient` may be where the logits are.
        const Sums<T> sums =
            sum_up(logits, n, label, [&](int i, T power) TENET_INLINE_LAMBDA { gradient[i] = power; });
        const T inverse = scale / sums.powers;
        const T everywhere = scale * T(label_smoothing / static_cast<float>(n));
        const T label_too = scale * T(1.0f - label_smoothing) + everywhere;
        const integer_of<T> one = 1;
        integer_of<T> place = 0;
        for (int i = 0; i < n; ++i, place = place + one) {
            const T target = select(label == place, label_too, everywhere);
            gradient[i] = gradient[i] * inverse - target;
        }
        return value(sums);
    }

  private:
    /// Of logits less the largest one, x: sum_i e^x[i], x[label], label_smoothing / n sum_i x[i].
    template <class T>
    struct Sums {
        T powers, at_label, smoothed;
    };

    /// `visit(i, e^x[i])` is called when the logits up to i are not needed any more.
    template <class T, class Visit>
    TENET_HOST_DEVICE TENET_INLINE Sums<T> sum_up(const T* logits, int n, integer_of<T> label, const Visit& visit) const {
        const T top = largest(logits, n), least = math::least_beside(top);
        const T share(label_smoothing / static_cast<float>(n));
        const T cut = below(logits, n, least, share);
        T at_label = top;
        // Counted in the lanes: g++ 12 makes 16 instructions of one number for all lanes.
        const integer_of<T> one = 1;
        integer_of<T> place = 0;
        const auto sums = add_in_blocks<TwoSums<T>, 1>(n, [&](TwoSums<T>& sum, int i) TENET_INLINE_LAMBDA {
            const T logit = logits[i], x = math::max(logit, least) - top;
            const T power = math::exp(x);
            sum.first = sum.first + power;
            at_label = select(label == place, logit, at_label);
            place = place + one;
            sum.second = multiply_add(x, share, sum.second);
            visit(i, power);
        });
        // Smoothing of 1 leaves no share of the label, whose distance may not be finite: 0 times that would be NaN.
        return {sums.first, label_smoothing == 1.0f ? T(0.0f) : at_label - top, sums.second + cut};
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE static T largest(const T* logits, int n) {
        T top = logits[0];
        for (int i = 1; i < n; ++i) top = select(logits[i] > top, logits[i], top);
        return top;
    }

    // What smoothing takes of logits below `least`, whose difference from the largest one was cut there.
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T below(const T* logits, int n, T least, T share) const {
        T sum = 0.0f;
        if (label_smoothing != 0.0f)
            for (int i = 0; i < n; ++i) sum = sum + select(logits[i] < least, share * logits[i] - share * least, T(0.0f));
        return sum;
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE T value(const Sums<T>& sums) const {
        T loss = math::log(sums.powers) - T(1.0f - label_smoothing) * sums.at_label;
        if (label_smoothing != 0.0f) loss = loss - sums.smoothed;
        return loss;
    }
};

}  // namespace tenet
