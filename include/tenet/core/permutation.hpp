#pragma once

#include <cstdint>

#include <tenet/core/rng.hpp>

namespace TENET_NAMESPACE {

/// A random order of n things in O(1) memory: `Permutation{seed, epoch, n}(i)` is the thing in place i.
///
/// A Feistel network permutes the numbers of `bits` bits, 2^bits < 2n; what falls outside [0, n) is sent through again
/// until it falls inside (cycle walking), which keeps it a bijection. Any thread or device finds any place alone, and
/// a resumed run finds the same order. Requires 0 <= i < n <= 2^32.
/// Source: Mitchell, Stokes, Frank, Holmes, "Bandwidth-optimal random shuffling for GPUs", ACM TOPC 2022.
class Permutation {
  public:
    TENET_HOST_DEVICE constexpr Permutation(const Generator& generator, std::int64_t n)
        : size_(n), rounds_(n <= 4096 ? most_rounds : 10) {
        int bits = 0;
        while ((std::int64_t{1} << bits) < n) ++bits;
        low_bits_ = bits - bits / 2;
        low_mask_ = static_cast<std::uint32_t>((std::uint64_t{1} << low_bits_) - 1);
        high_mask_ = static_cast<std::uint32_t>((std::uint64_t{1} << (bits / 2)) - 1);
        for (int i = 0; i < rounds_; ++i) keys_[i] = generator.bits(static_cast<std::uint64_t>(i));
    }

    /// The order of a training set of n samples in an epoch.
    TENET_HOST_DEVICE constexpr Permutation(Seed seed, std::uint32_t epoch, std::int64_t n)
        : Permutation(Generator{seed, Stream::shuffle, 0, epoch}, n) {}

    TENET_HOST_DEVICE constexpr std::int64_t operator()(std::int64_t i) const {
        do {
            i = mix(i);
        } while (i >= size_);
        return i;
    }

    TENET_HOST_DEVICE constexpr std::int64_t size() const { return size_; }

  private:
    // Halves of a bit or two mix slowly: after 8 rounds the orders of 6 things are far from equally frequent, after 24
    // not.
    TENET_LOCAL static constexpr int most_rounds = 24;

    /// Any function of the other half will do for a bijection; this one is the finaliser of MurmurHash3 without its
    /// last step, taken from the upper bits.
    TENET_HOST_DEVICE static constexpr std::uint32_t scramble(std::uint32_t half, std::uint32_t key) {
        half = (half ^ key) * 0x85ebca6bu;
        half = (half ^ half >> 13) * 0xc2b2ae35u;
        return half ^ half >> 16;
    }

    TENET_HOST_DEVICE constexpr std::int64_t mix(std::int64_t i) const {
        std::uint32_t low = static_cast<std::uint32_t>(i) & low_mask_;
        std::uint32_t high = static_cast<std::uint32_t>(i >> low_bits_);
        for (int round = 0; round < rounds_; round += 2) {
            low ^= scramble(high, keys_[round]) & low_mask_;
            high ^= scramble(low, keys_[round + 1]) & high_mask_;
        }
        return static_cast<std::int64_t>(high) << low_bits_ | low;
    }

    std::int64_t size_;
    int rounds_, low_bits_ = 0;
    std::uint32_t low_mask_ = 0, high_mask_ = 0;
    std::uint32_t keys_[most_rounds]{};
};

}  // namespace tenet
