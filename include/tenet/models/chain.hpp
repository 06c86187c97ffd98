#pragma once

#include <utility>

#include <tenet/core/type_list.hpp>
#include <tenet/layers/sequential.hpp>

namespace TENET_NAMESPACE::models::detail {

template <class Layers>
struct chain_of;
template <class... Layer>
struct chain_of<List<Layer...>> {
    using type = Sequential<Layer...>;
};

template <class Layers, class Indices>
struct times;
template <class Layers, int... I>
struct times<Layers, std::integer_sequence<int, I...>> {
    template <int>
    using one = Layers;
    using type = join<one<I>...>;
};

/// Lists of layers as one Sequential, which counts their positions through.
template <class... Layers>
using Chain = typename chain_of<join<Layers...>>::type;

/// The list of these layers, so many times one behind the other.
template <int Count, class... Layer>
using Times = typename times<List<Layer...>, std::make_integer_sequence<int, Count>>::type;

}  // namespace tenet::models::detail
