#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// The same numbers in the same order under another shape: Flatten, Reshape, and Dropout outside training. Costs nothing.
struct View {
    TENET_LOCAL static constexpr bool saves_input = false, saves_output = false;
    constexpr std::int64_t forward_flops() const { return 0; }
    constexpr std::int64_t backward_flops() const { return 0; }
};

}  // namespace tenet::operations
