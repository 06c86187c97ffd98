#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/cpu/convolution_single_channels.hpp>
#include <tenet/backend/cpu/convolution_single_pixels.hpp>
#include <tenet/backend/cpu/convolution_single_sums.hpp>

namespace TENET_NAMESPACE::cpu {

/// The functions of `convolution_single` for one instruction set.
struct ConvolutionSingleBlocks {
    PixelLaneBlocks pixels;
    ChannelLaneBlocks channels;
    SumLaneBlocks sums;
};
template <class Isa>
TENET_LOCAL inline constexpr ConvolutionSingleBlocks convolution_single_blocks{
    pixel_lane_blocks<Isa>, channel_lane_blocks<Isa>, sum_lane_blocks<Isa>};

/// What one sample's convolution has in the lanes: neighbouring pixels of its outputs, its output channels, or what its
/// sums run over.
enum class SingleLanes { pixels, channels, sums };

/// The cheapest choice for so many lanes, and about how long it takes, in multiply-adds of vectors.
struct SingleChoice {
    SingleLanes lanes;
    std::int64_t cost;

    static constexpr SingleChoice of(const operations::Convolution& op, int lanes) {
        SingleChoice best{SingleLanes::pixels, convolution_single_pixels_cost(op, lanes)};
        const auto consider = [&](SingleLanes candidate, std::int64_t cost) {
            // Pixels take the fewest loads, which counts where two multiply-adds are done in a cycle.
            if (lanes == 8) cost += cost / 8;
            if (cost < best.cost) best = {candidate, cost};
        };
        if (channels_fill_lanes(op, lanes))
            consider(SingleLanes::channels, convolution_single_channels_cost(op, lanes));
        consider(SingleLanes::sums, convolution_single_sums_cost(op, lanes));
        return best;
    }
};

constexpr SingleLanes single_lanes(const operations::Convolution& op, int lanes) {
    return SingleChoice::of(op, lanes).lanes;
}

/// Floats of scratch for `convolution_single` with any instruction set.
constexpr std::int64_t convolution_single_scratch(const operations::Convolution& op) {
    std::int64_t most = 0;
    for (const int lanes : {4, 8, 16}) switch (single_lanes(op, lanes)) {
            case SingleLanes::pixels:
                most = std::max(most, convolution_single_pixels_scratch(op));
                break;
            case SingleLanes::channels:
                most = std::max(most, convolution_single_channels_scratch(op, lanes));
                break;
            case SingleLanes::sums:
                most = std::max(most, convolution_single_sums_scratch(op));
                break;
        }
    return most;
}

/// y = bias + the convolution of x with w for one sample of plain floats. `bias` may be null.
inline void convolution_single(const ConvolutionSingleBlocks& blocks, const operations::Convolution& op, const float* x,
                               const float* w, const float* bias, float* y, float* scratch) {
    switch (single_lanes(op, blocks.channels.lanes)) {
        case SingleLanes::pixels:
            return convolution_single_pixels(blocks.pixels, op, x, w, bias, y, scratch);
        case SingleLanes::channels:
            return convolution_single_channels(blocks.channels, op, x, w, bias, y, scratch);
        case SingleLanes::sums:
            return convolution_single_sums(blocks.sums, op, x, w, bias, y, scratch);
    }
}

}  // namespace tenet::cpu
