#pragma once

#include <cstddef>
#include <tenet/backend/cpu/isa.hpp>
#include <tenet/backend/cpu/linear_forward.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/math/identity.hpp>
#include <type_traits>

namespace tenet::cpu {
namespace detail {

// Size x Groups sums over all outputs: the weights of Size neighbouring inputs are contiguous in each row of w.
template <int Size, int Groups>
struct LinearDataGradientBlock {
    template <class T>
    static TENET_INLINE void run(int inputs, int outputs, const T* dy, std::ptrdiff_t dy_stride, const float* w, T* dx,
                                 std::ptrdiff_t dx_stride, bool accumulate) {
        Vector<T> sum[Size][Groups];
        TENET_UNROLL
        for (int i = 0; i < Size; ++i) {
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) sum[i][g] = Vector<T>{};
        }
        for (int o = 0; o < outputs; ++o, w += inputs) {
            Vector<T> value[Groups];
            TENET_UNROLL
            for (int g = 0; g < Groups; ++g) value[g] = vector_of(dy[o + g * dy_stride]);
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
                Vector<T>& out = vector_of(dx[i + g * dx_stride]);
                out = accumulate ? out + sum[i][g] : sum[i][g];
            }
        }
    }
};

template <class Formula, int Rows, int Groups, class T>
TENET_INLINE void linear_data_gradient(const LinearExtents& e, const T* dy, const float* w, const T* x, T* dx,
                                       bool accumulate) {
    // Rows of w about a multiple of 2 KB apart share few sets of the second-level cache: then only as many at a time as
    // stay there until all inputs have used their lines.
    const int chunk = (e.inputs + 32) % 512 < 64 ? 128 : e.outputs;
    for (int o = 0; o < e.outputs; o += chunk, accumulate = true) {
        const int outputs = e.outputs - o < chunk ? e.outputs - o : chunk;
        const float* rows = w + static_cast<std::ptrdiff_t>(o) * e.inputs;
        for (int done = 0; done < e.inputs;) {
            BlockRange block = next_block(Rows, done, e.inputs);
            // What an overlap computes twice would be added twice.
            if (accumulate && block.begin < done) block = {done, e.inputs - done >= Rows / 2 ? Rows / 2 : 1};
            for_block_size<Rows>(block.size, [&]<int Size>() TENET_INLINE_LAMBDA {
                call_block<T, LinearDataGradientBlock<Size, Groups>>(e.inputs, outputs, dy + o, e.y_stride,
                                                                     rows + block.begin, dx + block.begin, e.dx_stride,
                                                                     accumulate);
            });
            if (!std::is_same_v<Formula, math::Identity> && o + chunk >= e.outputs)
                for (int g = 0; g < Groups; ++g) {
                    const T* produced = x + block.begin + g * e.x_stride;
                    T* out = dx + block.begin + g * e.dx_stride;
                    for (int i = 0; i < block.size; ++i) out[i] *= Formula::derivative(T(0.f), produced[i]);
                }
            done = block.end();
        }
    }
}

}  // namespace detail

/// dx[i] = (sum over o of w[o][i] dy[o], plus dx[i] if `accumulate`) * Formula's derivative at x[i]: the gradient of
/// what produced x = Formula(...), with no pass of its own. `x` is that saved output and is read only if `Formula` is
/// not `math::Identity`; with several consumers of x, the last one names the formula. Strides of `e` as in
/// `LinearForward`.
template <class Formula>
struct LinearDataGradient {
    static_assert(Formula::derivative_from_output, "the layer's input is its producer's output, not the argument of f");

    template <class T>
    static TENET_INLINE void run(const LinearExtents& e, const T* dy, const float* w, const T* x, T* dx,
                                 bool accumulate) {
        int g = 0;
        for (; g + 2 <= e.groups; g += 2)
            detail::linear_data_gradient<Formula, register_count<T> == 32 ? 8 : 6, 2>(
                e, dy + g * e.y_stride, w, x + g * e.x_stride, dx + g * e.dx_stride, accumulate);
        if (g < e.groups)
            detail::linear_data_gradient<Formula, 12, 1>(e, dy + g * e.y_stride, w, x + g * e.x_stride,
                                                         dx + g * e.dx_stride, accumulate);
    }
};

}  // namespace tenet::cpu
