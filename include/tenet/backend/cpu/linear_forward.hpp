#pragma once

#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/epilogue.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {

/// Extents of a linear layer over `groups` groups of lanes. Group g's x begins `g * x_stride` values behind the first
/// one's, its y `g * y_stride`. Weights are PyTorch's: w[outputs][inputs].
struct LinearExtents {
    int inputs = 0, outputs = 0;
    int groups = 1;
    std::ptrdiff_t x_stride = 0, y_stride = 0;
    std::ptrdiff_t dx_stride = 0;  ///< `linear_data_gradient`: between groups of dx
};

namespace detail {

// Rows x Groups sums over all inputs: the weights of Rows outputs, `inputs` apart, each broadcast to Groups values.
// Strides between groups are in floats.
template <int Rows, int Groups>
struct LinearForwardBlock {
    template <class T>
    static TENET_INLINE void run(int inputs, const float* x, std::ptrdiff_t x_stride, const float* w, const float* bias,
                                 float* y, std::ptrdiff_t y_stride) {
        constexpr int unit = lanes_of<T>;
        // Rows in threes, reached as pointer, pointer + stride, pointer + 2 stride: few enough pointers for registers.
        constexpr int pointers = (Rows + 2) / 3;
        std::ptrdiff_t row = inputs;
        opaque(row);
        const float* p[array_bound(pointers)];
        TENET_UNROLL
        for (int k = 0; k < pointers; ++k) {
            p[k] = w + 3 * k * row;
            opaque(p[k]);
        }
        Vector<T> sum[array_bound(Rows)][array_bound(Groups)];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) sum[r][g] = Vector<T>{};
        }
        for (int i = 0; i < inputs; ++i, x += unit) {
            Vector<T> value[array_bound(Groups)];
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) value[g] = vector_at<T>(x + g * x_stride);
            TENET_UNROLL
            for (int r = 0; r < Rows; ++r) {
                const float weight = p[r / 3][i + r % 3 * row];
                TENET_UNROLL
                for (int g = 0; g < Groups; ++g) sum[r][g] += weight * value[g];
            }
        }
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) vector_at<T>(y + r * unit + g * y_stride) = sum[r][g] + bias[r];
        }
    }
};

template <int Rows>
using LinearForwardPair = LinearForwardBlock<Rows, 2>;
template <int Rows>
using LinearForwardOne = LinearForwardBlock<Rows, 1>;

}  // namespace detail

/// The register blocks of `linear_forward`. With 32 registers two groups share each weight that a block of 8 outputs
/// loads; a last single group takes 16 outputs, or as many as `crowded` has.
struct LinearForwardBlocks {
    using Block = void(int inputs, const float* x, std::ptrdiff_t x_stride, const float* w, const float* bias, float* y,
                       std::ptrdiff_t y_stride);

    int lanes;
    SizedBlocks<Block> pair, single, crowded;
};
template <class Isa>
TENET_LOCAL inline constexpr LinearForwardBlocks linear_forward_blocks{
    Isa::lanes,
    sized_blocks<Isa, detail::LinearForwardPair, register_count<Value<Isa>> == 32 ? 8 : 6,
                 LinearForwardBlocks::Block>(),
    sized_blocks<Isa, detail::LinearForwardOne, register_count<Value<Isa>> == 32 ? 16 : 8,
                 LinearForwardBlocks::Block>(),
    sized_blocks<Isa, detail::LinearForwardOne, 8, LinearForwardBlocks::Block>()};

/// y[o] = bias[o] + sum over i of w[o][i] x[i] for the samples in the lanes, then the epilogue; `bias` may be null.
TENET_NOINLINE inline void linear_forward(const LinearForwardBlocks& all, const LinearExtents& e, const float* x,
                                          const float* w, const float* bias, float* y, Epilogue epilogue) {
    const std::ptrdiff_t unit = all.lanes, x_stride = e.x_stride * unit, y_stride = e.y_stride * unit;
    // Rows of w a multiple of 2 KB apart fall into few sets of the first-level cache: 16 of them would not stay.
    const bool crowded = (e.inputs + 32) % 512 < 64;
    for (int g = 0; g < e.groups;) {
        const int groups = g + 2 <= e.groups ? 2 : 1;
        const SizedBlocks<LinearForwardBlocks::Block>& blocks = groups == 2 ? all.pair
                                                                : crowded   ? all.crowded
                                                                            : all.single;
        const std::ptrdiff_t offsets[2]{0, y_stride};
        for (int done = 0; done < e.outputs;) {
            const BlockRange block = blocks.next(done, e.outputs);
            blocks[block.size](e.inputs, x, x_stride, w + static_cast<std::ptrdiff_t>(block.begin) * e.inputs,
                               bias ? bias + block.begin : no_bias, y + block.begin * unit, y_stride);
            epilogue.run({block.size, unit, groups, offsets}, y, block.begin * unit);
            done = block.end();
        }
        g += groups, x += groups * x_stride, y += groups * y_stride;
        epilogue = epilogue.behind(groups * y_stride);
    }
}

}  // namespace tenet::cpu
