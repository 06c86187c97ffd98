#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// A number of 16 bits: the upper half of a float, so 8 bits of significand and the range of a float.
///
/// Made from a float by rounding to nearest, ties to even; a NaN stays a NaN. Its value as a float is exact.
/// Without an initialiser it is not initialised, as a float.
struct bfloat16 {
    std::uint16_t bits;

    bfloat16() = default;
    TENET_HOST_DEVICE constexpr explicit bfloat16(float value)
        : bits(rounded(__builtin_bit_cast(std::uint32_t, value))) {}

    TENET_HOST_DEVICE static constexpr bfloat16 from_bits(std::uint16_t bits) {
        bfloat16 result{};
        result.bits = bits;
        return result;
    }

    TENET_HOST_DEVICE constexpr operator float() const {
        return __builtin_bit_cast(float, static_cast<std::uint32_t>(bits) << 16);
    }

  private:
    TENET_HOST_DEVICE static constexpr std::uint16_t rounded(std::uint32_t value) {
        const bool is_nan = (value & 0x7fffffffu) > 0x7f800000u;
        const std::uint32_t nearest = value + 0x7fffu + (value >> 16 & 1u);
        return static_cast<std::uint16_t>((is_nan ? value | 0x400000u : nearest) >> 16);
    }
};
static_assert(sizeof(bfloat16) == 2);

}  // namespace tenet
