#pragma once

#include <concepts>
#include <string_view>

#include <tenet/core/fixed_string.hpp>

namespace TENET_NAMESPACE {

/// A layer whose parameters are called by this name instead of its position: `Named<"hidden", Linear<256>>` has
/// "hidden.weight" and "hidden.bias". A name may have dots, as those of other libraries' files do. Names are unique within
/// their Sequential or Network, and a network two of whose parameters would have one name does not compile.
///
/// Under `Named<"", Layer>` there is neither a name nor a position: what stands in the layer has its names as if it stood
/// around it. PyTorch's modules name what they hold, not how they add it up: a network that is one graph has the names of
/// its nodes alone as `Network<Input<3>, Named<"", Graph<...>>>`.
template <FixedString Name, class Layer>
struct Named {
    using named_layer = Layer;
    static constexpr std::string_view name() { return Name.view(); }
};

namespace detail {
// A member, not a partial specialisation: nvcc does not match Named<Name, Layer> with a deduced Name.
template <class T>
concept IsNamed = requires { typename T::named_layer; };
}  // namespace detail

}  // namespace tenet
