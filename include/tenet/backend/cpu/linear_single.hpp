#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

// Of any 16 neighbours, the last ones are kept.
TENET_LOCAL inline constexpr std::int32_t last_lanes[32]{
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

// sum[r][v] += w[r] times x[v], lane by lane: rows of `count` numbers each, the last of which meet lanes of zeros.
// Fewer numbers than lanes are left to the caller.
template <class T, int Rows, int Vectors>
TENET_INLINE void add_products(int count, const float* w, const std::ptrdiff_t* rows, const float* x,
                               std::ptrdiff_t vector, Vector<T>* sum) {
    constexpr int width = lanes_of<T>;
    const int whole = count - count % width, rest = count % width;
    for (int i = 0; i < whole; i += width) {
        Vector<T> value[array_bound(Vectors)];
        TENET_UNROLL
        for (int v = 0; v < Vectors; ++v) value[v] = vector_at<T>(x + v * vector + i);
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            const Vector<T> weight = vector_at<T>(w + rows[r] + i);
            TENET_UNROLL
            for (int v = 0; v < Vectors; ++v) sum[r * Vectors + v] += weight * value[v];
        }
    }
    if (rest == 0 || count < width) return;
    // Once more the last lanes, with zeros for what the loop has added.
    typedef std::int32_t Bits __attribute__((vector_size(4 * width), aligned(4), may_alias));
    const Bits& kept = *reinterpret_cast<const Bits*>(last_lanes + 16 - width + rest);
    TENET_UNROLL
    for (int v = 0; v < Vectors; ++v) {
        const Vector<T> value =
            __builtin_bit_cast(Vector<T>, __builtin_bit_cast(Bits, vector_at<T>(x + v * vector + count - width)) & kept);
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) sum[r * Vectors + v] += vector_at<T>(w + rows[r] + count - width) * value;
    }
}

// y[r] = bias[r] + the sum over all inputs of row r of w times x, for lanes_of<T> rows: inputs in the lanes, the rows'
// partial sums added up by shuffles. If fewer rows exist, the last one stands in for the rest and only `rows` sums are
// stored.
template <bool Partial>
struct LinearSingleBlock {
    // Of 16 rows at a time the third-level cache gives 60 GB in a second, of 8 90; 8 sums hide the latency.
    TENET_LOCAL static constexpr int most_rows = 8;

    template <class T>
    static TENET_INLINE void run(int inputs, int rows, const float* x, const float* w, const float* bias, float* y) {
        constexpr int width = lanes_of<T>, together = width < most_rows ? width : most_rows;
        std::ptrdiff_t offset[array_bound(width)];
        TENET_UNROLL
        for (int r = 0; r < width; ++r)
            offset[r] = static_cast<std::ptrdiff_t>(Partial && r >= rows ? rows - 1 : r) * inputs;
        Vector<T> sum[array_bound(width)];
        TENET_UNROLL
        for (int r = 0; r < width; ++r) sum[r] = Vector<T>{};
        TENET_UNROLL
        for (int r = 0; r < width; r += together) add_products<T, together, 1>(inputs, w, offset + r, x, 0, sum + r);
        reduce_lanes<T>(sum);
        if (!Partial && inputs >= width) {
            vector_at<T>(y) = sum[0] + vector_at<T>(bias);
            return;
        }
        float total[array_bound(width)];
        vector_at<T>(&total[0]) = sum[0];
        if (inputs < width)
            for (int r = 0; r < rows; ++r)
                for (int k = 0; k < inputs; ++k) total[r] += w[offset[r] + k] * x[k];
        for (int r = 0; r < rows; ++r) y[r] = total[r] + bias[r];
    }
};

}  // namespace detail

/// The register blocks of `linear_single` for one instruction set: of as many rows as there are lanes, and of fewer.
struct LinearSingleBlocks {
    using Block = void(int inputs, int rows, const float* x, const float* w, const float* bias, float* y);

    int lanes;
    Block *whole, *partial;
};
template <class Isa>
TENET_LOCAL inline constexpr LinearSingleBlocks linear_single_blocks{
    Isa::lanes, block_entry<Isa, detail::LinearSingleBlock<runs_seldom<Isa>>, LinearSingleBlocks::Block>,
    block_entry<Isa, detail::LinearSingleBlock<true>, LinearSingleBlocks::Block>};

/// y[o] = bias[o] + sum over i of w[o][i] x[i] for one sample, y[outputs] and x[inputs] plain floats; `bias` may be
/// null. Speed: one pass over the weights.
TENET_NOINLINE inline void linear_single(const LinearSingleBlocks& blocks, int inputs, int outputs, const float* x,
                                         const float* w, const float* bias, float* y) {
    const bool partial = outputs < blocks.lanes;
    const int rows = partial ? outputs : blocks.lanes;
    LinearSingleBlocks::Block* const block = partial ? blocks.partial : blocks.whole;
    for (int done = 0; done < outputs; done += rows) {
        const int first = done + rows <= outputs ? done : outputs - rows;
        block(inputs, rows, x, w + static_cast<std::ptrdiff_t>(first) * inputs, bias ? bias + first : no_bias,
              y + first);
    }
}

}  // namespace tenet::cpu
