#pragma once

#include <cstdint>

#include <tenet/core/shape.hpp>

namespace TENET_NAMESPACE::operations {

/// A layer whose forward and backward are its own code for one sample, over any value type: `Layer::forward` and
/// `Layer::backward` (see layers/layer.hpp). The backend calls them with many samples in the lanes of a value. Backward
/// may read x and y, unless the layer says `saves_input = false` or `saves_output = false`, and gets room for numbers
/// of its own if it says `backward_scratch(Shape)`.
template <class Layer_, Shape In>
struct SampleFunction {
    using Layer = Layer_;
    TENET_LOCAL static constexpr Shape input = In;
    TENET_LOCAL static constexpr bool saves_input = [] {
        if constexpr (requires { Layer::saves_input; })
            return Layer::saves_input;
        else
            return true;
    }();
    TENET_LOCAL static constexpr bool saves_output = [] {
        if constexpr (requires { Layer::saves_output; })
            return Layer::saves_output;
        else
            return true;
    }();
    TENET_LOCAL static constexpr bool takes_scratch = requires { Layer::backward_scratch(In); };
    TENET_LOCAL static constexpr std::int64_t backward_scratch = [] {
        if constexpr (requires { Layer::backward_scratch(In); })
            return std::int64_t{Layer::backward_scratch(In)};
        else
            return std::int64_t{0};
    }();
    std::int64_t flops = 0;

    constexpr std::int64_t forward_flops() const { return flops; }
    constexpr std::int64_t backward_flops() const { return 2 * flops; }
};

}  // namespace tenet::operations
