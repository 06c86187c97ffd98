#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// Dropout in training: y[i] = x[i] / (1 - p) where the counter-based mask keeps element i, else 0. The mask is a
/// function of (seed, layer, step, sample, element) and is computed again in backward. `alike` neighbouring elements, a
/// channel or a whole sample, are kept or dropped together.
struct RandomMask {
    TENET_LOCAL static constexpr bool saves_input = false, saves_output = false;
    std::int64_t count = 0;
    float probability = 0.5f;
    std::int64_t alike = 1;

    constexpr std::int64_t forward_flops() const { return count; }
    constexpr std::int64_t backward_flops() const { return count; }
};

}  // namespace tenet::operations
