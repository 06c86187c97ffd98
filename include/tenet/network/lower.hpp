#pragma once

#include <type_traits>

#include <tenet/core/type_list.hpp>
#include <tenet/diagnostics/type_name.hpp>
#include <tenet/layers/float_arguments.hpp>
#include <tenet/layers/frozen.hpp>
#include <tenet/layers/layer.hpp>
#include <tenet/layers/named.hpp>
#include <tenet/layers/sequential.hpp>
#include <tenet/layers/shared.hpp>
#include <tenet/network/layer_path.hpp>
#include <tenet/network/leaf_graph.hpp>

namespace TENET_NAMESPACE {

/// How a layer becomes nodes of the graph. A combinator specialises it with
/// `leaves` (the leaf layers in order), `wire` (appends the nodes, infers shapes, or leaves a diagnosis), `prefixes`
/// (reports the path of each leaf, in order, given its own) and `title` (its name in messages). Most take one value and
/// give one; joins and graphs may take several, and graphs give several.
template <class Layer>
struct Lower {
    using leaves = List<Layer>;

    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        if (!builder.takes(1, inputs)) return inputs;
        const Shape& in = inputs[0].shape;
        const Inferred inferred = detail::infer<Layer>(in);
        if (!inferred.ok()) {
            builder.why = inferred.why;
            return inputs;
        }
        const ParameterList own = detail::parameters<Layer>(in);
        for (int i = 0; i < own.count; ++i)
            if (builder.ok() && !own.items[i].shape.counted_by_int()) {
                builder.why.name(own.items[i].name);
                builder.why << own.items[i].shape << why::has_more_than_2147483647_numbers;
            }
        if constexpr (!requires { Layer::operation(in); })  // the library's own need no look
            detail::check_own_layer(inferred.output, own, builder.why);
        if (!builder.ok()) return inputs;
        if (builder.sharing >= 0) {
            const ParameterList shared = detail::parameters<Layer>(builder.graph.nodes[builder.sharing].in);
            for (int i = 0; i < own.count && builder.ok(); ++i)
                if (!(own.items[i].shape == shared.items[i].shape)) {
                    builder.why.name(title().view()) << why::needs_a;
                    builder.why.name(own.items[i].name)
                        << own.items[i].shape << why::but_shares_one_of << shared.items[i].shape;
                }
            if (!builder.ok()) return inputs;
        }
        return builder.append(inputs[0], inferred.output, own.count);
    }
    template <class Sink>
    static constexpr void prefixes(Sink& sink, const LayerPath* path) {
        sink(*path);
    }
    static constexpr Text title() {
        if constexpr (detail::HasNotAllFloats<Layer>)
            return kind_name<Layer>();  // clang prints doubles as floats
        else
            return type_name<Layer>();
    }
};

namespace detail {

/// The name that a layer has within its Sequential: its own, or its position.
template <class Layer>
struct own_name {
    TENET_LOCAL static constexpr bool given = false;
    static constexpr std::string_view view() { return {}; }
};
template <IsNamed Layer>
struct own_name<Layer> {
    TENET_LOCAL static constexpr bool given = true;
    static constexpr std::string_view view() { return Layer::name(); }
};

template <class Layer, class Builder>
constexpr void wire_step(Builder& builder, Values& values, int position) {
    if (!builder.ok()) return;
    values = Lower<Layer>::wire(builder, values);
    for (int i = 0; i < values.count; ++i)
        if (builder.ok() && !values[i].shape.counted_by_int())
            builder.why << why::output << values[i].shape << why::has_more_than_2147483647_numbers;
    if (!builder.ok()) builder.why.lead_with(position, Lower<Layer>::title().view());
}

template <class Layer, class Sink>
constexpr void name_step(Sink& sink, const LayerPath* outer, int position) {
    const std::string_view name = own_name<Layer>::view();
    const LayerPath path{outer, name, position, own_name<Layer>::given && name.empty()};
    Lower<Layer>::prefixes(sink, &path);
}

/// How many values a layer gives; what does not say so gives one.
template <class Layer>
TENET_LOCAL inline constexpr int output_count = [] {
    if constexpr (requires { Lower<Layer>::output_count; })
        return Lower<Layer>::output_count;
    else
        return 1;
}();

template <class... Layer>
struct Chain {
    using leaves = join<typename Lower<Layer>::leaves...>;
    TENET_LOCAL static constexpr int output_count = [] {
        constexpr int counts[]{1, detail::output_count<Layer>...};
        return counts[sizeof...(Layer)];
    }();

    // An array, as clang folds no more than 256 operands.
    static constexpr bool any_named() {
        const bool named[]{own_name<Layer>::given..., false};
        for (const bool one : named)
            if (one) return true;
        return false;
    }

    /// Whether some of the layers has a name that meets this one.
    static constexpr bool meets(std::string_view other) {
        const std::string_view names[]{own_name<Layer>::view()..., {}};
        for (const std::string_view name : names)
            if (!name.empty() && names_meet(name, other)) return true;
        return false;
    }

