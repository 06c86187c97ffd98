#pragma once

#include <cstdint>

#include <tenet/backend/device/rows.hpp>

namespace TENET_NAMESPACE::device {

/// Samples in the memory of a device, one behind the other: sample s of a batch is number index[s], or s without an index.
/// What is stored becomes an input as stored * scale + shift.
template <class Stored>
struct Inputs {
    const Stored* samples = nullptr;
    const std::int64_t* index = nullptr;
    float scale = 1.0f, shift = 0.0f;
};

/// What a loss compares with: class labels or target tensors, in the same order.
struct Targets {
    const std::int32_t* labels = nullptr;
    const float* tensors = nullptr;
    const std::int64_t* index = nullptr;
};

/// x = the inputs of a batch.
template <class Stored, class Storage>
struct ReadInputs {
    Inputs<Stored> inputs;
    Rows<Storage> x;
    std::int64_t count;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const std::int64_t at = inputs.index ? inputs.index[s] : s;
        x[s][i] = static_cast<Storage>(static_cast<float>(inputs.samples[at * count + i]) * inputs.scale + inputs.shift);
    }
};

}  // namespace tenet::device
