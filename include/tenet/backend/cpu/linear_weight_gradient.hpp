#pragma once

#include <cstddef>
#include <tenet/backend/cpu/isa.hpp>
#include <tenet/backend/cpu/tile.hpp>

namespace tenet::cpu {

/// Extents of a linear layer's weight gradient: its rows first_output to last_output - 1 (a tile of a parallel region),
/// summed over all `samples`, which lie `lanes_of<T>` to a group.
struct LinearGradientExtents {
    int inputs = 0, outputs = 0;
    int samples = 0;
    int first_output = 0, last_output = 0;
    std::ptrdiff_t row_stride = 0;  ///< floats between two samples in x_rows
    std::ptrdiff_t dw_stride = 0;   ///< floats between two rows of dw: more than `inputs` where those are a panel of it
};

namespace detail {

// Rows x Columns values of dw: Columns * lanes_of<V> inputs in the lanes, the outer product of two vectors per sample.
template <int Rows, int Columns>
struct LinearWeightGradientBlock {
    template <class V>
    static TENET_INLINE void run(const LinearGradientExtents& e, int lanes, const float* x, const float* dy,
                                 float* dw) {
        constexpr int width = lanes_of<V>;
        Vector<V> sum[Rows][Columns];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int c = 0; c < Columns; ++c) sum[r][c] = Vector<V>{};
        }
        const std::ptrdiff_t row_stride = e.row_stride, group_stride = static_cast<std::ptrdiff_t>(e.outputs) * lanes;
        for (int left = e.samples; left > 0; left -= lanes, dy += group_stride) {
            const float* d = dy;
            const int count = left < lanes ? left : lanes;
            for (int n = 0; n < count; ++n, ++d, x += row_stride) {
                Vector<V> value[Columns];
                TENET_UNROLL
                for (int c = 0; c < Columns; ++c) value[c] = vector_at<V>(x + c * width);
                TENET_UNROLL
                for (int r = 0; r < Rows; ++r) {
                    const float gradient = d[r * lanes];
                    TENET_UNROLL
                    for (int c = 0; c < Columns; ++c) sum[r][c] += gradient * value[c];
                }
            }
        }
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            TENET_UNROLL
            for (int c = 0; c < Columns; ++c) vector_at<V>(dw + r * e.dw_stride + c * width) = sum[r][c];
        }
    }
};

// The tile of dw with inputs in lanes of V; needs at least lanes_of<V> inputs. The last blocks are moved back to end at
// the last row or input.
template <class V>
TENET_INLINE void linear_weight_gradient(const LinearGradientExtents& e, int lanes, const float* x_rows,
                                         const float* dy, float* dw) {
    constexpr int width = lanes_of<V>, rows = 4, columns = accumulator_count<V> == 24 ? 4 : 3;
    // Two sizes along each axis, whole or one: every further size is a function more for the compiler, in each of three
    // instruction sets, and pays only below `rows` outputs or `columns` values of inputs.
    const int count = e.last_output - e.first_output;
    const int size = e.inputs >= columns * width ? columns : 1, height = count >= rows ? rows : 1;
    for (int i = 0; i < e.inputs; i += size * width) {
        const int begin = i + size * width <= e.inputs ? i : e.inputs - size * width;
        for (int o = 0; o < count; o += height) {
            const int first = e.first_output + (o + height <= count ? o : count - height);
            const auto run = [&]<int Rows, int Columns>() TENET_INLINE_LAMBDA {
                call_block<V, LinearWeightGradientBlock<Rows, Columns>>(e, lanes, x_rows + begin,
                                                                        dy + static_cast<std::ptrdiff_t>(first) * lanes,
                                                                        dw + first * e.dw_stride + begin);
            };
            if (size == columns && height == rows)
                run.template operator()<rows, columns>();
            else if (size == columns)
                run.template operator()<1, columns>();
            else if (height == rows)
                run.template operator()<rows, 1>();
            else
                run.template operator()<1, 1>();
        }
    }
}

}  // namespace detail

/// dw[o][i] = sum over n of dy[n][o] x[n][i] and db[o] = sum over n of dy[n][o] for the rows o of a tile, over all
/// samples of a batch; the rows are overwritten, the others left alone. Inputs are in the lanes: x_rows holds the
/// layer's input sample by sample (see `WriteSamples`), dy[group][outputs] the output's gradient with samples in the
/// lanes of T, zeros beyond the last sample. `db` may be null. `dw` and `db` point to the whole parameter.
struct LinearWeightGradient {
    template <class T>
    static TENET_INLINE void run(const LinearGradientExtents& e, const float* x_rows, const T* dy, float* dw,
                                 float* db) {
        const float* gradients = reinterpret_cast<const float*>(dy);
        if (e.inputs >= lanes_of<T>)
            detail::linear_weight_gradient<T>(e, lanes_of<T>, x_rows, gradients, dw);
        else if (lanes_of<T> > 4 && e.inputs >= 4)
            detail::linear_weight_gradient<Lanes<4>>(e, lanes_of<T>, x_rows, gradients, dw);
        else
            detail::linear_weight_gradient<float>(e, lanes_of<T>, x_rows, gradients, dw);
        if (!db) return;
        const int groups = (e.samples + lanes_of<T> - 1) / lanes_of<T>;
        for (int o = e.first_output; o < e.last_output; ++o) {
            T sum(0.f);
            for (int g = 0; g < groups; ++g) sum += dy[static_cast<std::ptrdiff_t>(g) * e.outputs + o];
            db[o] = sum_lanes(sum);
        }
    }
};

}  // namespace tenet::cpu
