#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// The inputs one behind the other along the channels. What a fusion rule cannot place there is copied, one step for each
/// such input.
struct Concat {
    TENET_LOCAL static constexpr bool several_inputs = true;
    TENET_LOCAL static constexpr bool saves_input = false, saves_output = false;
    constexpr std::int64_t forward_flops() const { return 0; }
    constexpr std::int64_t backward_flops() const { return 0; }
};

}  // namespace tenet::operations
