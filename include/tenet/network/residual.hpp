#pragma once

#include <tenet/network/branch.hpp>

namespace TENET_NAMESPACE {

/// The way around the main layers of a Residual, where they change the shape. It stands behind them.
template <class... Layer>
struct Shortcut {};

/// y = layers(x) + x, or layers(x) + shortcut(x) if the last one is a `Shortcut<...>`
/// (https://arxiv.org/abs/1512.03385): `Residual<Conv2d<8, Kernel<3>, Stride<2>, Padding<1>>, ReLU, Conv2d<8,
/// Kernel<3>, Padding<1>>,
///           Shortcut<Conv2d<8, Kernel<1>, Stride<2>>>`.
/// Parameters are named "<position>.weight" and "shortcut.<position>.weight", or by the name of a
/// `Named<"downsample", Shortcut<...>>`.
template <class... Layer>
struct Residual {};

template <class... Layer>
struct Lower<Shortcut<Layer...>> {
    using leaves = List<>;

    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        builder.why << why::stands_only_at_the_end_of_a_Residual;
        return inputs;
    }
    template <class Sink>
    static constexpr void prefixes(Sink&, const LayerPath*) {}
    static constexpr Text title() { return Text{} << "Shortcut"; }
};

namespace detail {

/// A Shortcut where it belongs.
template <class... Layer>
struct WayAround {
    static constexpr std::string_view name() { return "shortcut"; }
};
template <class Renamed, class Around>
struct NamedWayAround : Around {
    static constexpr std::string_view name() { return Renamed::name(); }
};

template <class T>
struct way_around {};
template <class... Layer>
struct way_around<Shortcut<Layer...>> {
    using type = WayAround<Layer...>;
};
template <IsNamed T>
requires requires { typename way_around<typename T::named_layer>::type; }
struct way_around<T> {
    using type = NamedWayAround<T, typename way_around<typename T::named_layer>::type>;
};
template <class T>
concept IsShortcut = requires { typename way_around<T>::type; };

// The layers before a Shortcut, and the way around them; an empty one if there is no Shortcut.
template <class Before, class... Layer>
struct residual_parts {
    using main = Before;
    using around = WayAround<>;
};
template <class... Before, class Last>
requires IsShortcut<Last> struct residual_parts<List<Before...>, Last> {
    using main = List<Before...>;
    using around = typename way_around<Last>::type;
};
template <class... Before, class First, class... Rest>
struct residual_parts<List<Before...>, First, Rest...> : residual_parts<List<Before..., First>, Rest...> {};

template <class Main, class Around>
struct ResidualChain;
template <class... Main, class Around>
struct ResidualChain<List<Main...>, Around> {
    TENET_LOCAL static constexpr int position = static_cast<int>(sizeof...(Main));
    using leaves = join<typename Chain<Main...>::leaves, typename Lower<Around>::leaves, List<joins::Sum>>;

    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        if (!builder.takes(1, inputs)) return inputs;
        Values meeting = Chain<Main...>::wire(builder, inputs);
        if (!builder.gives_one(meeting)) return inputs;
        if constexpr (Chain<Main...>::any_nameless() || Around::name().empty())
            builder.names_meet = true;
        else if constexpr (Chain<Main...>::any_named())
            if (Chain<Main...>::meets(Around::name())) builder.names_meet = true;
        wire_branch<Around>(builder, inputs, meeting, position + 1);
        return wire_join<joins::Sum>(builder, meeting);
    }
    template <class Sink>
    static constexpr void prefixes(Sink& sink, const LayerPath* path) {
        Chain<Main...>::prefixes(sink, path);
        const LayerPath around{path, Around::name(), position, Around::name().empty()};
        Lower<Around>::prefixes(sink, &around);
        sink(*path);
    }
};

}  // namespace detail

template <class... Layer>
struct Lower<detail::WayAround<Layer...>> : detail::Chain<Layer...> {
    static constexpr Text title() { return Text{} << "Shortcut"; }
};

template <class Renamed, class Around>
struct Lower<detail::NamedWayAround<Renamed, Around>> : Lower<Around> {};

template <class... Layer>
struct Lower<Residual<Layer...>> : detail::ResidualChain<typename detail::residual_parts<List<>, Layer...>::main,
                                                         typename detail::residual_parts<List<>, Layer...>::around> {
    static constexpr Text title() { return Text{} << "Residual"; }
};

}  // namespace tenet
