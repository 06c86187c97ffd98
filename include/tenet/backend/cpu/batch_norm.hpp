#pragma once

#include <algorithm>
#include <cmath>

#include <tenet/backend/cpu/step_code.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/math/sqrt.hpp>
#include <tenet/operations/batch_norm.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

/// 1 in the lanes that hold a sample, 0 beyond.
template <class T>
TENET_INLINE T held_lanes(int count) {
    float held[lanes_of<T>];
    for (int l = 0; l < lanes_of<T>; ++l) held[l] = l < count ? 1.0f : 0.0f;
    return load<T>(held);
}

/// For each channel of a group of lanes: the sum of x, then the sum of squared distances from `center`.
struct ChannelMoments {
    template <class T>
    static TENET_INLINE void run(const T* x, int channels, std::int64_t plane, int count, float* mean_and_squares,
                                 int samples_before) {
        const T held = held_lanes<T>(count);
        for (int c = 0; c < channels; ++c, x += plane) {
            T sum(0.0f);
            for (std::int64_t i = 0; i < plane; ++i) sum = sum + x[i];
            const auto here = static_cast<float>(count) * static_cast<float>(plane);
            const float mean = sum_lanes(sum * held) / here;
            const T center(mean);
            T squares(0.0f);
            for (std::int64_t i = 0; i < plane; ++i) {
                const T distance = x[i] - center;
                squares = squares + distance * distance;
            }
            // Moments of two sets together, after Chan, Golub and LeVeque (1983).
            const auto before = static_cast<float>(samples_before) * static_cast<float>(plane);
            float* const moments = mean_and_squares + 2 * c;
            const float shift = samples_before > 0 ? mean - moments[0] : 0.0f;
            const float base = samples_before > 0 ? moments[0] : mean;
            moments[1] = (samples_before > 0 ? moments[1] : 0.0f) + sum_lanes(squares * held) +
                         shift * shift * (before * here / (before + here));
            moments[0] = base + shift * (here / (before + here));
        }
    }
};

/// y[c][i] = Formula(x[c][i] * scale[c] + shift[c], plus added[c][i] if the formula adds something).
template <class Formula>
struct ChannelAffine {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* added, T* y, int channels, std::int64_t plane,
                                 const float* scales, const float* shifts) {
        for (int c = 0; c < channels; ++c) {
            const T scale(scales[c]), shift(shifts[c]);
            for (std::int64_t i = c * plane; i < (c + 1) * plane; ++i) {
                const T value = x[i] * scale + shift;
                if constexpr (adds_value<Formula>)
                    y[i] = Formula::value(value + added[i]);
                else
                    y[i] = Formula::value(value);
            }
        }
    }
};

/// dx[c][i] = dy[c][i] * scale[c].
struct ChannelScale {
    template <class T>
    static TENET_INLINE void run(const T* dy, T* dx, int channels, std::int64_t plane, const float* scales) {
        for (int c = 0; c < channels; ++c) {
            const T scale(scales[c]);
            for (std::int64_t i = c * plane; i < (c + 1) * plane; ++i) dx[i] = dy[i] * scale;
        }
    }
};

/// The same for one sample: neighbouring elements in the lanes, single ones at a channel's end.
template <class Formula>
struct ChannelAffineSingle {
    template <class T>
    static TENET_INLINE void run(const float* x, const float* added, float* y, int channels, std::int64_t plane,
                                 const float* scales, const float* shifts) {
        for (int c = 0; c < channels; ++c, x += plane, y += plane, added += adds_value<Formula> ? plane : 0) {
            std::int64_t i = 0;
            for (; i + lanes_of<T> <= plane; i += lanes_of<T>) one<T>(x, added, y, i, T(scales[c]), T(shifts[c]));
            for (; i < plane; ++i) one<float>(x, added, y, i, scales[c], shifts[c]);
        }
    }

  private:
    template <class T>
    static TENET_INLINE void one(const float* x, const float* added, float* y, std::int64_t i, T scale, T shift) {
        T value = load<T>(x + i) * scale + shift;
        if constexpr (adds_value<Formula>) value = value + load<T>(added + i);
        store(y + i, Formula::value(value));
    }
};

/// sums[2c] += the sum of dy, sums[2c + 1] += the sum of dy * (x - mean) * rstd.
struct ChannelGradientSums {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* dy, int channels, std::int64_t plane, const float* statistics,
                                 float* sums) {
        for (int c = 0; c < channels; ++c, x += plane, dy += plane) {
            const T mean(statistics[4 * c]), rstd(statistics[4 * c + 1]);
            T sum(0.0f), product(0.0f);
            for (std::int64_t i = 0; i < plane; ++i) {
                sum = sum + dy[i];
                product = product + dy[i] * ((x[i] - mean) * rstd);
            }
            sums[2 * c] += sum_lanes(sum);
            sums[2 * c + 1] += sum_lanes(product);
        }
    }
};

