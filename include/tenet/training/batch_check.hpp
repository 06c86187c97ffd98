#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include <tenet/core/batch.hpp>

namespace tenet::detail {

/// Throws std::invalid_argument that says what a batch lacks, or which of its labels is no output of the network.
inline void check_batch(const char* who, int size, bool has_inputs, bool takes_labels, const std::int32_t* labels,
                        bool has_targets, std::int64_t outputs) {
    const auto refuse = [who](const std::string& why) { throw std::invalid_argument(std::string(who) + ": " + why); };
    if (size < 1) refuse("the batch must have at least one sample, but its size is " + std::to_string(size));
    if (!has_inputs) refuse("the batch has no inputs");
    if (takes_labels && !labels) refuse("the loss compares with class labels, but the batch has none");
    if (!takes_labels && !has_targets) refuse("the loss compares with target tensors, but the batch has none");
    for (int i = 0; takes_labels && i < size; ++i)
        if (labels[i] < 0 || labels[i] >= outputs)
            refuse("sample " + std::to_string(i) + " has label " + std::to_string(labels[i]) + ", but the network has " +
                   std::to_string(outputs) + " outputs");
}

template <class Loss, class Stored>
void check_batch(const char* who, const Batch<Stored>& batch, std::int64_t outputs) {
    check_batch(who, batch.size, batch.inputs != nullptr, Loss::takes_labels, batch.labels, batch.targets != nullptr,
                outputs);
}

}  // namespace tenet::detail
