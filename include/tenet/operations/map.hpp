#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// y[i] = Formula::value(x[i]) for every element.
template <class Formula_>
struct Map {
    using Formula = Formula_;
    TENET_LOCAL static constexpr bool saves_input = !Formula::derivative_from_output;
    TENET_LOCAL static constexpr bool saves_output = Formula::derivative_from_output;
    std::int64_t count = 0;

    constexpr std::int64_t forward_flops() const { return count; }
    constexpr std::int64_t backward_flops() const { return 2 * count; }
};

}  // namespace tenet::operations
