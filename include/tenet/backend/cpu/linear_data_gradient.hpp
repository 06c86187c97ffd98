#pragma once

#include <cstddef>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/backend/cpu/epilogue.hpp>
#include <tenet/backend/cpu/linear_forward.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

// Size x Groups sums over all outputs: the weights of Size neighbouring inputs are contiguous in each row of w. Strides
// between groups are in floats.
template <int Size, int Groups>
struct LinearDataGradientBlock {
    template <class T>
    static TENET_INLINE void run(int inputs, int outputs, const float* dy, std::ptrdiff_t dy_stride, const float* w,
                                 float* dx, std::ptrdiff_t dx_stride, bool accumulate) {
        constexpr int unit = lanes_of<T>;
        Vector<T> sum[array_bound(Size)][array_bound(Groups)];
        TENET_UNROLL
        for (int i = 0; i < Size; ++i) {
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) sum[i][g] = Vector<T>{};
        }
        for (int o = 0; o < outputs; ++o, w += inputs, dy += unit) {
            Vector<T> value[array_bound(Groups)];
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) value[g] = vector_at<T>(dy + g * dy_stride);
            TENET_UNROLL
            for (int i = 0; i < Size; ++i) {
                const float weight = w[i];
                TENET_UNROLL
                for (int g = 0; g < Groups; ++g) sum[i][g] += weight * value[g];
            }
        }
        TENET_UNROLL
        for (int i = 0; i < Size; ++i) {
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) {
                Vector<T>& out = vector_at<T>(dx + i * unit + g * dx_stride);
                out = accumulate ? out + sum[i][g] : sum[i][g];
            }
        }
    }
};

template <int Size>
using LinearDataGradientPair = LinearDataGradientBlock<Size, 2>;
template <int Size>
using LinearDataGradientOne = LinearDataGradientBlock<Size, 1>;

}  // namespace detail

/// The register blocks of `linear_data_gradient`, for two groups at once and for a last one.
struct LinearDataGradientBlocks {
    using Block = void(int inputs, int outputs, const float* dy, std::ptrdiff_t dy_stride, const float* w, float* dx,
                       std::ptrdiff_t dx_stride, bool accumulate);

    int lanes;
    SizedBlocks<Block> pair, single;
};
template <class Isa>
TENET_LOCAL inline constexpr LinearDataGradientBlocks linear_data_gradient_blocks{
    Isa::lanes,
    sized_blocks<Isa, detail::LinearDataGradientPair, register_count<Value<Isa>> == 32 ? 8 : 6,
                 LinearDataGradientBlocks::Block>(),
    sized_blocks<Isa, detail::LinearDataGradientOne, 12, LinearDataGradientBlocks::Block>()};

/// dx[i] = (sum over o of w[o][i] dy[o], plus dx[i] if `accumulate`) * formula's derivative at x[i]: the gradient of
/// what produced x = formula(...), with no pass of its own. `x` is that saved output and `formula` a
/// `derivative_epilogue`; with several consumers of x, the last one names the formula. Strides of `e` as in
/// `linear_forward`.
TENET_NOINLINE inline void linear_data_gradient(const LinearDataGradientBlocks& all, const LinearExtents& e,
                                                const float* dy, const float* w, const float* x, float* dx,
                                                bool accumulate, EpilogueFunction* formula) {
    const std::ptrdiff_t unit = all.lanes, dy_stride = e.y_stride * unit, dx_stride = e.dx_stride * unit, offset = 0;
    // Rows of w about a multiple of 2 KB apart share few sets of the second-level cache: then only as many at a time as
    // stay there until all inputs have used their lines.
    const int chunk = (e.inputs + 32) % 512 < 64 ? 128 : e.outputs;
    for (int g = 0; g < e.groups;) {
        const int groups = g + 2 <= e.groups ? 2 : 1;
        const SizedBlocks<LinearDataGradientBlocks::Block>& blocks = groups == 2 ? all.pair : all.single;
        for (int o = 0; o < e.outputs; o += chunk) {
            const int outputs = e.outputs - o < chunk ? e.outputs - o : chunk;
            const bool add = accumulate || o > 0;
            for (int done = 0; done < e.inputs;) {
                BlockRange block = blocks.next(done, e.inputs);
                // What an overlap computes twice would be added twice.
                if (add && block.begin < done) block = {done, e.inputs - done >= blocks.half ? blocks.half : 1};
                const std::ptrdiff_t at = block.begin * unit;
                blocks[block.size](e.inputs, outputs, dy + o * unit, dy_stride,
                                   w + static_cast<std::ptrdiff_t>(o) * e.inputs + block.begin, dx + at, dx_stride,
                                   add);
                for (int i = 0; formula && o + chunk >= e.outputs && i < groups; ++i)
                    Epilogue{formula, x + (g + i) * e.x_stride * unit}.run({block.size, unit, 1, &offset},
                                                                           dx + i * dx_stride, at);
                done = block.end();
            }
        }
        g += groups, dy += groups * dy_stride, dx += groups * dx_stride;
    }
}

}  // namespace tenet::cpu
