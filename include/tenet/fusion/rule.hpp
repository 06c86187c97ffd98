#pragma once

#include <tenet/layers/layer.hpp>

namespace TENET_NAMESPACE::fusion {

/// What a node does in its group: it leads (its kernel runs), it adds another value to the leader's, it is the epilogue
/// of the leader, it only renames, or its inputs are written where they belong in its output.
enum class Role { leader, addition, epilogue, view, slices };

/// A rule says whether a node may join the group of the node that feeds it. `Producer` is the leader's operation.
template <class R>
concept Rule = requires(Mode mode) {
    { R::template applies<int, int>(mode) } -> std::same_as<bool>;
    { R::role } -> std::convertible_to<Role>;
};

}  // namespace tenet::fusion
