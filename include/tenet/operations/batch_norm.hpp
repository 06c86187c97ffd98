#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// Batch normalisation in training: y[c][i] = (x[c][i] - mean[c]) / sqrt(var[c] + eps) * weight[c] + bias[c], with the mean
/// and the biased variance of the whole batch, over samples and i. No sample can go on before all have come so far: a
/// program with this operation runs in stages.
struct BatchNorm {
    TENET_LOCAL static constexpr bool takes_epilogue = true, takes_addition = true, batch_statistics = true;
    TENET_LOCAL static constexpr bool saves_input = true, saves_output = false;
    int channels = 0;
    std::int64_t plane = 0;  // numbers of a channel
    float eps = 1e-5f, momentum = 0.1f;
    bool affine = true;

    constexpr std::int64_t forward_flops() const { return 5 * channels * plane; }
    constexpr std::int64_t backward_flops() const { return 8 * channels * plane; }
};

/// The same in inference, and in training where a layer is `Frozen` in `EvalMode`: mean and variance are parameters,
/// averages over the batches of training. Its own parameters have no gradients.
struct FrozenBatchNorm {
    TENET_LOCAL static constexpr bool takes_epilogue = true, takes_addition = true;
    TENET_LOCAL static constexpr bool saves_input = false, saves_output = false;
    int channels = 0;
    std::int64_t plane = 0;
    float eps = 1e-5f;
    bool affine = true;

    constexpr std::int64_t forward_flops() const { return 2 * channels * plane; }
    constexpr std::int64_t backward_flops() const { return channels * plane; }
};

/// An operation that needs numbers of the whole batch before it can go on.
template <class Op>
concept HasBatchStatistics = requires { requires Op::batch_statistics; };

}  // namespace tenet::operations
