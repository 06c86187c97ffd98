#pragma once

#include <tenet/layers/joins.hpp>
#include <tenet/network/lower.hpp>

namespace tenet {

/// Layers one after the other that stand beside others in Concat, Add or Multiply. `Branch<>` passes its input on.
template <class... Layer>
struct Branch {};

template <class... Layer>
struct Lower<Branch<Layer...>> : detail::Chain<Layer...> {
    static constexpr Text title() { return Text{} << "Branch"; }
};

namespace detail {

template <class B, class Builder>
constexpr void wire_branch(Builder& builder, const Value& input, Value* outputs, int& position) {
    if (!builder.ok()) return;
    outputs[position] = Lower<B>::wire(builder, input);
    if (!builder.ok()) builder.why.lead_with(position + 1, Lower<B>::title().view());
    ++position;
}

/// The node where values meet.
template <class Join, class Builder>
constexpr Value wire_join(Builder& builder, const Value* values, int count) {
    if (!builder.ok()) return values[0];
    Shape shapes[LeafNode::max_inputs]{};
    for (int k = 0; k < count; ++k) shapes[k] = values[k].shape;
    const Inferred inferred = Join::infer(shapes, count);
    if (!inferred.ok()) {
        builder.why = inferred.why;
        return values[0];
    }
    return builder.append(values, count, inferred.output);
}

/// Branches that all get the same input, and `Join`, where they meet again. Their parameters are named
/// "<branch>.<position in the branch>.weight".
template <class Join, class... B>
struct Joined {
    static constexpr int count = static_cast<int>(sizeof...(B));
    using leaves = join<typename Lower<B>::leaves..., List<Join>>;

    template <class Builder>
    static constexpr Value wire(Builder& builder, const Value& input) {
        if constexpr (count < 2)
            builder.why << why::needs_at_least_two_branches;
        else if constexpr (count > LeafNode::max_inputs)
            builder.why << why::takes_at_most_8_branches;
        else if constexpr (count > 2 && std::same_as<Join, joins::Product>)
            builder.why << why::takes_two_branches;
        else {
            Value values[count]{};
            int position = 0;
            int unused[]{0, (wire_branch<B>(builder, input, values, position), 0)...};
            (void)unused;
            return wire_join<Join>(builder, values, count);
        }
        return input;
    }
    template <class Sink>
    static constexpr void prefixes(Sink& sink, const LayerPath* path) {
        Chain<B...>::prefixes(sink, path);
        sink(*path);
    }
};

}  // namespace detail

}  // namespace tenet
