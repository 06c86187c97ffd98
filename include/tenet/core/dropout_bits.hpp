#pragma once

#include <cstdint>
#include <utility>

#include <tenet/core/rng.hpp>
#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE {

#if !defined(__CUDACC__)
namespace detail {
/// `Width` words of 32 bits, one for each of `Width` samples.
template <int Width>
struct WordLanes {
    using Native = typename native_vector<std::uint32_t, Width>::type;
    Native v;

    // Not trivial, as in Lanes; a copy stays trivial: g++ 12 takes an array of words copied by a constructor of their
    // own for uninitialised.
    WordLanes() = default;
    TENET_INLINE WordLanes(const Native& native) : v(native) {}
    WordLanes(const WordLanes&) = default;
    TENET_INLINE WordLanes(WordLanes&& other) : v(other.v) {}
    WordLanes& operator=(const WordLanes&) = default;

    static TENET_INLINE WordLanes all(std::uint32_t word) { return {Native{} + word}; }
    /// `first, first + 1, ...`
    static TENET_INLINE WordLanes counting(std::uint32_t first) {
        return counting(first, std::make_integer_sequence<int, Width>{});
    }

    friend TENET_INLINE WordLanes operator^(WordLanes a, WordLanes b) { return {a.v ^ b.v}; }
    friend TENET_INLINE WordLanes operator^(WordLanes a, std::uint32_t b) { return {a.v ^ b}; }

  private:
    template <int... I>
    static TENET_INLINE WordLanes counting(std::uint32_t first, std::integer_sequence<int, I...>) {
        return {Native{static_cast<std::uint32_t>(I)...} + first};
    }
};

// The even and the odd lanes apart: the machine multiplies 32 bits to 64 in every second lane.
template <int Width>
TENET_INLINE void multiply_wide(WordLanes<Width> a, std::uint32_t b, WordLanes<Width>& high, WordLanes<Width>& low) {
    using Wide = typename native_vector<std::uint64_t, Width>::type;
    using Narrow = typename WordLanes<Width>::Native;
    const Wide lower_half = Wide{} + 0xffffffffu;
    const Wide even = (reinterpret_cast<Wide>(a.v) & lower_half) * b;
    const Wide odd = (reinterpret_cast<Wide>(a.v) >> 32) * b;
    high.v = reinterpret_cast<Narrow>((even >> 32) | (odd & ~lower_half));
    low.v = reinterpret_cast<Narrow>((even & lower_half) | (odd << 32));
}
}  // namespace detail
#endif

/// How many neighbouring elements of a sample share one Philox call.
TENET_LOCAL inline constexpr int dropout_block = 8;

/// The 16 random bits, in [0, 65536), of the elements `8 * block ... 8 * block + 7` of one sample (T = float) or of the
/// consecutive samples `sample, sample + 1, ...` (T = Lanes<W>).
///
/// A number depends on the generator (seed, layer, step), the sample's place in the batch and the element only: lane
/// width, number of threads and memory layout leave it as it is. Backward asks again instead of storing a mask.
TENET_HOST_DEVICE TENET_INLINE void dropout_bits(const Generator& generator, std::uint32_t sample, std::uint32_t block,
                               std::int32_t (&bits)[dropout_block]) {
    const auto words = generator.block(std::uint64_t{sample} << 32 | block);
    for (int i = 0; i < 4; ++i) {
        bits[2 * i] = static_cast<std::int32_t>(words[i] & 0xffffu);
        bits[2 * i + 1] = static_cast<std::int32_t>(words[i] >> 16);
    }
}
template <int Width>
TENET_HOST_DEVICE TENET_INLINE void dropout_bits(const Generator& generator, std::uint32_t sample, std::uint32_t block,
                               IntLanes<Width> (&bits)[dropout_block]) {
#if defined(__CUDACC__)
    for (int lane = 0; lane < Width; ++lane) {
        std::int32_t of_sample[dropout_block];
        dropout_bits(generator, sample + static_cast<std::uint32_t>(lane), block, of_sample);
        for (int i = 0; i < dropout_block; ++i) bits[i].v[lane] = of_sample[i];
    }
#else
    const auto first = generator.counter(std::uint64_t{sample} << 32 | block);
    using Words = detail::WordLanes<Width>;
    const PhiloxBlock<Words> counter{
        {Words::all(first[0]), Words::counting(first[1]), Words::all(first[2]), Words::all(first[3])}};
    const auto words = philox(counter, generator.seed.value);
    for (int i = 0; i < 4; ++i) {
        const IntLanes<Width> both{reinterpret_cast<typename IntLanes<Width>::Native>(words[i].v)};
        bits[2 * i] = both & IntLanes<Width>(0xffff);
        bits[2 * i + 1] = (both >> 16) & IntLanes<Width>(0xffff);
    }
#endif
}

/// What dropout with probability p multiplies the elements `8 * block ... 8 * block + 7` by: 0 with probability p
/// (to 2^-17), else 1 / (1 - p). Requires 0 <= p <= 1.
template <class T>
TENET_HOST_DEVICE TENET_INLINE void dropout_factors(const Generator& generator, float p, std::uint32_t sample, std::uint32_t block,
                                  T (&factors)[dropout_block]) {
    integer_of<T> bits[dropout_block];
    dropout_bits(generator, sample, block, bits);
    const T threshold = p * 65536.0f - 0.5f;  // a half: no number of bits ever equals it
    const T scale = p < 1 ? 1 / (1 - p) : 0.0f;
    for (int i = 0; i < dropout_block; ++i) factors[i] = select(to_float(bits[i]) > threshold, scale, T(0.0f));
}

/// Whether one element is kept, for one sample or for consecutive ones. It costs as much as the eight of a block.
template <class T>
TENET_HOST_DEVICE TENET_INLINE auto dropout_keep(const Generator& generator, float p, std::uint32_t sample, std::uint32_t element) {
    integer_of<T> bits[dropout_block];
    dropout_bits(generator, sample, element / dropout_block, bits);
    return to_float(bits[element % dropout_block]) > T(p * 65536.0f - 0.5f);
}

}  // namespace tenet
