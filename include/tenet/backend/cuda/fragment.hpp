#pragma once

#include <cstdint>

#include <tenet/config.hpp>
#include <tenet/core/precision.hpp>

/// What the bodies of tensor-core kernels are written against: a `Block` of `warps` warps of 32 lanes. A body is a
/// function template that every warp runs: `DeviceBlock` makes it a kernel, the tests' `EmulatedBlock` runs it on a
/// CPU, a thread for each warp, and a loop for its lanes.
/// ```
/// static constexpr int warps;
/// template <class T, int N> struct Registers;    // N numbers in each lane: registers(lane, i)
/// int warp() const;                              // this warp's number in the block
/// void each_lane(f) const;                       // f(lane): what a single thread does
/// void forget_addresses();                       // what follows computes what it needs of a lane's number anew: it is
///                                                // not kept in registers from before
/// void synchronise() const;                      // the block's warps see each other's writes to shared memory
/// void synchronise_warp() const;                 // the warp's lanes do
/// static std::uint32_t word<P>(low, high);       // two rounded factors of 16 bits, or `low` alone in 32
/// static std::uint32_t word_of_positive<P>(low, high);  // two of 16 bits, 0 instead of what is negative
/// void load_matrices(to, at, address) const;     // four 8 x 4 matrices of words: address(lane) is row lane % 8 of
///                                                // matrix lane / 8; to(lane, at + i) = row lane / 4, word lane % 4
///                                                // of matrix i
/// void load_transposed(to, at, address) const;   // four 8 x 8 matrices of 16 bits, each transposed
/// void multiply<P>(c, c_at, a, a_at, b, b_at) const;  // c += a * b^T: 16 x 8 sums from 16 and 8 rows of 8 words
/// ```
namespace TENET_NAMESPACE::cuda {

/// Factors in a word of 32 bits.
template <class Precision>
TENET_LOCAL inline constexpr int per_word = static_cast<int>(sizeof(std::uint32_t) /
                                                             sizeof(typename Precision::Storage));

/// The factor `element` < per_word of a word, as a float.
template <class Precision>
TENET_HOST_DEVICE constexpr float factor(std::uint32_t word, int element) {
    if constexpr (per_word<Precision> == 1)
        return __builtin_bit_cast(float, word);
    else
        return Precision::Storage::from_bits(static_cast<std::uint16_t>(word >> (16 * element)));
}

/// Words of each row that one `multiply` takes.
TENET_LOCAL inline constexpr int words_per_multiply = 8;

/// Which sum of a 16 x 8 tile a lane's accumulator i < 4 is.
TENET_HOST_DEVICE constexpr int accumulator_row(int lane, int i) {
    return lane / 4 + i / 2 * 8;
}
TENET_HOST_DEVICE constexpr int accumulator_column(int lane, int i) {
    return lane % 4 * 2 + i % 2;
}

/// Where `load_matrices` finds 16 rows of 8 words as the left factor: lane's row begins at this word.
TENET_HOST_DEVICE constexpr int left_factor_offset(int lane, int pitch) {
    return lane % 16 * pitch + lane / 16 * 4;
}
/// The same for the right factors of two multiplications: rows 0 to 7 in registers 0 and 1, 8 to 15 in 2 and 3.
TENET_HOST_DEVICE constexpr int right_factor_offset(int lane, int pitch) {
    return (lane / 16 * 8 + lane % 8) * pitch + lane / 8 % 2 * 4;
}
/// The same for `load_transposed`, where rows run along the sum: 16 of them, of 16 factors' columns.
TENET_HOST_DEVICE constexpr int transposed_left_factor_offset(int lane, int pitch) {
    return right_factor_offset(lane, pitch);
}
TENET_HOST_DEVICE constexpr int transposed_right_factor_offset(int lane, int pitch) {
    return left_factor_offset(lane, pitch);
}

}  // namespace tenet::cuda
