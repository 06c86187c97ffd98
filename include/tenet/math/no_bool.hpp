#pragma once

#include <type_traits>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::detail {

/// What stands where a comparison of many samples is asked for one answer: one class for all widths, so that the error
/// is one.
template <class Truth>
struct NoBool {
    static_assert(
        !std::is_same_v<Truth, bool>,
        "a comparison of many samples has an answer for each of them: write select(x > 0.0f, a, b) in place of "
        "x > 0.0f ? a : b or an if, math::max(x, y) in place of std::max(x, y)");
    TENET_LOCAL static constexpr bool value = false;
};

}  // namespace tenet::detail
