#pragma once

#include <cstdint>

#include <tenet/core/rng.hpp>

namespace TENET_NAMESPACE {

/// One mini-batch by reference: where each sample's stored numbers lie, how they become inputs (stored * scale + shift), and
/// what the loss compares with: class labels of each sample, one for each place of its output, or a target tensor.
template <class Stored = float>
struct Batch {
    const Stored* const* inputs = nullptr;  // [size]
    float scale = 1.0f, shift = 0.0f;
    const std::int32_t* labels = nullptr;        // [size][places], see place_count
    const float* const* targets = nullptr;       // [size]
    int size = 0;
    Seed seed{};             // of this run
    std::uint64_t step = 0;  // steps before this one: random layers draw from (seed, step)
};

/// What a step says of its batch: the mean loss, and at how many places the largest output was the label's.
struct StepResult {
    double loss = 0.0;
    std::int64_t correct = 0;
};

}  // namespace tenet
