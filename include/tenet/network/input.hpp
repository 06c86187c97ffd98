#pragma once

#include <tenet/core/shape.hpp>

namespace TENET_NAMESPACE {

/// The shape of one sample: `Input<1, 28, 28>` is an image [C, H, W], `Input<784>` a vector.
template <int... Extent>
struct Input {
    TENET_LOCAL static constexpr int rank = static_cast<int>(sizeof...(Extent));
    TENET_LOCAL static constexpr Shape written = [] {
        if constexpr (rank >= 1 && rank <= Shape::max_rank)
            return Shape{Extent...};
        else
            return Shape{};
    }();
    TENET_LOCAL static constexpr bool well_formed = written.rank > 0 && ((Extent > 0) && ...);
    TENET_LOCAL static constexpr Shape shape = well_formed ? written : Shape{};
};

}  // namespace tenet
