#pragma once

#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/depthwise_columns.hpp>
#include <tenet/backend/cpu/epilogue.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {
namespace detail {

/// The rows of taps that reach one row of a plane, and the input's rows that they bring there. Offsets are in floats.
struct RowTaps {
    int count = 0;
    int weight = 0, weight_step = 0;
    std::ptrdiff_t input = 0, input_step = 0;
};

/// What all channels have in common. Widths are in pixels.
struct DepthwisePlane {
    const RowTaps* rows = nullptr;
    int row_count = 0;
    int in_width = 0, out_width = 0;
    DepthwiseStart start;
    int tap_step = 1;  // -1: the taps of a row in reverse
};

// One channel: every output is read and written once, and every input of a segment once for each row of taps.
template <class Columns>
struct DepthwisePlaneBlock {
    template <class T>
    static TENET_INLINE void run(const DepthwisePlane* plane, const float* x, const float* w, float bias, float* y) {
        constexpr int unit = lanes_of<T>, outputs = Columns::outputs;
        const DepthwisePlane p = *plane;
        for (int row = 0; row < p.row_count; ++row, y += std::ptrdiff_t{p.out_width} * unit) {
            const RowTaps taps = p.rows[row];
            for (int out = p.start.output, in = p.start.input; out < p.out_width;
                 out += outputs, in += Columns::advance) {
                Vector<T> sum[array_bound(outputs)];
                TENET_UNROLL
                for (int t = 0; t < outputs; ++t) sum[t] = Vector<T>{} + bias;
                const float* input = x + taps.input + std::ptrdiff_t{in} * unit;
                const float* weight = w + taps.weight;
                for (int k = 0; k < taps.count; ++k, input += taps.input_step, weight += taps.weight_step) {
                    float factor[Columns::taps];
                    TENET_UNROLL
                    for (int s = 0; s < Columns::taps; ++s) factor[s] = weight[s * p.tap_step];
                    TENET_UNROLL
                    for (int j = 0; j < Columns::inputs; ++j) {
                        if (static_cast<unsigned>(in + j) >= static_cast<unsigned>(p.in_width)) continue;
                        const Vector<T> value = vector_at<T>(input + j * unit);
                        TENET_UNROLL
                        for (int t = 0; t < outputs; ++t)
                            if (Columns::meet(t, j)) sum[t] += factor[Columns::tap(t, j)] * value;
                    }
                }
                TENET_UNROLL
                for (int t = 0; t < outputs; ++t)
                    if (static_cast<unsigned>(out + t) < static_cast<unsigned>(p.out_width))
                        vector_at<T>(y + (out + t) * unit) = sum[t];
            }
        }
    }
};

}  // namespace detail

/// The functions of `depthwise_forward` and `depthwise_data_gradient` for one instruction set.
struct DepthwiseBlocks {
    using Plane = void(const detail::DepthwisePlane*, const float* x, const float* w, float bias, float* y);
    struct Steps {
        Plane *one, *two, *exchanged;
    };

    int lanes;
    Steps three, five;
    const Steps& of(const operations::Convolution& op) const { return op.kernel[2] == 3 ? three : five; }
};
namespace detail {
template <class Isa, int Taps>
constexpr DepthwiseBlocks::Steps depthwise_steps() {
    return {block_entry<Isa, DepthwisePlaneBlock<DepthwiseColumns<8, Taps, 1>>, DepthwiseBlocks::Plane>,
            block_entry<Isa, DepthwisePlaneBlock<DepthwiseColumns<8, Taps, 2>>, DepthwiseBlocks::Plane>,
            block_entry<Isa, DepthwisePlaneBlock<DepthwiseColumns<8, Taps, 2, true>>, DepthwiseBlocks::Plane>};
}

/// The rows of taps for each of `count` rows, where `source(row, tap)` is the input row of `width` values that a tap
/// brings to a row, or negative if it brings none.
template <class Source>
void fill_row_taps(const operations::Convolution& op, int count, std::ptrdiff_t width, const Source& source,
                   RowTaps* rows) {
    for (int row = 0; row < count; ++row) {
        RowTaps taps;
        for (int tap = 0; tap < op.kernel[1]; ++tap) {
            const int from = source(row, tap);
            if (from < 0) continue;
            const std::ptrdiff_t input = from * width;
            const int weight = tap * op.kernel[2];
            if (taps.count == 0) taps.input = input, taps.weight = weight;
            if (taps.count == 1) taps.input_step = input - taps.input, taps.weight_step = weight - taps.weight;
            ++taps.count;
        }
        rows[row] = taps;
    }
}

TENET_NOINLINE inline void depthwise_planes(DepthwiseBlocks::Plane* run, const operations::Convolution& op,
                                            const DepthwisePlane& plane, std::ptrdiff_t in_plane,
                                            std::ptrdiff_t out_plane, int unit, const float* x, const float* w,
                                            const float* bias, float* y, const Epilogue& epilogue) {
    const std::ptrdiff_t offset = 0;
    for (int c = 0; c < op.groups; ++c, x += in_plane, w += op.kernel_count()) {
        run(&plane, x, w, bias ? bias[c] : 0.0f, y + c * out_plane);
        epilogue.run({static_cast<int>(out_plane / unit), unit, 1, &offset}, y, c * out_plane);
    }
}
}  // namespace detail

