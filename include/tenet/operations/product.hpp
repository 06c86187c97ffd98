#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// y[c][i] = x[c][i] * s[c][i], or * s[c] where the second input has one number for each channel.
struct Product {
    TENET_LOCAL static constexpr bool several_inputs = true;
    TENET_LOCAL static constexpr bool saves_input = true, saves_output = false;
    int channels = 0;
    std::int64_t plane = 0;  // numbers of a channel
    bool by_channel = false;

    constexpr std::int64_t forward_flops() const { return channels * plane; }
    constexpr std::int64_t backward_flops() const { return 3 * channels * plane; }
};

}  // namespace tenet::operations
