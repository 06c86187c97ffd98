#pragma once

#include <concepts>
#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// An operation is a value: its type names the family, which a backend implements; its members give the extents.
/// `saves_input` and `saves_output` say what backward reads; `takes_epilogue`, if there, that an activation can be fused,
/// `takes_addition` that another value can be added before.
/// `forward_flops` and `backward_flops` count multiplications and additions for one sample.
template <class Op>
concept Operation = requires(const Op op) {
    { op.forward_flops() } -> std::convertible_to<std::int64_t>;
    { op.backward_flops() } -> std::convertible_to<std::int64_t>;
};

/// Whether an operation's weight gradient is better taken over the whole batch at once, from its input and output gradient
/// kept for all samples, than added up from those of a few samples each.
template <class Op>
constexpr bool defers_weight_gradient(const Op& op) {
    if constexpr (requires { op.defers_weight_gradient(); })
        return op.defers_weight_gradient();
    else
        return false;
}

/// An operation that may have several inputs says so with a member `several_inputs`.
template <class Op>
concept Joining = requires { requires Op::several_inputs; };

}  // namespace tenet::operations
