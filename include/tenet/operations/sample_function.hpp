#pragma once

#include <cstdint>

#include <tenet/core/shape.hpp>

namespace tenet::operations {

/// A layer whose forward and backward are its own code for one sample, over any value type: `Layer::forward` and
/// `Layer::backward` (see layers/layer.hpp). The backend calls them with many samples in the lanes of a value.
template <class Layer_, Shape In>
struct SampleFunction {
    using Layer = Layer_;
    static constexpr Shape input = In;
    static constexpr bool saves_input = true, saves_output = true;
    std::int64_t flops = 0;

    constexpr std::int64_t forward_flops() const { return flops; }
    constexpr std::int64_t backward_flops() const { return 2 * flops; }
};

}  // namespace tenet::operations
