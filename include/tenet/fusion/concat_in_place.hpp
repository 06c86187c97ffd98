#pragma once

#include <concepts>

#include <tenet/fusion/rule.hpp>
#include <tenet/operations/concat.hpp>

namespace TENET_NAMESPACE::fusion {

/// Concatenation without copying: the steps that make its inputs write into slices of its output. An input that already
/// lies elsewhere (the network's input, a part of another concatenation) is copied.
struct ConcatInPlace {
    TENET_LOCAL static constexpr const char* name = "concat";
    TENET_LOCAL static constexpr Role role = Role::slices;

    template <class, class Consumer>
    static constexpr bool applies(Mode) {
        return std::same_as<Consumer, operations::Concat>;
    }
};

}  // namespace tenet::fusion