/// dx = weight * rstd * (dy - mean of dy - x' * mean of dy x'), x' = (x - mean) * rstd; 0 in lanes that hold no sample.
struct ChannelNormGradient {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* dy, T* dx, int channels, std::int64_t plane,
                                 const float* statistics, const float* weight, int count) {
        const T held = held_lanes<T>(count);
        for (int c = 0; c < channels; ++c) {
            const float* const s = statistics + 4 * c;
            const T mean(s[0]), rstd(s[1]), mean_dy(s[2]), mean_product(s[3]);
            const T factor = T((weight ? weight[c] : 1.0f) * s[1]) * held;
            for (std::int64_t i = c * plane; i < (c + 1) * plane; ++i)
                dx[i] = factor * (dy[i] - mean_dy - (x[i] - mean) * rstd * mean_product);
        }
    }
};

}  // namespace detail

/// Statistics of a channel: mean, 1 / sqrt(var + eps), and in backward the means of dy and of dy times the normalised
/// x.
template <>
struct Family<operations::BatchNorm> : NoScratch {
    using Op = operations::BatchNorm;

    static constexpr std::int64_t forward_scratch(const Op& op) { return 2 * op.channels; }
    static constexpr std::int64_t shared_size(const Op& op) { return 4LL * op.channels; }
    static constexpr std::int64_t partial_size(const Op& op) { return 2LL * op.channels; }

    /// This task's mean and sum of squares of each channel.
    template <class Isa>
    static void statistics(const Op& op, const Operands& o) {
        using T = Value<Isa>;
        for (int g = 0; g < o.context->groups; ++g)
            call<Isa, detail::ChannelMoments>(reinterpret_cast<const T*>(o.x[0][g]), op.channels, op.plane,
                                              std::min(Isa::lanes, o.context->samples - g * Isa::lanes), o.partial,
                                              g * Isa::lanes);
    }
    /// Those of the batch, from those of all tasks in their order; and the running averages.
    static void finish_statistics(const Op& op, const BatchShare& share, float* const* weights) {
        const double plane = static_cast<double>(op.plane), total = share.samples * plane;
        for (int c = 0; c < op.channels; ++c) {
            double mean = 0.0, squares = 0.0, before = 0.0;
            for (int task = 0; task < share.tasks; ++task) {
                const float* const moments = share.partial + task * share.partial_stride + 2 * c;
                const double here = share.samples_of(task) * plane, shift = moments[0] - mean;
                squares += moments[1] + shift * shift * (before * here / (before + here));
                mean += shift * (here / (before + here));
                before += here;
            }
            const double variance = squares / total;
            share.values[4 * c] = static_cast<float>(mean);
            share.values[4 * c + 1] = static_cast<float>(1.0 / std::sqrt(variance + op.eps));
            if (!weights) continue;
            float& running_mean = weights[op.affine ? 2 : 0][c];
            float& running_variance = weights[op.affine ? 3 : 1][c];
            const double momentum = op.momentum, unbiased = total > 1.0 ? squares / (total - 1.0) : variance;
            running_mean = static_cast<float>((1.0 - momentum) * running_mean + momentum * mean);
            running_variance = static_cast<float>((1.0 - momentum) * running_variance + momentum * unbiased);
        }
    }
    template <class Isa, class Formula>
    static void forward(const Op& op, const Operands& o) {
        using T = Value<Isa>;
        float *const scales = o.scratch, *const shifts = o.scratch + op.channels;
        for (int c = 0; c < op.channels; ++c) {
            scales[c] = o.shared[4 * c + 1] * (op.affine ? o.weights[0][c] : 1.0f);
            shifts[c] = (op.affine ? o.weights[1][c] : 0.0f) - o.shared[4 * c] * scales[c];
        }
        for (int g = 0; g < o.context->groups; ++g)
            call<Isa, detail::ChannelAffine<Formula>>(
                reinterpret_cast<const T*>(o.x[0][g]), reinterpret_cast<const T*>(o.x[1][g]),
                reinterpret_cast<T*>(o.y[g]), op.channels, op.plane, static_cast<const float*>(scales),
                static_cast<const float*>(shifts));
    }
    /// This task's sums of dy and of dy times the normalised x.
    template <class Isa>
    static void backward_statistics(const Op& op, const Operands& o) {
        using T = Value<Isa>;
        std::fill(o.partial, o.partial + 2 * op.channels, 0.0f);
        for (int g = 0; g < o.context->groups; ++g)
            call<Isa, detail::ChannelGradientSums>(reinterpret_cast<const T*>(o.x[0][g]),
                                                   reinterpret_cast<const T*>(o.dy[g]), op.channels, op.plane, o.shared,
                                                   o.partial);
    }
    /// Those of the batch: they are the gradients by weight and bias, if `gradients` are wanted, or a part of them.
    static void finish_backward_statistics(const Op& op, const BatchShare& share, float* const* gradients,
                                           bool add) {
        const double total = static_cast<double>(share.samples) * static_cast<double>(op.plane);
        for (int c = 0; c < op.channels; ++c) {
            double sum = 0.0, product = 0.0;
            for (int task = 0; task < share.tasks; ++task) {
                sum += share.partial[task * share.partial_stride + 2 * c];
                product += share.partial[task * share.partial_stride + 2 * c + 1];
            }
            share.values[4 * c + 2] = static_cast<float>(sum / total);
            share.values[4 * c + 3] = static_cast<float>(product / total);
            if (gradients && op.affine) {
                gradients[0][c] = (add ? gradients[0][c] : 0.0f) + static_cast<float>(product);
                gradients[1][c] = (add ? gradients[1][c] : 0.0f) + static_cast<float>(sum);
            }
        }
    }
    template <class Isa>
    static void backward(const Op& op, const Operands& o) {
        using T = Value<Isa>;
        if (!o.dx[0].data) return;
        for (int g = 0; g < o.context->groups; ++g)
            call<Isa, detail::ChannelNormGradient>(
                reinterpret_cast<const T*>(o.x[0][g]), reinterpret_cast<const T*>(o.dy[g]),
                reinterpret_cast<T*>(o.dx[0][g]), op.channels, op.plane, o.shared, op.affine ? o.weights[0] : nullptr,
                std::min(Isa::lanes, o.context->samples - g * Isa::lanes));
    }
};

