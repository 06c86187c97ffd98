#pragma once

#include <tenet/network/lower.hpp>

namespace TENET_NAMESPACE {

/// `N` copies of layers one after the other, each with parameters of its own:
/// `Repeat<3, Conv2d<8, Kernel<3>, Padding<1>>, ReLU>`. Parameters are named "<copy>.<position>.weight". No copies at all
/// pass their input on.
template <int N, class... Layer>
struct Repeat {};

namespace detail {

template <class Copy, class Indices>
struct copies;
template <class Copy, int... I>
struct copies<Copy, std::integer_sequence<int, I...>> {
    template <int>
    using one = Copy;
    using chain = Chain<one<I>...>;
};

}  // namespace detail

template <int N, class... Layer>
struct Lower<Repeat<N, Layer...>>
    : detail::copies<Sequential<Layer...>, std::make_integer_sequence<int, (N > 0 ? N : 0)>>::chain {
    using Copies = typename detail::copies<Sequential<Layer...>, std::make_integer_sequence<int, (N > 0 ? N : 0)>>::chain;

    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        if constexpr (N < 0) {
            builder.why << why::number_of_copies << why::must_not_be_negative << why::but_is << N;
            return inputs;
        } else {
            return Copies::wire(builder, inputs);
        }
    }
    static constexpr Text title() { return Text{} << "Repeat"; }
};

}  // namespace tenet
