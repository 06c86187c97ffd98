#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// Divides by the same number again and again: a multiplication and a shift instead of a division, which takes a GPU
/// some twenty instructions. For numbers from 0 to 2^31 - 1; requires a divisor of at least 1.
///
/// With l = ceil(log2 d) and m = ceil(2^(31 + l) / d), n / d = floor(n m / 2^(31 + l)) exactly
/// (Granlund and Montgomery 1994, Division by invariant integers using multiplication).
class Divisor {
  public:
    Divisor() = default;
    TENET_HOST_DEVICE constexpr explicit Divisor(int divisor) : divisor_(divisor) {
        while (std::int64_t{1} << shift_ < divisor) ++shift_;
        const auto d = static_cast<std::uint64_t>(divisor);
        multiplier_ = static_cast<std::uint32_t>(((std::uint64_t{1} << (31 + shift_)) + d - 1) / d);
    }

    TENET_HOST_DEVICE constexpr int divisor() const { return divisor_; }
    TENET_HOST_DEVICE constexpr int quotient(int number) const {
        // Of twice the number, so that the upper word of the product is all that is shifted.
        const std::uint64_t product = std::uint64_t{2u * static_cast<std::uint32_t>(number)} * multiplier_;
        return static_cast<int>(static_cast<std::uint32_t>(product >> 32) >> shift_);
    }
    TENET_HOST_DEVICE constexpr int remainder(int number) const { return number - quotient(number) * divisor_; }

  private:
    int divisor_ = 1, shift_ = 0;
    std::uint32_t multiplier_ = 0x80000000u;
};

}  // namespace tenet
