#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// An IEEE 754 half: 11 bits of significand, at most 65504, subnormal below 2^-14.
///
/// Made from a float by rounding to nearest, ties to even: 65520 and more become infinite, a NaN stays a NaN. Its value
/// as a float is exact. Without an initialiser it is not initialised, as a float.
struct float16 {
    std::uint16_t bits;

    float16() = default;
    TENET_HOST_DEVICE constexpr explicit float16(float value)
        : bits(rounded(__builtin_bit_cast(std::uint32_t, value))) {}

    TENET_HOST_DEVICE static constexpr float16 from_bits(std::uint16_t bits) {
        float16 result{};
        result.bits = bits;
        return result;
    }

    TENET_HOST_DEVICE constexpr operator float() const {
        const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
        const std::uint32_t rest = bits & 0x7fffu;
        if (rest >= 0x7c00u) return __builtin_bit_cast(float, sign | 0x7f800000u | (rest & 0x3ffu) << 13);
        if (rest < 0x400u) {
            const float magnitude = static_cast<float>(rest) * 0x1p-24f;
            return __builtin_bit_cast(float, sign | __builtin_bit_cast(std::uint32_t, magnitude));
        }
        return __builtin_bit_cast(float, sign | ((rest << 13) + 0x38000000u));
    }

  private:
    TENET_HOST_DEVICE static constexpr std::uint16_t rounded(std::uint32_t value) {
        const std::uint32_t sign = value >> 16 & 0x8000u;
        const std::uint32_t magnitude = value & 0x7fffffffu;
        if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u | (magnitude >> 13 & 0x3ffu));
        if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);
        if (magnitude < 0x38800000u) {
            // The last bit of a float in [1/2, 1) is 2^-24, a half's smallest number: the addition rounds.
            const float shifted = __builtin_bit_cast(float, magnitude) + 0.5f;
            return static_cast<std::uint16_t>(sign | (__builtin_bit_cast(std::uint32_t, shifted) - 0x3f000000u));
        }
        const std::uint32_t nearest = magnitude + 0xfffu + (magnitude >> 13 & 1u);
        return static_cast<std::uint16_t>(sign | (nearest - 0x38000000u) >> 13);
    }
};
static_assert(sizeof(float16) == 2);

}  // namespace tenet
