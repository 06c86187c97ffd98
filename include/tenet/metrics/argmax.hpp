#pragma once

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE {

/// The place of the largest of n numbers, for each sample of a value; the first of equal ones. Requires n > 0.
template <class T>
TENET_HOST_DEVICE TENET_INLINE integer_of<T> argmax(const T* numbers, int n) {
    T largest = numbers[0];
    // Counted in the lanes: g++ 12 makes 16 instructions of one number for all lanes.
    const integer_of<T> one = 1;
    integer_of<T> place = 0, at = 1;
    for (int i = 1; i < n; ++i, at = at + one) {
        const auto larger = numbers[i] > largest;
        largest = select(larger, numbers[i], largest);
        place = select(larger, at, place);
    }
    return place;
}

namespace detail {
TENET_HOST_DEVICE TENET_INLINE std::int32_t integer_lane(std::int32_t x, int) {
    return x;
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE std::int32_t integer_lane(const IntLanes<Width>& x, int index) {
    return x[index];
}
}  // namespace detail

}  // namespace tenet
