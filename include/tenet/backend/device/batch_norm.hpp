#pragma once

#include <tenet/backend/device/convolution.hpp>
#include <tenet/operations/batch_norm.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// What is kept of each channel: mean and 1 / sqrt(var + eps), in backward also the means of dy and of dy x', where
/// x' = (x - mean) rstd.
struct ChannelStatistics {
    float* numbers;
    std::int64_t channels;

    TENET_HOST_DEVICE float& mean(std::int64_t c) const { return numbers[c]; }
    TENET_HOST_DEVICE float& rstd(std::int64_t c) const { return numbers[channels + c]; }
    TENET_HOST_DEVICE float& mean_gradient(std::int64_t c) const { return numbers[2 * channels + c]; }
    TENET_HOST_DEVICE float& mean_product(std::int64_t c) const { return numbers[3 * channels + c]; }
    template <class Number>
    TENET_HOST_DEVICE float normalised(Number x, std::int64_t c) const {
        return (static_cast<float>(x) - mean(c)) * rstd(c);
    }
};

/// Distances from a channel's first number: where all are far from 0 and close to each other, the sum of these keeps
/// the digits that a sum of the numbers loses.
template <class Storage>
struct DistanceFromFirst {
    PixelsOfChannel<Numbers<Storage>> pixels;

    TENET_HOST_DEVICE float operator()(std::int64_t c, std::int64_t t) const { return pixels(c, t) - pixels(c, 0); }
};

template <class Storage>
struct StoreMean {
    PixelsOfChannel<Numbers<Storage>> pixels;
    ChannelStatistics statistics;
    float count;

    TENET_HOST_DEVICE void operator()(std::int64_t c, float sum) const {
        statistics.mean(c) = pixels(c, 0) + sum / count;
    }
};

/// The squares of distances from the mean: they lose no digits, as those of the numbers themselves would.
template <class Storage>
struct SquaredDistance {
    PixelsOfChannel<Numbers<Storage>> pixels;
    ChannelStatistics statistics;

    TENET_HOST_DEVICE float operator()(std::int64_t c, std::int64_t t) const {
        const float distance = pixels(c, t) - statistics.mean(c);
        return distance * distance;
    }
};

struct StoreVariance {
    ChannelStatistics statistics;
    float count, eps, momentum;
    float *running_mean, *running_variance;  // none outside training

    TENET_HOST_DEVICE void operator()(std::int64_t c, float squares) const {
        statistics.rstd(c) = 1.0f / square_root(squares / count + eps);
        if (!running_mean) return;
        const float unbiased = count > 1.0f ? squares / (count - 1.0f) : squares;
        running_mean[c] = (1.0f - momentum) * running_mean[c] + momentum * statistics.mean(c);
        running_variance[c] = (1.0f - momentum) * running_variance[c] + momentum * unbiased;
    }
};

/// y = x' weight + bias.
template <class Formula, class Storage>
struct NormaliseChannels {
    Rows<Storage> x;
    Result<Formula, Storage> result;
    ChannelStatistics statistics;
    std::int64_t plane;
    const float *weight, *bias;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const std::int64_t c = i / plane;
        const float value = statistics.normalised(x[s][i], c);
        result(s, i, weight ? value * weight[c] + bias[c] : value);
    }
};

/// dy x' of channel j.
template <class Storage>
struct GradientTimesNormalised {
    PixelsOfChannel<Numbers<Storage>> gradient;
    PixelsOfChannel<Numbers<Storage>> pixels;
    ChannelStatistics statistics;

    TENET_HOST_DEVICE float operator()(std::int64_t c, std::int64_t t) const {
        return gradient(c, t) * statistics.normalised(pixels(c, t), c);
    }
};

/// The means of the gradient's sums, which are the gradients by bias and weight.
struct StoreGradientSum {
    float* means;
    float count;
    ParameterGradient gradient;

    TENET_HOST_DEVICE void operator()(std::int64_t c, float sum) const {
        means[c] = sum / count;
        if (gradient) gradient(c, sum);
    }
};

/// dx = weight rstd (dy - mean of dy - x' mean of dy x').
template <class Storage>
struct NormalisedGradient {
    Rows<Storage> x;
    Numbers<Storage> gradient;
    InputGradient<Storage> dx;
    ChannelStatistics statistics;
    std::int64_t plane;
    const float* weight;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const std::int64_t c = i / plane;
        const float factor = weight ? weight[c] * statistics.rstd(c) : statistics.rstd(c);
        dx(s, i, factor * (gradient(s, i) - statistics.mean_gradient(c) -
                           statistics.normalised(x[s][i], c) * statistics.mean_product(c)));
    }
};

