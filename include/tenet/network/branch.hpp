#pragma once

#include <tenet/core/array_bound.hpp>
#include <tenet/layers/joins.hpp>
#include <tenet/network/lower.hpp>

namespace TENET_NAMESPACE {

/// Layers one after the other that stand beside others in Concat, Add or Multiply. `Branch<>` passes its input on.
template <class... Layer>
struct Branch {};

template <class... Layer>
struct Lower<Branch<Layer...>> : detail::Chain<Layer...> {
    static constexpr Text title() { return Text{} << "Branch"; }
};

namespace detail {

/// One of the ways from `inputs` to where they meet again; it gives one value.
template <class B, class Builder>
constexpr void wire_branch(Builder& builder, const Values& inputs, Values& meeting, int position) {
    if (!builder.ok()) return;
    const Values outputs = Lower<B>::wire(builder, inputs);
    if (builder.gives_one(outputs))
        meeting.add(outputs[0]);
    else
        builder.why.lead_with(position, Lower<B>::title().view());
}

/// The node where values meet.
template <class Join, class Builder>
constexpr Values wire_join(Builder& builder, const Values& values) {
    if (!builder.ok()) return values;
    if (values.count < 2)
        builder.why << why::needs_at_least_two_branches;
    else if (values.count > 2 && std::same_as<Join, joins::Product>)
        builder.why << why::takes_two_branches;
    if (!builder.ok()) return values;
    Shape shapes[Values::capacity]{};
    for (int k = 0; k < values.count; ++k) shapes[k] = values[k].shape;
    const Inferred inferred = Join::infer(shapes, values.count);
    if (!inferred.ok()) {
        builder.why = inferred.why;
        return values;
    }
    return builder.append(values, inferred.output);
}

/// Branches that all get the same input, and `Join`, where they meet again. Their parameters are named
/// "<branch>.<position in the branch>.weight". Without branches it joins the several values that it gets.
template <class Join, class... B>
struct Joined {
    TENET_LOCAL static constexpr int count = static_cast<int>(sizeof...(B));
    using leaves = join<typename Lower<B>::leaves..., List<Join>>;

    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        if constexpr (count == 0)
            return wire_join<Join>(builder, inputs);
        else if constexpr (count > Values::capacity) {
            builder.why << why::takes_at_most_8_branches;
            return inputs;
        } else {
            if constexpr (Chain<B...>::any_named()) Chain<B...>::check_names(builder);
            Values meeting;
            int position = 0, tensors[array_bound(count + 1)]{builder.tensors};
            int unused[]{
                0, (wire_branch<B>(builder, inputs, meeting, ++position), tensors[position] = builder.tensors)...};
            (void)unused;
            if constexpr (Chain<B...>::any_nameless()) Chain<B...>::check_nameless(builder, tensors);
            return wire_join<Join>(builder, meeting);
        }
    }
    template <class Sink>
    static constexpr void prefixes(Sink& sink, const LayerPath* path) {
        Chain<B...>::prefixes(sink, path);
        sink(*path);
    }
};

}  // namespace detail

}  // namespace tenet
