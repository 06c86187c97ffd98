#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/convolution_single_channels.hpp>
#include <tenet/backend/cpu/convolution_single_pixels.hpp>

namespace tenet::cpu {

/// The functions of `convolution_single` for one instruction set.
struct ConvolutionSingleBlocks {
    PixelLaneBlocks pixels;
    ChannelLaneBlocks channels;
};
template <class Isa>
inline constexpr ConvolutionSingleBlocks convolution_single_blocks{pixel_lane_blocks<Isa>, channel_lane_blocks<Isa>};

/// Whether one sample's convolution has its output channels in the lanes, or neighbouring pixels of its outputs.
constexpr bool has_channels_in_lanes(const operations::Convolution& op, int lanes) {
    return channels_fill_lanes(op, lanes) &&
           convolution_single_channels_cost(op, lanes) < convolution_single_pixels_cost(op, lanes);
}

/// Floats of scratch for `convolution_single` with any instruction set.
constexpr std::int64_t convolution_single_scratch(const operations::Convolution& op) {
    std::int64_t most = 0;
    for (const int lanes : {4, 8, 16})
        most = std::max(most, has_channels_in_lanes(op, lanes) ? convolution_single_channels_scratch(op, lanes)
                                                               : convolution_single_pixels_scratch(op));
    return most;
}

/// y = bias + the convolution of x with w for one sample of plain floats. `bias` may be null.
inline void convolution_single(const ConvolutionSingleBlocks& blocks, const operations::Convolution& op, const float* x,
                               const float* w, const float* bias, float* y, float* scratch) {
    if (has_channels_in_lanes(op, blocks.channels.lanes))
        convolution_single_channels(blocks.channels, op, x, w, bias, y, scratch);
    else
        convolution_single_pixels(blocks.pixels, op, x, w, bias, y, scratch);
}

}  // namespace tenet::cpu
