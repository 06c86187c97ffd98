#pragma once

#include <cstddef>
#include <tenet/backend/cpu/isa.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/math/identity.hpp>
#include <type_traits>

namespace tenet::cpu {

/// Extents of a linear layer over `groups` groups of `lanes_of<T>` samples. Group g's x begins at `x + g * x_stride`,
/// its y at `y + g * y_stride` (in values). Weights are PyTorch's: w[outputs][inputs].
struct LinearExtents {
    int inputs = 0, outputs = 0;
    int groups = 1;
    std::ptrdiff_t x_stride = 0, y_stride = 0;
    std::ptrdiff_t dx_stride = 0;  ///< LinearDataGradient: between groups of dx
};

namespace detail {

// Rows x Groups sums over all inputs: the weights of Rows outputs, `inputs` apart, each broadcast to Groups values.
template <int Rows, int Groups>
struct LinearForwardBlock {
    template <class T>
    static TENET_INLINE void run(int inputs, const T* x, std::ptrdiff_t x_stride, const float* w, const float* bias,
                                 T* y, std::ptrdiff_t y_stride) {
        // Rows in threes, reached as pointer, pointer + stride, pointer + 2 stride: few enough pointers for registers.
        constexpr int pointers = (Rows + 2) / 3;
        std::ptrdiff_t row = inputs;
        opaque(row);
        const float* p[pointers];
        TENET_UNROLL
        for (int k = 0; k < pointers; ++k) {
            p[k] = w + 3 * k * row;
            opaque(p[k]);
        }
        Vector<T> sum[Rows][Groups];
        TENET_UNROLL
        for (int r = 0; r < Rows; ++r) {
            const float start = bias ? bias[r] : 0.f;
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) sum[r][g] = start - Vector<T>{};
        }
        for (int i = 0; i < inputs; ++i) {
            Vector<T> value[Groups];
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) value[g] = vector_of(x[i + g * x_stride]);
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
            for (int g = 0; g < Groups; ++g) vector_of(y[r + g * y_stride]) = sum[r][g];
        }
    }
};

// All outputs of Groups groups in blocks of up to Rows.
template <class Formula, int Rows, int Groups, class T>
TENET_INLINE void linear_forward(const LinearExtents& e, const T* x, const float* w, const float* bias, T* y) {
    for (int done = 0; done < e.outputs;) {
        const BlockRange block = next_block(Rows, done, e.outputs);
        const float* rows = w + static_cast<std::ptrdiff_t>(block.begin) * e.inputs;
        for_block_size<Rows>(block.size, [&]<int Size>() TENET_INLINE_LAMBDA {
            call_block<T, LinearForwardBlock<Size, Groups>>(
                e.inputs, x, e.x_stride, rows, bias ? bias + block.begin : bias, y + block.begin, e.y_stride);
        });
        if constexpr (!std::is_same_v<Formula, math::Identity>)
            for (int g = 0; g < Groups; ++g) {
                T* out = y + block.begin + g * e.y_stride;
                for (int r = 0; r < block.size; ++r) out[r] = Formula::value(out[r]);
            }
        done = block.end();
    }
}

}  // namespace detail

/// y[o] = Formula(bias[o] + sum over i of w[o][i] x[i]) for the samples in the lanes of T; `bias` may be null.
/// With 32 registers two groups share each weight that a block of 8 outputs loads; a last single group takes 16
/// outputs.
template <class Formula>
struct LinearForward {
    template <class T>
    static TENET_INLINE void run(const LinearExtents& e, const T* x, const float* w, const float* bias, T* y) {
        constexpr bool many = register_count<T> == 32;
        int g = 0;
        for (; g + 2 <= e.groups; g += 2)
            detail::linear_forward<Formula, many ? 8 : 6, 2>(e, x + g * e.x_stride, w, bias, y + g * e.y_stride);
        if (g == e.groups) return;
        x += g * e.x_stride, y += g * e.y_stride;
        // Rows of w a multiple of 2 KB apart fall into few sets of the first-level cache: 16 of them would not stay.
        const bool crowded = (e.inputs + 32) % 512 < 64;
        if (many && !crowded)
            detail::linear_forward<Formula, many ? 16 : 8, 1>(e, x, w, bias, y);
        else
            detail::linear_forward<Formula, 8, 1>(e, x, w, bias, y);
    }
};

}  // namespace tenet::cpu
