#pragma once

#include <cstddef>
#include <tenet/backend/cpu/isa.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/backend/cpu/transpose.hpp>

namespace tenet::cpu {
namespace detail {

// y[r] = the sum over all inputs of row r of w times x, for lanes_of<T> rows: inputs in the lanes, the rows' partial
// sums added up by shuffles. If fewer rows exist, the last one stands in for the rest and only `rows` sums are stored.
template <bool Partial>
struct LinearSingleBlock {
    template <class T>
    static TENET_INLINE void run(int inputs, int rows, const float* x, const float* w, float* y) {
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
            float last[width];
            for (int l = 0; l < width; ++l) last[l] = l < width - rest ? 0.f : x[inputs - width + l];
            const Vector<T> value = vector_at<T>(&last[0]);
            TENET_UNROLL
            for (int r = 0; r < width; ++r) sum[r] += vector_at<T>(w + offset[r] + inputs - width) * value;
        }
        float total[width];
        reduce_lanes<T>(sum);
        vector_at<T>(&total[0]) = sum[0];
        if (inputs < width)
            for (int r = 0; r < rows; ++r)
                for (int k = 0; k < inputs; ++k) total[r] += w[offset[r] + k] * x[k];
        if constexpr (Partial)
            for (int r = 0; r < rows; ++r) y[r] = total[r];
        else
            vector_at<T>(y) = vector_at<T>(&total[0]);
    }
};

}  // namespace detail

/// y[o] = bias[o] + sum over i of w[o][i] x[i] for one sample, y[outputs] and x[inputs] plain floats; `bias`
/// may be null. Speed: one pass over the weights.
struct LinearSingle {
    template <class T>
    static TENET_INLINE void run(int inputs, int outputs, const float* x, const float* w, const float* bias, float* y) {
        constexpr int width = lanes_of<T>;
        for (int done = 0; done < outputs; done += width) {
            const bool partial = outputs < width;
            const int first = partial || done + width <= outputs ? done : outputs - width;
            const float* rows = w + static_cast<std::ptrdiff_t>(first) * inputs;
            if (partial) {
                call_block<T, detail::LinearSingleBlock<true>>(inputs, outputs, x, rows, y);
                for (int o = 0; bias && o < outputs; ++o) y[o] += bias[o];
            } else {
                call_block<T, detail::LinearSingleBlock<false>>(inputs, width, x, rows, y + first);
                if (bias) store(y + first, load<T>(y + first) + load<T>(bias + first));
            }
        }
    }
};

}  // namespace tenet::cpu
