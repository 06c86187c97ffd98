#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/linear_single.hpp>
#include <tenet/backend/cpu/pad.hpp>
#include <tenet/operations/convolution.hpp>

namespace tenet::cpu {

/// About how long `convolution_single_sums` takes, in multiply-adds of vectors.
constexpr std::int64_t convolution_single_sums_cost(const operations::Convolution& op, int lanes) {
    constexpr int copy = 2, product = 2, reduce = 4;  // of a number; with its load of a weight; of a sum's lanes
    const int terms = op.group_in_channels() * op.kernel_count();
    return op.out_count() * (copy * std::int64_t{op.groups} * terms +
                             op.out_channels * (product * std::int64_t{terms} / lanes + reduce));
}

/// Floats of scratch for `convolution_single_sums`.
constexpr std::int64_t convolution_single_sums_scratch(const operations::Convolution& op) {
    return std::int64_t{op.out_count()} * op.group_in_channels() * op.kernel_count() + op.group_out_channels();
}

/// y = bias + the convolution of x with w for one sample of plain floats: as Linear, with what a sum runs over in the
/// lanes, of each output pixel's part of the input. Weights are read once, in their order: what counts where they are
/// many and the pixels few. `bias` may be null.
TENET_NOINLINE inline void convolution_single_sums(const LinearSingleBlocks& blocks, const operations::Convolution& op,
                                                   const float* x, const float* w, const float* bias, float* y,
                                                   float* scratch) {
    const int group_in = op.group_in_channels(), group_out = op.group_out_channels();
    const int terms = group_in * op.kernel_count(), pixels = op.out_count();
    const Padded input = Padded::input_of(op);
    float* const sums = scratch + std::ptrdiff_t{pixels} * terms;
    for (int g = 0; g < op.groups; ++g, x += group_in * op.in_count()) {
        float* to = scratch;
        for (int z = 0; z < op.out[0]; ++z)
            for (int h = 0; h < op.out[1]; ++h)
                for (int v = 0; v < op.out[2]; ++v)
                    for (int c = 0; c < group_in; ++c)
                        for (int a = 0; a < op.kernel[0]; ++a) {
                            const int from_z = input.source(0, z * op.stride[0] + a * op.dilation[0]);
                            for (int b = 0; b < op.kernel[1]; ++b) {
                                const int from_h = input.source(1, h * op.stride[1] + b * op.dilation[1]);
                                const int line = ((c * op.in[0] + from_z) * op.in[1] + from_h) * op.in[2];
                                for (int s = 0; s < op.kernel[2]; ++s) {
                                    const int from_v = input.source(2, v * op.stride[2] + s * op.dilation[2]);
                                    *to++ = from_z < 0 || from_h < 0 || from_v < 0 ? 0.0f : x[line + from_v];
                                }
                            }
                        }
        // A vector's rows of the weights stay in the cache for all pixels.
        for (int row = 0; row < group_out; row += blocks.lanes) {
            const int rows = std::min(blocks.lanes, group_out - row), k = g * group_out + row;
            for (int p = 0; p < pixels; ++p) {
                linear_single(blocks, terms, rows, scratch + std::ptrdiff_t{p} * terms, w + std::ptrdiff_t{k} * terms,
                              bias ? bias + k : bias, sums);
                for (int r = 0; r < rows; ++r) y[std::ptrdiff_t{k + r} * pixels + p] = sums[r];
            }
        }
    }
}

}  // namespace tenet::cpu
