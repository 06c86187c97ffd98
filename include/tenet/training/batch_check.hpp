#pragma once

#include <cstdint>
#include <stdexcept>

#include <tenet/config.hpp>
#include <tenet/core/batch.hpp>
#include <tenet/data/dataset.hpp>
#include <tenet/io/text.hpp>
#include <tenet/losses/loss.hpp>

namespace TENET_NAMESPACE::detail {

/// `sample` numbers the label among those that `who` was given.
inline void check_label(const char* who, std::int64_t sample, std::int32_t label, std::int64_t classes) {
    if (label < 0 || label >= classes)
        throw std::invalid_argument(io::joined(
            {who, ": sample ", sample, " has label ", label, ", but the network has ", classes, " classes"}));
}

/// Throws std::invalid_argument that says what a batch lacks, or which of its labels is no output of the network.
TENET_COLD inline void check_batch(const char* who, int size, bool has_inputs, bool takes_labels,
                                   const std::int32_t* labels, bool has_targets, std::int64_t classes, int places) {
    if (size < 1)
        throw std::invalid_argument(
            io::joined({who, ": the batch must have at least one sample, but its size is ", size}));
    const char* const lack = !has_inputs               ? "the batch has no inputs"
                             : takes_labels && !labels ? "the loss compares with class labels, but the batch has none"
                             : !takes_labels && !has_targets
                                 ? "the loss compares with target tensors, but the batch has none"
                                 : nullptr;
    if (lack) throw std::invalid_argument(io::joined({who, ": ", lack}));
    for (std::int64_t i = 0; takes_labels && i < std::int64_t{size} * places; ++i)
        check_label(who, i / places, labels[i], classes);
}

/// Throws std::invalid_argument if a data set's labels have another shape than the places of an output [C, ...]; one
/// label, of shape [], is for one place.
TENET_COLD inline void check_label_shape(const char* who, const Shape& found, const Shape& output) {
    Shape expected;
    for (int axis = 1; axis < output.rank; ++axis) expected.append(output[axis]);
    if (found == Shape{} && place_count(output) == 1) return;
    if (found != expected)
        throw std::invalid_argument(
            io::joined({who, ": samples have labels ", data::detail::to_string(found), ", but the network's output ",
                        data::detail::to_string(output), " needs ", data::detail::to_string(expected)}));
}

/// Throws std::invalid_argument if a data set's samples, or targets, have another shape than the network's input, or
/// output. As many numbers in another order of axes would train on what nobody meant, so shapes are the same or
/// refused.
TENET_COLD inline void check_shape(const char* who, const char* what, const Shape& found, const char* end,
                                   const Shape& expected) {
    if (found != expected)
        throw std::invalid_argument(
            io::joined({who, ": ", what, " have shape ", data::detail::to_string(found), ", but the network's ", end,
                        " has ", data::detail::to_string(expected)}));
}

template <class Loss, class Stored>
void check_batch(const char* who, const Batch<Stored>& batch, const Shape& output) {
    check_batch(who, batch.size, batch.inputs != nullptr, Loss::takes_labels, batch.labels, batch.targets != nullptr,
                output[0], place_count(output));
}

}  // namespace tenet::detail
