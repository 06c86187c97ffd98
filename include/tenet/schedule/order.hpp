#pragma once

#include <tenet/fusion/groups.hpp>
#include <tenet/operations/operation.hpp>

namespace TENET_NAMESPACE::schedule {

/// What the backward pass of a group reads.
struct Reads {
    bool input = false, output = false;
};

/// A few samples go through all steps before the next ones do, so that they stay in a cache. Weight gradients are deferred
/// where an operation asks for it; its input is kept outside the plan then.
struct DepthFirst {
    template <int Nodes>
    static constexpr fusion::NodeTable<Nodes> nodes(const fusion::NodeTable<Nodes>& table) {
        return table;
    }
    template <class Op>
    static constexpr Reads reads() {
        return {Op::saves_input, Op::saves_output};
    }
};

/// The whole batch goes through one step after the other: a weight gradient has all it needs when its step runs backward,
/// and reads the input where forward found it.
struct LayerByLayer {
    template <int Nodes>
    static constexpr fusion::NodeTable<Nodes> nodes(fusion::NodeTable<Nodes> table) {
        for (bool& deferrable : table.deferrable) deferrable = false;
        return table;
    }
    template <class Op>
    static constexpr Reads reads() {
        return {Op::saves_input || requires(const Op op) { op.defers_weight_gradient(); }, Op::saves_output};
    }
};

}  // namespace tenet::schedule