    /// Complains of a name that is given twice, and tells the builder of names that meet.
    template <class Builder>
    static constexpr void check_names(Builder& builder) {
        constexpr std::string_view names[]{own_name<Layer>::view()...};
        for (int i = 0; i < static_cast<int>(sizeof...(Layer)); ++i) {
            const bool like_a_position = !names[i].empty() && names[i][0] >= '0' && names[i][0] <= '9';
            for (int j = 0; j < static_cast<int>(sizeof...(Layer)) && builder.ok(); ++j)
                if (names[j].empty()) {
                    if (like_a_position && names_meet(names[i], (Text{} << j).view())) builder.names_meet = true;
                } else if (j < i && names[i] == names[j]) {
                    builder.why << why::the_name;
                    builder.why.name(names[i]) << why::is_used_twice;
                    builder.why.lead_with(i + 1, "Named");
                } else if (j < i && names_meet(names[i], names[j])) {
                    builder.names_meet = true;
                }
        }
    }

    /// Whether names inside some of the layers stand among those of its neighbours.
    static constexpr bool any_nameless() {
        const bool nameless[]{own_name<Layer>::given && own_name<Layer>::view().empty()..., false};
        for (const bool one : nameless)
            if (one) return true;
        return false;
    }
    /// Tells the builder of names that may meet so. `tensors` counts those of parameters, before all layers and behind
    /// each.
    template <class Builder>
    static constexpr void check_nameless(Builder& builder, const int* tensors) {
        constexpr int count = static_cast<int>(sizeof...(Layer));
        constexpr bool nameless[]{own_name<Layer>::given && own_name<Layer>::view().empty()...};
        for (int i = 0; i < count; ++i) {
            const int inside = tensors[i + 1] - tensors[i];
            if (nameless[i] && inside > 0 && inside < tensors[count] - tensors[0]) builder.names_meet = true;
        }
    }

    template <class Builder>
    static constexpr Values wire([[maybe_unused]] Builder& builder, Values values) {
        if constexpr (any_named()) check_names(builder);
        int position = 0, tensors[sizeof...(Layer) + 1]{builder.tensors};
        int unused[]{0, (wire_step<Layer>(builder, values, ++position), tensors[position] = builder.tensors)...};
        (void)unused;
        if constexpr (any_nameless()) check_nameless(builder, tensors);
        return values;
    }
    template <class Sink>
    static constexpr void prefixes(Sink& sink, [[maybe_unused]] const LayerPath* path) {
        int position = -1;  // state_dict counts from 0
        int unused[]{0, (name_step<Layer>(sink, path, ++position), 0)...};
        (void)unused;
    }
};

}  // namespace detail

template <class... Layer>
struct Lower<Sequential<Layer...>> : detail::Chain<Layer...> {
    static constexpr Text title() { return Text{} << "Sequential"; }
};

template <detail::IsNamed Layer>
struct Lower<Layer> : Lower<typename Layer::named_layer> {};

template <class Layer>
struct Lower<Frozen<Layer>> : Lower<Layer> {
    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        const bool outside = builder.trained;
        builder.trained = false;
        const Values outputs = Lower<Layer>::wire(builder, inputs);
        builder.trained = outside;
        return outputs;
    }
};

template <class Layer, class Option, class... More>
struct Lower<Frozen<Layer, Option, More...>> : Lower<Layer> {
    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        using Foreign = at<List<Option, More..., Option>, std::is_same_v<Option, EvalMode>>;
        builder.why.mark(why::option, 1).name(type_name<Foreign>().view()) << why::is_not_an_option_of_this_layer
                                                                           << why::it_takes;
        builder.why.name("EvalMode");
        return inputs;
    }
    static constexpr Text title() { return Text{} << "Frozen"; }
};

template <class Layer>
struct Lower<Frozen<Layer, EvalMode>> : Lower<Frozen<Layer>> {
    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        const bool outside = builder.in_eval_mode;
        builder.in_eval_mode = true;
        const Values outputs = Lower<Frozen<Layer>>::wire(builder, inputs);
        builder.in_eval_mode = outside;
        return outputs;
    }
};

template <class Tag, class Layer>
struct Lower<Shared<Tag, Layer>> : Lower<Layer> {
    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        const SharedPlace here{type_name<Tag>, type_name<Layer>, builder.graph.count, builder.trained,
                               builder.in_eval_mode};
        int place = 0;
        while (place < builder.shared_count && builder.shared[place].tag != here.tag) ++place;
        const int outside = builder.sharing;
        if (place == builder.shared_count) {
            builder.shared[builder.shared_count++] = here;
        } else {
            const SharedPlace& first = builder.shared[place];
            if (first.layer != here.layer) {
                builder.why.name(here.tag().view()) << why::stands_for;
                builder.why.name(first.layer().view()) << why::and_for;
                builder.why.name(here.layer().view());
            } else if (first.trained != here.trained) {
                builder.why.name(here.tag().view()) << why::is_frozen_in_one_place_and_trained_in_another;
            } else if (first.in_eval_mode != here.in_eval_mode) {
                builder.why.name(here.tag().view()) << why::is_in_eval_mode_in_one_place_and_not_in_another;
            }
            if (!builder.ok()) return inputs;
            builder.sharing = first.node;
        }
        const Values outputs = Lower<Layer>::wire(builder, inputs);
        builder.sharing = outside >= 0 ? outside + builder.graph.count - here.node : -1;
        return outputs;
    }
    static constexpr Text title() { return Text{} << "Shared"; }
};

}  // namespace tenet
