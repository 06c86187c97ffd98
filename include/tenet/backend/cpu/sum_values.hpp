#pragma once

#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/math/block_sum.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {
struct SumValues {
    template <class T>
    static TENET_INLINE float run(const float* first, std::ptrdiff_t stride, int count) {
        BlockSum<T> blocks;
        for (constexpr int length = 128; count > 0; count -= length) {
            // Four chains: an addition has a latency of several cycles.
            T total[4]{};
            const int end = count < length ? count : length;
            int i = 0;
            for (; i + 4 <= end; i += 4, first += 4 * stride) {
                TENET_UNROLL
                for (int k = 0; k < 4; ++k) total[k] += load<T>(first + k * stride);
            }
            TENET_ROLL_ON_HOST
            for (; i < end; ++i, first += stride) total[0] += load<T>(first);
            blocks.add((total[0] + total[1]) + (total[2] + total[3]));
        }
        return sum_lanes(blocks.total());
    }
};
}  // namespace detail

/// The sum over the lanes of `count` values, `stride` floats apart, in a fixed order.
using SumFunction = float(const float* first, std::ptrdiff_t stride, int count);
template <class Isa>
TENET_LOCAL inline constexpr SumFunction* sum_values = block_entry<Isa, detail::SumValues, SumFunction>;

}  // namespace tenet::cpu
