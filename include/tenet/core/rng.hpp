#pragma once

#include <cmath>
#include <cstdint>

#include <tenet/core/philox.hpp>

namespace TENET_NAMESPACE {

/// The one number that all randomness of a run follows from: `Model<Net> model{Seed{42}}`.
struct Seed {
    std::uint64_t value = 0;

    bool operator==(const Seed&) const = default;
};

/// What random numbers are for. Numbers of different streams are independent: one more dropout layer leaves the order
/// of the training samples as it was.
enum class Stream : std::uint32_t { initialisation, dropout, shuffle, data, augmentation };

namespace detail {
// Every multiply-add is spelled fma: a compiler free to contract a * b + c or not would give other numbers by its
// flags.

/// ln(x) for normal x > 0, to a few 1e-16 relative: 2 atanh(s), s = (m - 1) / (m + 1), m in [0.7, 1.42).
TENET_HOST_DEVICE inline double deterministic_log(double x) {
    const auto bits = __builtin_bit_cast(std::uint64_t, x) - 0x3fe6a09e00000000u;
    const auto exponent = static_cast<double>(static_cast<std::int64_t>(bits) >> 52);
    const auto m = __builtin_bit_cast(double, (bits & 0xfffffffffffffu) + 0x3fe6a09e00000000u);
    const double s = (m - 1) / (m + 1);
    const double z = s * s;
    double sum = 1.0 / 21;
    for (int k = 19; k >= 1; k -= 2) sum = std::fma(sum, z, 1.0 / k);
    return std::fma(exponent, 0.69314718055994530942, 2 * s * sum);
}

struct SineCosine {
    double sine, cosine;
};

/// sin and cos of a full turn times turn / 2^32. The eighth of the circle is found in integers, the Taylor series run
/// to 1e-16 on [-pi/4, pi/4].
TENET_HOST_DEVICE inline SineCosine deterministic_sine_cosine(std::uint32_t turn) {
    const std::uint32_t quarter = (turn + 0x20000000u) >> 30;
    const double x =
        static_cast<double>(static_cast<std::int32_t>(turn - (quarter << 30))) * (6.283185307179586477 / 4294967296.0);
    const double z = x * x;
    double s = 1, c = 1;
    for (int k = 16; k >= 2; k -= 2) {
        s = std::fma(s * z, -1.0 / (k * (k + 1)), 1.0);
        c = std::fma(c * z, -1.0 / (k * (k - 1)), 1.0);
    }
    s *= x;
    switch (quarter) {
        case 0:
            return {s, c};
        case 1:
            return {c, -s};
        case 2:
            return {-s, -c};
        default:
            return {-c, s};
    }
}
}  // namespace detail

/// A handle on a sequence of random numbers: element `i` is a pure function of (seed, stream, layer, step, i), so the
/// numbers may be taken in any order, by any thread, on any machine, and are the same.
struct Generator {
    Seed seed{};
    Stream stream = Stream::initialisation;
    std::uint32_t layer = 0;  ///< number of the layer or parameter; below 2^16
    std::uint64_t step = 0;   ///< training step or epoch; numbers repeat after 2^40, at a microsecond a step 12 days

    /// The counter that belongs to an index: block `index` of this sequence.
    TENET_HOST_DEVICE constexpr PhiloxBlock<std::uint32_t> counter(std::uint64_t index) const {
        return {{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                 static_cast<std::uint32_t>(step),
                 static_cast<std::uint32_t>(stream) << 24 | static_cast<std::uint32_t>(step >> 32 & 0xffu) << 16 |
                     (layer & 0xffffu)}};
    }

    /// 128 random bits.
    TENET_HOST_DEVICE constexpr PhiloxBlock<std::uint32_t> block(std::uint64_t index) const {
        return philox(counter(index), seed.value);
    }

    /// 32 random bits.
    TENET_HOST_DEVICE constexpr std::uint32_t bits(std::uint64_t i) const {
        return block(i / 4)[static_cast<int>(i % 4)];
    }

    /// A number of [0, 1): a multiple of 2^-24, each equally likely.
    TENET_HOST_DEVICE constexpr float uniform(std::uint64_t i) const {
        return static_cast<float>(bits(i) >> 8) * 0x1p-24f;
    }

    /// A number of the standard normal distribution, by Box and Muller: elements 2k and 2k + 1 are sine and cosine of
    /// one angle.
    TENET_HOST_DEVICE float normal(std::uint64_t i) const {
        const auto words = block(i / 4);
        const int pair = static_cast<int>(i % 4 / 2) * 2;
        const double radius = std::sqrt(-2 * detail::deterministic_log((words[pair] + 1.0) * 0x1p-32));
        const auto [sine, cosine] = detail::deterministic_sine_cosine(words[pair + 1]);
        return static_cast<float>(radius * (i % 2 == 0 ? cosine : sine));
    }

    bool operator==(const Generator&) const = default;
};

}  // namespace tenet
