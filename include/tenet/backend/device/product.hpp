#pragma once

#include <cstdint>

#include <tenet/backend/device/matrix.hpp>
#include <tenet/backend/device/sum.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

template <class Precision, class A, class B>
struct ProductTerm {
    ProductExtents extents;
    A a;
    B b;

    TENET_HOST_DEVICE float operator()(std::int64_t j, std::int64_t t) const {
        const std::int64_t n = j % extents.n, row = j / extents.n, m = row % extents.m, z = row / extents.m;
        return Precision::round(a(z, m, t)) * Precision::round(b(z, t, n));
    }
};

template <class Store>
struct ProductStore {
    ProductExtents extents;
    Store store;

    TENET_HOST_DEVICE void operator()(std::int64_t j, float sum) const {
        const std::int64_t n = j % extents.n, row = j / extents.n, m = row % extents.m, z = row / extents.m;
        store(z, m, n, sum);
    }
};

}  // namespace detail

/// store(z, m, n, sum over k of a(z, m, k) * b(z, k, n)), factors rounded to the system's precision. The one product
/// that Linear and the convolutions come down to, forward and backward: operands gather what they need from tensors,
/// `store` does what is left. Extents are below 2^31.
TENET_WHERE_CALLED
template <class System, class A, class B, class Store>
TENET_HOST_DEVICE void product(System& system, const ProductExtents& extents, const A& a, const B& b,
                               const Store& store) {
    if constexpr (requires { system.product(extents, a, b, store); })
        system.product(extents, a, b, store);
    else
        sum(system, extents.z * extents.m * extents.n, extents.k,
            detail::ProductTerm<typename System::Precision, A, B>{extents, a, b},
            detail::ProductStore<Store>{extents, store});
}

/// Whether a system's product has room for one more column at no cost, and its first factors are numbers of `Storage` as
/// they are, so that the sum of each of their rows may be taken along.
template <class System, class Storage>
constexpr bool takes_sums_along(const ProductExtents& extents) {
    if constexpr (requires { System::has_room_for_a_column(extents); })
        return (sizeof(Storage) == 2 || System::Precision::unit_roundoff == 0.0f) &&
               System::has_room_for_a_column(extents);
    else
        return false;
}

}  // namespace tenet::device
