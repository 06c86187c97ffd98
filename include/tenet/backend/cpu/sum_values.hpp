#pragma once

#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {
struct SumValues {
    template <class T>
    static TENET_INLINE float run(const float* first, std::ptrdiff_t stride, int count) {
        // Four chains: an addition has a latency of several cycles.
        T total[4]{T(0.f), T(0.f), T(0.f), T(0.f)};
        int i = 0;
        for (; i + 4 <= count; i += 4, first += 4 * stride) {
            TENET_UNROLL
            for (int k = 0; k < 4; ++k) total[k] += load<T>(first + k * stride);
        }
        for (; i < count; ++i, first += stride) total[0] += load<T>(first);
        return sum_lanes((total[0] + total[1]) + (total[2] + total[3]));
    }
};
}  // namespace detail

/// The sum over the lanes of `count` values, `stride` floats apart, in a fixed order.
using SumFunction = float(const float* first, std::ptrdiff_t stride, int count);
template <class Isa>
inline constexpr SumFunction* sum_values = block_entry<Isa, detail::SumValues, SumFunction>;

}  // namespace tenet::cpu
