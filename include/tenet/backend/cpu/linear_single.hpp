#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/backend/cpu/transpose.hpp>

namespace tenet::cpu {
namespace detail {

// Of any 16 neighbours, the last ones are kept.
inline constexpr std::int32_t last_lanes[32]{0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
                                             -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

// y[r] = bias[r] + the sum over all inputs of row r of w times x, for lanes_of<T> rows: inputs in the lanes, the rows'
// partial sums added up by shuffles. If fewer rows exist, the last one stands in for the rest and only `rows` sums are
// stored.
template <bool Partial>
struct LinearSingleBlock {
    template <class T>
    static TENET_INLINE void run(int inputs, int rows, const float* x, const float* w, const float* bias, float* y) {
        constexpr int width = lanes_of<T>;
        std::ptrdiff_t offset[width];
        TENET_UNROLL
        for (int r = 0; r < width; ++r)
            offset[r] = static_cast<std::ptrdiff_t>(Partial && r >= rows ? rows - 1 : r) * inputs;
        Vector<T> sum[width];
        TENET_UNROLL
        for (int r = 0; r < width; ++r) sum[r] = Vector<T>{};
        int i = 0;
        for (; i + width <= inputs; i += width) {
            const Vector<T> value = vector_at<T>(x + i);
            TENET_UNROLL
            for (int r = 0; r < width; ++r) sum[r] += vector_at<T>(w + offset[r] + i) * value;
        }
        const int rest = inputs - i;
        if (rest > 0 && inputs >= width) {  // once more the last lanes, with zeros for what the loop has added
            typedef std::int32_t Bits __attribute__((vector_size(4 * width), aligned(4), may_alias));
            const Bits& kept = *reinterpret_cast<const Bits*>(last_lanes + 16 - width + rest);
            const Vector<T> value = (Vector<T>)((Bits)vector_at<T>(x + inputs - width) & kept);
            TENET_UNROLL
            for (int r = 0; r < width; ++r) sum[r] += vector_at<T>(w + offset[r] + inputs - width) * value;
        }
        reduce_lanes<T>(sum);
        if (!Partial && inputs >= width) {
            vector_at<T>(y) = sum[0] + vector_at<T>(bias);
            return;
        }
        float total[width];
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
inline constexpr LinearSingleBlocks linear_single_blocks{
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
