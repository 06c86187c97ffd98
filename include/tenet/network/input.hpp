#pragma once

#include <tenet/core/shape.hpp>

namespace tenet {

/// The shape of one sample: `Input<1, 28, 28>` is an image [C, H, W], `Input<784>` a vector.
template <int... Extent>
struct Input {
    static constexpr bool well_formed =
        sizeof...(Extent) >= 1 && sizeof...(Extent) <= Shape::max_rank && ((Extent > 0) && ...);
    static constexpr Shape shape = [] {
        if constexpr (well_formed) return Shape{Extent...};
        else return Shape{};
    }();
};

}  // namespace tenet
