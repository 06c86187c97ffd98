#pragma once

#include <cstdint>
#include <type_traits>

#include <tenet/backend/cuda/system.cuh>

namespace TENET_NAMESPACE::cuda {

namespace detail {

/// to[i] = from[i], rounded.
template <class Storage>
struct Round {
    const float* from;
    Storage* to;

    TENET_HOST_DEVICE void operator()(std::int64_t i) const { to[i] = static_cast<Storage>(from[i]); }
};

}  // namespace detail

/// Scratch for numbers of a type.
template <class Number, class Precision>
Number* take(System<Precision>& system, std::int64_t count) {
    return reinterpret_cast<Number*>(system.scratch.take(count * static_cast<std::int64_t>(sizeof(Number)) / 4 + 1));
}

/// Parameters in the type that a precision stores, for libraries that multiply nothing else.
template <class Precision>
const typename Precision::Storage* rounded(System<Precision>& system, const float* from, std::int64_t count) {
    using Storage = typename Precision::Storage;
    if constexpr (std::is_same_v<Storage, float>) {
        return from;
    } else {
        Storage* const to = take<Storage>(system, count);
        system.for_each(count, detail::Round<Storage>{from, to});
        return to;
    }
}

}  // namespace tenet::cuda
