#pragma once

#include <cstddef>
#include <utility>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// A list of types, never instantiated.
template <class... T>
struct List {
    TENET_LOCAL static constexpr int size = static_cast<int>(sizeof...(T));
};

namespace detail {

// Eight lists a step keep the instantiation depth of a long network far below every compiler's limit.
template <class... Lists>
struct joined {
    using type = List<>;
};
template <class... A>
struct joined<List<A...>> {
    using type = List<A...>;
};
template <class... A, class... B, class... Rest>
struct joined<List<A...>, List<B...>, Rest...> : joined<List<A..., B...>, Rest...> {};
template <class... A, class... B, class... C, class... D, class... E, class... F, class... G, class... H, class... Rest>
struct joined<List<A...>, List<B...>, List<C...>, List<D...>, List<E...>, List<F...>, List<G...>, List<H...>, Rest...>
    : joined<List<A..., B..., C..., D..., E..., F..., G..., H...>, Rest...> {};

template <int I, class T>
struct slot {
    using type = T;
};
template <class Indices, class... T>
struct all_slots;
template <int... I, class... T>
struct all_slots<std::integer_sequence<int, I...>, T...> : slot<I, T>... {};

template <int I, class T>
slot<I, T> slot_at(const slot<I, T>*);

template <class L>
struct indexed;
template <class... T>
struct indexed<List<T...>> : all_slots<std::make_integer_sequence<int, sizeof...(T)>, T...> {};

}  // namespace detail

/// One list of the members of several.
template <class... Lists>
using join = typename detail::joined<Lists...>::type;

/// The `I`-th type of a list: one overload resolution, however long the list.
template <class L, int I>
using at = typename decltype(detail::slot_at<I>(static_cast<const detail::indexed<L>*>(nullptr)))::type;

}  // namespace tenet