/// With the averages of training: y = (x - mean) / sqrt(var + eps) * weight + bias.
template <class Formula, class Storage>
struct FrozenNormalisation {
    operations::FrozenBatchNorm op;
    Rows<Storage> x;
    Result<Formula, Storage> result;
    const float *weight, *bias, *mean, *variance;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const std::int64_t c = i / op.plane;
        const float scale = (weight ? weight[c] : 1.0f) / square_root(variance[c] + op.eps);
        result(s, i, (static_cast<float>(x[s][i]) - mean[c]) * scale + (bias ? bias[c] : 0.0f));
    }
};

/// Its gradient by x: dx = weight / sqrt(var + eps) * dy.
template <class Storage>
struct FrozenGradient {
    operations::FrozenBatchNorm op;
    Numbers<Storage> gradient;
    InputGradient<Storage> dx;
    const float *weight, *variance;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const std::int64_t c = i / op.plane;
        dx(s, i, (weight ? weight[c] : 1.0f) / square_root(variance[c] + op.eps) * gradient(s, i));
    }
};

}  // namespace detail

/// The whole batch is there: what depth-first execution does in stages is a sum here.
template <>
struct Family<operations::BatchNorm> {
    using Op = operations::BatchNorm;

    static constexpr std::int64_t kept(const Op& op) { return 4LL * op.channels; }

    template <class Formula, class System, class Storage>
    static void forward(System& system, const Op& op, const Operands<Storage>& o) {
        const detail::ChannelStatistics statistics{o.kept, op.channels};
        const std::int64_t terms = o.samples * op.plane;
        const float count = static_cast<float>(terms);
        const detail::PixelsOfChannel<Numbers<Storage>> pixels{{o.x[0]}, op.plane};
        const int mean = op.affine ? 2 : 0;
        sum(system, op.channels, terms, detail::DistanceFromFirst<Storage>{pixels},
            detail::StoreMean<Storage>{pixels, statistics, count});
        sum(system, op.channels, terms, detail::SquaredDistance<Storage>{pixels, statistics},
            detail::StoreVariance{statistics, count, op.eps, op.momentum, o.running[mean], o.running[mean + 1]});
        for_each_number(system, o.samples, op.channels * op.plane,
                        detail::NormaliseChannels<Formula, Storage>{o.x[0],
                                                                    {o.y, o.added},
                                                                    statistics,
                                                                    op.plane,
                                                                    op.affine ? o.weights[0] : nullptr,
                                                                    op.affine ? o.weights[1] : nullptr});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        const detail::ChannelStatistics statistics{o.kept, op.channels};
        const Numbers<Storage> gradient{o.dy};
        const std::int64_t terms = o.samples * op.plane;
        const float count = static_cast<float>(terms);
        const detail::PixelsOfChannel<Numbers<Storage>> gradients{gradient, op.plane};
        const ParameterGradient none;
        sum(system, op.channels, terms, gradients,
            detail::StoreGradientSum{&statistics.mean_gradient(0), count, op.affine ? o.gradients[1] : none});
        sum(system, op.channels, terms,
            detail::GradientTimesNormalised<Storage>{gradients, {{o.x[0]}, op.plane}, statistics},
            detail::StoreGradientSum{&statistics.mean_product(0), count, op.affine ? o.gradients[0] : none});
        if (o.dx[0])
            for_each_number(system, o.samples, op.channels * op.plane,
                            detail::NormalisedGradient<Storage>{
                                o.x[0], gradient, o.dx[0], statistics, op.plane, op.affine ? o.weights[0] : nullptr});
    }
};

template <>
struct Family<operations::FrozenBatchNorm> : KeepsNothing {
    using Op = operations::FrozenBatchNorm;

    TENET_WHERE_CALLED
    template <class Formula, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op& op, const Operands<Storage>& o) {
        const int mean = op.affine ? 2 : 0;
        for_each_number(system, o.samples, op.channels * op.plane,
                        detail::FrozenNormalisation<Formula, Storage>{op,
                                                                      o.x[0],
                                                                      {o.y, o.added},
                                                                      op.affine ? o.weights[0] : nullptr,
                                                                      op.affine ? o.weights[1] : nullptr,
                                                                      o.weights[mean],
                                                                      o.weights[mean + 1]});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        for_each_number(system, o.samples, op.channels * op.plane,
                        detail::FrozenGradient<Storage>{
                            op, {o.dy}, o.dx[0], op.affine ? o.weights[0] : nullptr, o.weights[op.affine ? 3 : 1]});
    }
};

}  // namespace tenet::device
