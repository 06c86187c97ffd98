#pragma once

#include <type_traits>

#include <tenet/network/input.hpp>
#include <tenet/network/lower.hpp>
#include <tenet/operations/concat.hpp>
#include <tenet/operations/view.hpp>

namespace TENET_NAMESPACE {

/// What stands at the ends of a network of several inputs or outputs, whose samples hold all of them one behind the
/// other.
namespace ends {

/// One of the network's inputs: a part of the sample.
struct InputPart {
    static constexpr operations::View operation(const Shape&) { return {}; }
};

/// All outputs as one vector.
struct AllOutputs {
    static constexpr Inferred infer(const Shape* shapes, int count) {
        std::int64_t numbers = 0;
        for (int k = 0; k < count; ++k) numbers += shapes[k].count();
        return {Shape{static_cast<int>(numbers)}, {}};
    }
    static constexpr operations::Concat operation(const Shape&, const Shape&) { return {}; }
};

}  // namespace ends

namespace detail {

/// Inputs come first.
template <class Ins, class... Layer>
struct network_parts {
    using inputs = Ins;
    using layers = List<Layer...>;
};
template <class... In, int... Extent, class... Layer>
struct network_parts<List<In...>, Input<Extent...>, Layer...> : network_parts<List<In..., Input<Extent...>>, Layer...> {
};

// A class, not an alias without use of its argument: nvcc leaves nothing of the pack then.
template <class>
struct input_part {
    using type = ends::InputPart;
};

/// The layers of a network between its ends.
template <class Ins, class Layers>
struct NetworkBody;
template <class... In, class... Layer>
struct NetworkBody<List<In...>, List<Layer...>> {
    TENET_LOCAL static constexpr int input_count = static_cast<int>(sizeof...(In)),
                                     output_count = Chain<Layer...>::output_count;
    using leaves =
        join<std::conditional_t<(input_count > 1), List<typename input_part<In>::type...>, List<>>,
             typename Chain<Layer...>::leaves, std::conditional_t<(output_count > 1), List<ends::AllOutputs>, List<>>>;

    template <class Builder>
    static constexpr void wire(Builder& builder) {
        check<In...>(builder);
        if constexpr (input_count == 0) without_inputs<Layer...>(builder);
        if (builder.ok() && sizeof...(Layer) == 0) builder.why << why::the_network_has_no_layers;
        if (!builder.ok()) return;
        constexpr Shape shapes[]{In::shape..., Shape{}};
        const Values outputs = Chain<Layer...>::wire(builder, builder.begin_with(shapes, input_count));
        if (builder.gives(output_count, outputs)) builder.template end_with<ends::AllOutputs>(outputs);
    }
    template <class Sink>
    static constexpr void prefixes(Sink& sink, const LayerPath* path) {
        const LayerPath inputs{path, "input", 0}, outputs{path, "output", 0};
        for (int i = 0; i < input_count && input_count > 1; ++i) sink(LayerPath{&inputs, {}, i});
        Chain<Layer...>::prefixes(sink, path);
        if (output_count > 1) sink(outputs);
    }

  private:
    template <class First, class... Rest, class Builder>
    static constexpr void without_inputs(Builder& builder) {
        builder.why << why::a_network_starts_with_its_Input_but_this_one_with;
        builder.why.name(type_name<First>().view());
    }
    template <class... Each, class Builder>
    static constexpr void check(Builder& builder) {
        if (input_count > Values::capacity) builder.why << why::takes_at_most_8_inputs;
        int unused[]{0, (check_one<Each>(builder), 0)...};
        (void)unused;
    }
    template <class One, class Builder>
    static constexpr void check_one(Builder& builder) {
        if (!builder.ok()) return;
        if (One::rank < 1 || One::rank > Shape::max_rank)
            builder.why << why::the_rank_of_the_input_must_lie_between_1_and_5;
        else if (!One::well_formed)
            builder.why << why::input << why::must_be_positive << why::but_is << One::written;
        else if (!One::written.counted_by_int())
            builder.why << why::input << One::written << why::has_more_than_2147483647_numbers;
    }
};

}  // namespace detail

}  // namespace tenet
