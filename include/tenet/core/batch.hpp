#pragma once

#include <cstdint>

#include <tenet/core/rng.hpp>

namespace tenet {

/// One mini-batch by reference: where each sample's stored numbers lie, how they become inputs (stored * scale + shift), and
/// what the loss compares with: a class label for each sample, or a target tensor for each sample.
template <class Stored = float>
struct Batch {
    const Stored* const* inputs = nullptr;  // [size]
    float scale = 1.0f, shift = 0.0f;
    const std::int32_t* labels = nullptr;        // [size]
    const float* const* targets = nullptr;       // [size]
    int size = 0;
    Seed seed{};             // of this run
    std::uint64_t step = 0;  // steps before this one: random layers draw from (seed, step)
};

/// What a step says of its batch: the mean loss, and how many outputs had their largest number at the label.
struct StepResult {
    double loss = 0.0;
    std::int64_t correct = 0;
};

}  // namespace tenet
