#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/step_code.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/math/block_sum.hpp>
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

/// For each channel of a task three numbers: `center`, close to the mean, and sums of x - center and (x - center)^2.
/// Numbers far from 0 lose digits in sums, and their distances from the center do not: with the second number, mean and
/// variance are as exact as those of numbers around 0.
struct ChannelMoments {
    TENET_LOCAL static constexpr int numbers = 3;

    template <class T>
    static TENET_INLINE void run(const T* x, std::ptrdiff_t stride, int groups, int samples, int channels,
                                 std::int64_t plane, float* moments) {
        const T held = held_lanes<T>(samples - (groups - 1) * lanes_of<T>);
        const float share = 1.0f / (static_cast<float>(samples) * static_cast<float>(plane));
        for (int c = 0; c < channels; ++c, x += plane, moments += numbers) {
            T sum{};  // of one group or two, as a task has them
            for (int g = 0; g < groups; ++g) {
                const T* const in = x + g * stride;
                const T part = block_sum<T>(plane, [&](std::int64_t i) TENET_INLINE_LAMBDA { return in[i]; });
                sum += g + 1 < groups ? part : part * held;
            }
            moments[0] = sum_lanes(sum) * share;
            const T center(moments[0]);
            TwoSums<T> total{};
            for (int g = 0; g < groups; ++g) {
                const T* const in = x + g * stride;
                auto part = add_in_blocks<TwoSums<T>>(plane, [&](TwoSums<T>& s, std::int64_t i) TENET_INLINE_LAMBDA {
                    const T distance = in[i] - center;
                    s.first += distance;
                    s.second = multiply_add(distance, distance, s.second);
                });
                if (g + 1 == groups) {
                    part.first *= held;
                    part.second *= held;
                }
                total += part;
            }
            moments[1] = sum_lanes(total.first);
            moments[2] = sum_lanes(total.second);
        }
    }
};

/// y[c][i] = Formula((x[c][i] - mean[c]) * scale[c] + shift[c], plus added[c][i] if the formula adds something): the
/// mean first, because where it is large both products would lose the digits in which they differ.
template <class Formula>
struct ChannelAffine {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* added, T* y, int channels, std::int64_t plane, const float* means,
                                 const float* scales, const float* shifts) {
        for (int c = 0; c < channels; ++c) {
            const T mean(means[c]), scale(scales[c]), shift(shifts[c]);
            for (std::int64_t i = c * plane; i < (c + 1) * plane; ++i) {
                const T value = multiply_add(x[i] - mean, scale, shift);
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
                                 const float* means, const float* scales, const float* shifts) {
        for (int c = 0; c < channels; ++c, x += plane, y += plane, added += adds_value<Formula> ? plane : 0) {
            const float mean = means[c], scale = scales[c], shift = shifts[c];
            std::int64_t i = 0;
            for (; i + lanes_of<T> <= plane; i += lanes_of<T>) one<T>(x, added, y, i, T(mean), T(scale), T(shift));
            for (; i < plane; ++i) one<float>(x, added, y, i, mean, scale, shift);
        }
    }

  private:
    template <class T>
    static TENET_INLINE void one(const float* x, const float* added, float* y, std::int64_t i, const T& mean,
                                 const T& scale, const T& shift) {
        T value = multiply_add(load<T>(x + i) - mean, scale, shift);
        if constexpr (adds_value<Formula>) value = value + load<T>(added + i);
        store(y + i, Formula::value(value));
    }
};

/// For each channel of a task: the sum of dy, and that of dy * (x - mean).
struct ChannelGradientSums {
    TENET_LOCAL static constexpr int numbers = 2;

    template <class T>
    static TENET_INLINE void run(const T* x, std::ptrdiff_t x_stride, const T* dy, std::ptrdiff_t dy_stride, int groups,
                                 int channels, std::int64_t plane, const float* means, float* sums) {
        for (int c = 0; c < channels; ++c, x += plane, dy += plane, sums += numbers) {
            const T mean(means[c]);
            TwoSums<T> total{};
            for (int g = 0; g < groups; ++g) {
                const T *const in = x + g * x_stride, *const gradient = dy + g * dy_stride;
                total += add_in_blocks<TwoSums<T>>(plane, [&](TwoSums<T>& s, std::int64_t i) TENET_INLINE_LAMBDA {
                    s.first += gradient[i];
                    s.second = multiply_add(gradient[i], in[i] - mean, s.second);
                });
            }
            sums[0] = sum_lanes(total.first);
            sums[1] = sum_lanes(total.second);
        }
    }
};

/// dx = weight * rstd * (dy - constant - (x - mean) * slope); 0 in lanes that hold no sample.
struct ChannelNormGradient {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* dy, T* dx, int channels, std::int64_t plane, const float* means,
                                 const float* rstds, const float* constants, const float* slopes, const float* weight,
                                 int count) {
        const T held = held_lanes<T>(count);
        for (int c = 0; c < channels; ++c) {
            const T mean(means[c]), constant(constants[c]), slope(slopes[c]);
            const T factor = T((weight ? weight[c] : 1.0f) * rstds[c]) * held;
            for (std::int64_t i = c * plane; i < (c + 1) * plane; ++i)
                dx[i] = factor * (dy[i] - constant - (x[i] - mean) * slope);
        }
    }
};

