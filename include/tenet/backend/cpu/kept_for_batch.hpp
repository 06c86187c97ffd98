#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::cpu {

/// Where a step keeps what its deferred weight gradient needs, for the whole batch: its input, as its family likes it, and
/// its output's gradient with samples in lanes, one group of lanes after the other. Layers that share their weight keep
/// theirs side by side, as the samples of one longer batch.
struct KeptForBatch {
    float* input = nullptr;
    float* output_gradients = nullptr;  // of this step
    std::int64_t samples = 0;           // room for so many, of all steps
    std::int64_t first = 0;             // this step's first
    bool shared = false;                // lanes without a sample, between those of two steps, must be kept too
};

/// A part of a deferred weight gradient: all samples of a batch, rows first .. last - 1 of the weight.
struct GradientRows {
    KeptForBatch kept;
    int samples = 0;
    int first = 0, last = 0;
    float* weight = nullptr;  // the whole parameters; bias may be null
    float* bias = nullptr;
};

/// Inputs of a batch in panels of 64 features: [panel][sample][feature]. A task writes, and a weight gradient reads,
/// long runs of memory; whole rows would lie kilobytes apart, one cache line each. The last panel takes a rest below 16
/// as well.
struct InputPanels {
    TENET_LOCAL static constexpr int width = 64;
    int features = 0;

    constexpr int count() const {
        const int whole = features / width, rest = features % width;
        return whole == 0 ? 1 : whole + (rest >= 16);
    }
    constexpr int begin(int panel) const { return panel * width; }
    constexpr int width_of(int panel) const { return panel + 1 < count() ? width : features - begin(panel); }
    constexpr std::int64_t stride_of(int panel) const { return (width_of(panel) + 15) / 16 * 16; }
    /// Floats for so many samples.
    constexpr std::int64_t size(std::int64_t samples) const {
        return samples * (begin(count() - 1) + stride_of(count() - 1));
    }
    /// Where a sample's part of a panel begins.
    constexpr std::int64_t offset(int panel, std::int64_t sample, std::int64_t samples) const {
        return samples * begin(panel) + sample * stride_of(panel);
    }
};

}  // namespace tenet::cpu
