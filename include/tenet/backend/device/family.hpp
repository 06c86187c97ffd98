#pragma once

#include <cstdint>

#include <tenet/backend/device/product.hpp>
#include <tenet/backend/device/rows.hpp>
#include <tenet/core/rng.hpp>
#include <tenet/layers/layer.hpp>
#include <tenet/math/identity.hpp>
#include <tenet/network/leaf_graph.hpp>

namespace TENET_NAMESPACE::device {

/// What a step works on: the whole batch at once.
template <class Storage_>
struct Operands {
    using Storage = Storage_;
    std::int64_t samples = 0;
    int input_count = 1;
    Rows<Storage> x[LeafNode::max_inputs];
    InputGradient<Storage> dx[LeafNode::max_inputs];  // none where nobody wants it
    std::int64_t counts[LeafNode::max_inputs]{};      // numbers of each input
    Rows<Storage> added;                              // what an epilogue adds to the result
    Rows<Storage> y, dy;
    std::int64_t count = 0;  // numbers of the output
    const float* weights[ParameterList::capacity]{};
    ParameterGradient gradients[ParameterList::capacity];  // none in a frozen layer
    float* running[ParameterList::capacity]{};             // the weights again, where running averages may be written
    float* kept = nullptr;                                 // from forward to backward
    Seed seed{};
    const std::uint64_t* step = nullptr;  // in the device's memory: steps before this one
    std::uint32_t node = 0;
};

/// How devices run a family of operations, the layer's whole batch at a time. A specialisation has
/// - `forward<Formula>(system, op, operands)`: y = Formula(op(x) + added),
/// - `backward(system, op, operands)`: dx and gradients from dy, which is the gradient by op(x) + added,
/// - `kept(op)`: floats that forward keeps for backward beside x and y.
///
/// All of it is said in three primitives of a `System`: `system.for_each(n, f)` calls f(i) for each i < n in any order,
/// `sum` (sum.hpp) and `product` (product.hpp). Functions f are copied to the device; they read and write memory there.
/// A system may have members `sum` and `product` of its own, `scratch` is memory for them, and `sequential` says that
/// it does all in one thread.
template <class Operation>
struct Family;

/// The family by which a system runs an operation: one of its own, where that is specialised.
template <class System, class Operation>
struct FamilyOf : Family<Operation> {};

struct KeepsNothing {
    template <class Op>
    static constexpr std::int64_t kept(const Op&) {
        return 0;
    }
};

namespace detail {

template <class F>
struct ForEachNumber {
    std::int64_t count;
    F f;

    TENET_HOST_DEVICE void operator()(std::int64_t i) const { f(i / count, i % count); }
};

}  // namespace detail

/// f(s, i) for every number i < count of every sample.
TENET_WHERE_CALLED
template <class System, class F>
TENET_HOST_DEVICE void for_each_number(System& system, std::int64_t samples, std::int64_t count, const F& f) {
    system.for_each(samples * count, detail::ForEachNumber<F>{count, f});
}

/// What a library of the system's has stored of dx, as the rest of the network expects it.
template <class System, class Storage>
void finish_input_gradient(System& system, const Operands<Storage>& o) {
    if (o.dx[0].derivative.known)
        for_each_number(system, o.samples, o.counts[0], MultiplyByDerivative<Storage>{o.dx[0]});
}

}  // namespace tenet::device
