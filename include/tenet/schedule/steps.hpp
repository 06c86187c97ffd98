#pragma once

#include <tenet/math/identity.hpp>
#include <tenet/operations/map.hpp>
#include <tenet/schedule/order.hpp>
#include <tenet/schedule/outline.hpp>

namespace TENET_NAMESPACE::schedule {

/// The groups of a network, with the types of what each one runs.
template <class Net, Mode M, bool InputGradient, class Rules, class Order = DepthFirst>
struct Steps {
    using Network = Net;
    TENET_LOCAL static constexpr Mode mode = M;
    TENET_LOCAL static constexpr bool input_gradient = InputGradient;

    TENET_LOCAL static constexpr auto outline = outline_of<fusion::group_capacity<Net>>(
        Net::graph, Order::nodes(fusion::node_table<Net, M, Rules>), M, InputGradient);
    TENET_LOCAL static constexpr int group_count = outline.grouping.count;
    TENET_LOCAL static constexpr int storage_count = outline.grouping.storage_count;

    /// What group G runs.
    template <int G>
    using Leaf = typename Net::template Leaf<outline.grouping.groups[G].node, M>;
    template <int G>
    using Operation = typename Leaf<G>::Operation;
    /// The formula that group G applies to its result: the activation fused into it, or the identity.
    template <int G>
    using Formula = typename std::conditional_t<
        (outline.grouping.groups[G].epilogue < 0), operations::Map<math::Identity>,
        typename Net::template Leaf<(outline.grouping.groups[G].epilogue < 0 ? 0 : outline.grouping.groups[G].epilogue),
                                    M>::Operation>::Formula;
};

}  // namespace tenet::schedule
