#pragma once

#include <concepts>
#include <string_view>

#include <tenet/core/fixed_string.hpp>

namespace TENET_NAMESPACE {

/// A layer whose parameters are called by this name instead of its position: `Named<"hidden", Linear<256>>` has
/// "hidden.weight" and "hidden.bias". A name may have dots, as those of other libraries' files do. Names are unique
/// within their Sequential or Network, and a network two of whose parameters would have one name does not compile.
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
