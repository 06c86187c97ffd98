#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// y[o] = b[o] + sum over i of w[o][i] x[i]: a matrix product over the batch.
struct Linear {
    TENET_LOCAL static constexpr bool takes_epilogue = true, takes_addition = true;
    TENET_LOCAL static constexpr bool saves_input = false,
                                      saves_output = false;  // backends keep the input in a layout of their own
    int in_features = 0, out_features = 0;
    bool bias = true;

    /// One product over the batch, tile by tile, is several times cheaper than adding to a large matrix after every few
    /// samples.
    constexpr bool defers_weight_gradient() const { return true; }
    constexpr std::int64_t forward_flops() const { return 2LL * in_features * out_features; }
    constexpr std::int64_t backward_flops() const { return 2 * forward_flops(); }
};

}  // namespace tenet::operations
