#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// Four words of 32 bits: what one Philox call takes as its counter and what it gives.
template <class Word>
struct PhiloxBlock {
    Word words[4];

    TENET_HOST_DEVICE constexpr Word operator[](int i) const { return words[i]; }
    bool operator==(const PhiloxBlock&) const = default;
};

namespace detail {
/// The upper and the lower 32 bits of `a * b`.
TENET_HOST_DEVICE TENET_INLINE constexpr void multiply_wide(std::uint32_t a, std::uint32_t b, std::uint32_t& high,
                                                            std::uint32_t& low) {
    const std::uint64_t product = std::uint64_t{a} * b;
    high = static_cast<std::uint32_t>(product >> 32);
    low = static_cast<std::uint32_t>(product);
}
}  // namespace detail

/// Philox4x32-10: 128 random bits as a pure function of a 128-bit counter and a 64-bit key. There is no state to pass
/// on, so any thread, lane or device computes any number of a sequence without the ones before it.
///
/// `Word` is `std::uint32_t`, or several of them side by side with the same operators and `detail::multiply_wide`.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
template <class Word>
TENET_HOST_DEVICE TENET_INLINE constexpr PhiloxBlock<Word> philox(PhiloxBlock<Word> counter, std::uint64_t key) {
    using detail::multiply_wide;
    std::uint32_t key0 = static_cast<std::uint32_t>(key);
    std::uint32_t key1 = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
        Word high0{}, low0{}, high2{}, low2{};
        multiply_wide(counter.words[0], 0xD2511F53u, high0, low0);
        multiply_wide(counter.words[2], 0xCD9E8D57u, high2, low2);
        counter = {{high2 ^ counter.words[1] ^ key0, low2, high0 ^ counter.words[3] ^ key1, low0}};
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return counter;
}

// The known-answer vectors of Random123 (tests/kat_vectors, philox4x32 10).
static_assert(philox<std::uint32_t>({{0, 0, 0, 0}}, 0) ==
              PhiloxBlock<std::uint32_t>{{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}});
static_assert(philox<std::uint32_t>({{0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu}}, 0xffffffffffffffffu) ==
              PhiloxBlock<std::uint32_t>{{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}});
static_assert(philox<std::uint32_t>({{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}}, 0x299f31d0a4093822u) ==
              PhiloxBlock<std::uint32_t>{{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}});

}  // namespace tenet
