#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// y[i] = the sum of the inputs' elements i.
struct Sum {
    TENET_LOCAL static constexpr bool takes_epilogue = true, several_inputs = true;
    TENET_LOCAL static constexpr bool saves_input = false, saves_output = false;
    std::int64_t count = 0;

    constexpr std::int64_t forward_flops() const { return count; }
    constexpr std::int64_t backward_flops() const { return 0; }
};

}  // namespace tenet::operations
