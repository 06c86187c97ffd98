#pragma once

#include <tenet/network/lower.hpp>

namespace tenet {

/// `N` copies of layers one after the other, each with parameters of its own:
/// `Repeat<3, Conv2d<8, Kernel<3>, Padding<1>>, ReLU>`. Parameters are named "<copy>.<position>.weight".
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
    static constexpr Text title() { return Text{} << "Repeat"; }
};

}  // namespace tenet