/// What all tasks share, an array over channels of each: the mean and what it lacks as a float, 1 / sqrt(var + eps),
/// and in backward the mean of dy and that of dy x' times 1 / sqrt(var + eps), x' the normalised x, each less what the
/// mean lacks.
template <class Number>
struct ChannelStatistics {
    TENET_LOCAL static constexpr int numbers = 5;
    Number *means, *rests, *rstds, *constants, *slopes;

    ChannelStatistics(Number* values, int channels)
        : means(values),
          rests(means + channels),
          rstds(rests + channels),
          constants(rstds + channels),
          slopes(constants + channels) {}
};

}  // namespace detail

template <>
struct Family<operations::BatchNorm> : NoScratch {
    using Op = operations::BatchNorm;

    static constexpr std::int64_t forward_scratch(const Op& op) { return 2 * op.channels; }
    static constexpr std::int64_t shared_size(const Op& op) { return Shared::numbers * std::int64_t{op.channels}; }
    static constexpr std::int64_t partial_size(const Op& op) { return Moments::numbers * std::int64_t{op.channels}; }

    /// This task's moments of each channel.
    template <class Isa>
    static void statistics(const Op& op, const Operands& o) {
        using T = Value<Isa>;
        call<Isa, Moments>(reinterpret_cast<const T*>(o.x[0].data), o.x[0].stride / Isa::lanes, o.context->groups,
                           o.context->samples, op.channels, op.plane, o.partial);
    }
    /// Those of the batch, from those of all tasks in their order, after Chan, Golub and LeVeque (1983); and the
    /// running averages.
    static void finish_statistics(const Op& op, const BatchShare& share, float* const* weights) {
        const double plane = static_cast<double>(op.plane), total = share.samples * plane;
        const detail::ChannelStatistics<float> shared{share.values, op.channels};
        for (int c = 0; c < op.channels; ++c) {
            double mean = 0.0, squares = 0.0, before = 0.0;
            for (int task = 0; task < share.tasks; ++task) {
                const float* const moments = share.partial + task * share.partial_stride + Moments::numbers * c;
                const double here = share.samples_of(task) * plane, off_center = moments[1] / here;
                const double shift = moments[0] + off_center - mean;
                squares += std::max(0.0, moments[2] - moments[1] * off_center) +
                           shift * shift * (before * here / (before + here));
                mean += shift * (here / (before + here));
                before += here;
            }
            const double variance = squares / total;
            shared.means[c] = static_cast<float>(mean);
            shared.rests[c] = static_cast<float>(mean - shared.means[c]);
            shared.rstds[c] = static_cast<float>(1.0 / std::sqrt(variance + op.eps));
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
        const detail::ChannelStatistics<const float> shared{o.shared, op.channels};
        float *const scales = o.scratch, *const shifts = o.scratch + op.channels;
        for (int c = 0; c < op.channels; ++c) {
            scales[c] = shared.rstds[c] * (op.affine ? o.weights[0][c] : 1.0f);
            shifts[c] = (op.affine ? o.weights[1][c] : 0.0f) - shared.rests[c] * scales[c];
        }
        for (int g = 0; g < o.context->groups; ++g)
            call<Isa, detail::ChannelAffine<Formula>>(
                reinterpret_cast<const T*>(o.x[0][g]), reinterpret_cast<const T*>(o.x[1][g]),
                reinterpret_cast<T*>(o.y[g]), op.channels, op.plane, shared.means, static_cast<const float*>(scales),
                static_cast<const float*>(shifts));
    }
    /// This task's sums of dy and of dy times the distance from the mean.
    template <class Isa>
    static void backward_statistics(const Op& op, const Operands& o) {
        using T = Value<Isa>;
        call<Isa, detail::ChannelGradientSums>(
            reinterpret_cast<const T*>(o.x[0].data), o.x[0].stride / Isa::lanes, reinterpret_cast<const T*>(o.dy.data),
            o.dy.stride / Isa::lanes, o.context->groups, op.channels, op.plane,
            detail::ChannelStatistics<const float>{o.shared, op.channels}.means, o.partial);
    }
    /// Those of the batch: they are the gradients by weight and bias, if `gradients` are wanted, or a part of them.
    static void finish_backward_statistics(const Op& op, const BatchShare& share, float* const* gradients,
                                           bool add) {
        const double total = static_cast<double>(share.samples) * static_cast<double>(op.plane);
        const detail::ChannelStatistics<float> shared{share.values, op.channels};
        for (int c = 0; c < op.channels; ++c) {
            double sum = 0.0, product = 0.0;
            for (int task = 0; task < share.tasks; ++task) {
                const float* const sums =
                    share.partial + task * share.partial_stride + detail::ChannelGradientSums::numbers * c;
                sum += sums[0];
                product += sums[1];
            }
            const double rest = shared.rests[c], rstd = shared.rstds[c];
            product = (product - rest * sum) * rstd;
            const double slope = product / total * rstd;
            shared.constants[c] = static_cast<float>(sum / total - rest * slope);
            shared.slopes[c] = static_cast<float>(slope);
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
        const detail::ChannelStatistics<const float> shared{o.shared, op.channels};
        for (int g = 0; g < o.context->groups; ++g)
            call<Isa, detail::ChannelNormGradient>(
                reinterpret_cast<const T*>(o.x[0][g]), reinterpret_cast<const T*>(o.dy[g]),
                reinterpret_cast<T*>(o.dx[0][g]), op.channels, op.plane, shared.means, shared.rstds, shared.constants,
                shared.slopes, op.affine ? o.weights[0] : nullptr,
                std::min(Isa::lanes, o.context->samples - g * Isa::lanes));
    }

  private:
    using Shared = detail::ChannelStatistics<float>;
    using Moments = detail::ChannelMoments;
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
            call<Isa, detail::ChannelAffine<Formula>>(x[g], added[g], y[g], op.channels, op.plane, means(op, w),
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
        call<Isa, detail::ChannelAffineSingle<Formula>>(x, added, y, op.channels, op.plane, means(op, w),
                                                        static_cast<const float*>(scratch),
                                                        static_cast<const float*>(scratch + op.channels));
    }

  private:
    static const float* means(const Op& op, Weights w) { return w[op.affine ? 2 : 0]; }
    static void factors(const Op& op, Weights w, float* scales, float* shifts) {
        const float* const variance = w[op.affine ? 3 : 1];
        for (int c = 0; c < op.channels; ++c) {
            scales[c] = (op.affine ? w[0][c] : 1.0f) / std::sqrt(variance[c] + op.eps);
            shifts[c] = op.affine ? w[1][c] : 0.0f;
        }
    }
};

}  // namespace tenet::cpu