template <>
struct Family<operations::FrozenBatchNorm> : NoScratch {
    using Op = operations::FrozenBatchNorm;

    static constexpr std::int64_t forward_scratch(const Op& op) { return 2 * op.channels; }
    static constexpr std::int64_t backward_scratch(const Op& op) { return 2 * op.channels; }
    static constexpr std::int64_t single_scratch(const Op& op) { return 2 * op.channels; }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights w, Block<T> y, T* scratch, const TaskContext& context,
                        Block<const T> added = {}) {
        float* const scales = reinterpret_cast<float*>(scratch);
        factors(op, w, scales, scales + op.channels);
        for (int g = 0; g < context.groups; ++g)
            call<Isa, detail::ChannelAffine<Formula>>(x[g], added[g], y[g], op.channels, op.plane,
                                                      static_cast<const float*>(scales),
                                                      static_cast<const float*>(scales + op.channels));
    }
    template <class Isa, class, class T>
    static void backward(const Op& op, Block<const T>, Block<const T>, Block<const T> dy, Weights w, Block<T> dx,
                         Gradients, T* scratch, const TaskContext& context) {
        float* const scales = reinterpret_cast<float*>(scratch);
        factors(op, w, scales, scales + op.channels);
        for (int g = 0; g < context.groups; ++g)
            call<Isa, detail::ChannelScale>(dy[g], dx[g], op.channels, op.plane, static_cast<const float*>(scales));
    }
    template <class Isa, class Formula>
    static void forward_single(const Op& op, const float* x, Weights w, float* y, float* scratch,
                               const float* added = nullptr) {
        factors(op, w, scratch, scratch + op.channels);
        call<Isa, detail::ChannelAffineSingle<Formula>>(x, added, y, op.channels, op.plane,
                                                        static_cast<const float*>(scratch),
                                                        static_cast<const float*>(scratch + op.channels));
    }

  private:
    static void factors(const Op& op, Weights w, float* scales, float* shifts) {
        const float *const mean = w[op.affine ? 2 : 0], *const variance = w[op.affine ? 3 : 1];
        for (int c = 0; c < op.channels; ++c) {
            scales[c] = (op.affine ? w[0][c] : 1.0f) / std::sqrt(variance[c] + op.eps);
            shifts[c] = (op.affine ? w[1][c] : 0.0f) - mean[c] * scales[c];
        }
    }
};

}  // namespace tenet::cpu
