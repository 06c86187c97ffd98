#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// A sum of any number of parts, in a fixed order. 64 parts are added up, then 64 of such sums, and so on over so many
/// levels, three for parts that are sums of many numbers themselves: the rounding does not grow with the number of
/// parts, as one after the other it would, and infinities stay what they are, which a compensated sum makes NaN of.
/// `S{}` is 0, and S has `+=`.
template <class S, int Levels = 3>
class BlockSum {
    static_assert(Levels == 3 || Levels == 4);

  public:
    TENET_HOST_DEVICE TENET_INLINE void add(const S& part) {
        sums_[0] += part;
        if (++parts_ % length == 0) carry();
    }
    TENET_HOST_DEVICE TENET_INLINE S total() const {
        S sum = sums_[0];
        for (int level = 1; level < Levels; ++level) sum += sums_[level];
        return sum;
    }

  private:
    TENET_LOCAL static constexpr std::uint32_t length = 64;

    // A loop, which stays one on a CPU: written out it is much code at each sum, and taken once in 64 parts.
    TENET_HOST_DEVICE TENET_INLINE void carry() {
        std::uint32_t blocks = parts_;
        TENET_ROLL_ON_HOST
        for (int level = 1; level < Levels; ++level) {
            sums_[level] += sums_[level - 1];
            sums_[level - 1] = S{};
            blocks /= length;
            if (blocks % length != 0) return;
        }
    }

    S sums_[static_cast<std::size_t>(Levels)]{};
    std::uint32_t parts_ = 0;
};

/// Two sums that are taken together.
template <class T>
struct TwoSums {
    T first{}, second{};

    TENET_HOST_DEVICE TENET_INLINE TwoSums& operator+=(const TwoSums& other) {
        first += other.first;
        second += other.second;
        return *this;
    }
};

/// What `add(sum, i)` adds to S{} for all i < count: blocks of 64, in each the even numbers apart from the odd ones,
/// because an addition has a latency of several cycles; or one after the other, where `Chains` is 1, because what is
/// added is long.
template <class S, int Chains = 2, class Index, class Add>
TENET_HOST_DEVICE TENET_INLINE S add_in_blocks(Index count, const Add& add) {
    static_assert(Chains == 1 || Chains == 2);
    constexpr Index length = 64;
    BlockSum<S> blocks;
    for (Index begin = 0; begin < count; begin += length) {
        const Index end = count - begin > length ? begin + length : count;
        S even{};
        Index i = begin;
        if constexpr (Chains == 2) {
            S odd{};
            for (; i + 1 < end; i += 2) {
                add(even, i);
                add(odd, i + 1);
            }
            if (i < end) add(even, i);
            even += odd;
        } else {
            for (; i < end; ++i) add(even, i);
        }
        blocks.add(even);
    }
    return blocks.total();
}

/// The sum of term(i) for i < count.
template <class T, int Chains = 2, class Index, class Term>
TENET_HOST_DEVICE TENET_INLINE T block_sum(Index count, const Term& term) {
    return add_in_blocks<T, Chains>(count, [&](T& sum, Index i) TENET_INLINE_LAMBDA { sum += term(i); });
}

}  // namespace tenet