template <class Isa>
TENET_LOCAL inline constexpr DepthwiseBlocks depthwise_blocks{Isa::lanes, detail::depthwise_steps<Isa, 3>(),
                                                              detail::depthwise_steps<Isa, 5>()};

/// Values of scratch for `depthwise_forward` and `depthwise_data_gradient`.
constexpr std::int64_t depthwise_scratch(const operations::Convolution& op) {
    const std::int64_t rows = op.in[1] > op.out[1] ? op.in[1] : op.out[1];
    return (rows * static_cast<std::int64_t>(sizeof(detail::RowTaps)) + 15) / 16;
}

/// y = bias + the convolution of each channel of x with its own taps, then the epilogue, for the samples in the lanes;
/// `bias` may be null. Requires `takes_depthwise(op)`.
TENET_NOINLINE inline void depthwise_forward(const DepthwiseBlocks& blocks, const operations::Convolution& op,
                                             const float* x, const float* w, const float* bias, float* y,
                                             float* scratch, const Epilogue& epilogue) {
    const std::ptrdiff_t unit = blocks.lanes;
    detail::RowTaps* rows = reinterpret_cast<detail::RowTaps*>(scratch);
    detail::fill_row_taps(
        op, op.out[1], op.in[2] * unit,
        [&](int row, int tap) {
            const int from = row * op.stride[1] - op.padding[1] + tap * op.dilation[1];
            return from < op.in[1] ? from : -1;
        },
        rows);
    const detail::DepthwisePlane plane{rows, op.out[1], op.in[2], op.out[2], detail::DepthwiseStart::forward(op), 1};
    const DepthwiseBlocks::Steps& steps = blocks.of(op);
    detail::depthwise_planes(op.stride[2] == 1 ? steps.one : steps.two, op, plane, op.in_count() * unit,
                             op.out_count() * unit, blocks.lanes, x, w, bias, y, epilogue);
}

/// dx = the gradient of that convolution's input, then the epilogue. Overwrites dx.
TENET_NOINLINE inline void depthwise_data_gradient(const DepthwiseBlocks& blocks, const operations::Convolution& op,
                                                   const float* dy, const float* w, float* dx, float* scratch,
                                                   const Epilogue& epilogue) {
    const std::ptrdiff_t unit = blocks.lanes;
    detail::RowTaps* rows = reinterpret_cast<detail::RowTaps*>(scratch);
    detail::fill_row_taps(
        op, op.in[1], op.out[2] * unit,
        [&](int row, int tap) {
            const int from = row + op.padding[1] - tap * op.dilation[1];
            return from % op.stride[1] == 0 && from / op.stride[1] < op.out[1] ? from / op.stride[1] : -1;
        },
        rows);
    const bool reversed = op.stride[2] == 1;
    const detail::DepthwisePlane plane{
        rows, op.in[1], op.out[2], op.in[2], detail::DepthwiseStart::data_gradient(op), reversed ? -1 : 1};
    const DepthwiseBlocks::Steps& steps = blocks.of(op);
    detail::depthwise_planes(reversed ? steps.one : steps.exchanged, op, plane, op.out_count() * unit,
                             op.in_count() * unit, blocks.lanes, dy, reversed ? w + op.kernel[2] - 1 : w, nullptr, dx,
                             epilogue);
}

}  // namespace tenet::cpu
