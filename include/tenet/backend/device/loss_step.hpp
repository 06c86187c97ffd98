#pragma once

#include <cstdint>

#include <tenet/backend/device/loss_scaling.hpp>
#include <tenet/backend/device/sample_function.hpp>
#include <tenet/backend/device/source.hpp>
#include <tenet/metrics/argmax.hpp>

namespace TENET_NAMESPACE::device {

/// What a batch gave, in the device's memory.
struct BatchResult {
    float loss = 0.0f;     // the sum over the samples
    float correct = 0.0f;  // at how many places the largest output was the label's
};

namespace detail {

/// Loss, gradient by the output and verdict of one place of one sample; of all of it, for a loss that compares with
/// target tensors. The outputs of a place, which lie apart, are copied to `logits` as floats.
template <class Loss, class Storage, class Scaling>
struct LossOfPlace {
    Loss loss;
    Rows<Storage> output, gradient;  // the gradient only where it is wanted
    Targets targets;
    std::int64_t outputs, places;
    float scale;
    Scaling scaling;  // of the gradient, beside `scale`
    float *logits, *losses, *correct;

    TENET_WHERE_CALLED
    TENET_HOST_DEVICE void operator()(std::int64_t i) const {
        const std::int64_t s = i / places, place = i % places, classes = outputs / places;
        float* const numbers = logits + i * classes;
        for (std::int64_t c = 0; c < classes; ++c) numbers[c] = static_cast<float>(output[s][c * places + place]);
        const std::int64_t at = targets.index ? targets.index[s] : s;
        const float factor = scale * scaling.factor(), share = 1.0f / static_cast<float>(places);
        const int count = static_cast<int>(classes);
        if constexpr (Loss::takes_labels) {
            const std::int32_t label = targets.labels[at * places + place];
            correct[i] = argmax(numbers, count) == label ? 1.0f : 0.0f;
            losses[i] = share * loss.gradient(numbers, count, label, factor * share, numbers);
        } else {
            correct[i] = 0.0f;
            losses[i] = loss.gradient(numbers, targets.tensors + at * outputs, count, factor, numbers);
        }
        if (gradient)
            for (std::int64_t c = 0; c < classes; ++c)
                gradient[s][c * places + place] = static_cast<Storage>(numbers[c]);
    }
};

/// The losses of all places, then whether they are right.
struct Verdicts {
    const float* numbers;
    std::int64_t places;

    TENET_HOST_DEVICE float operator()(std::int64_t j, std::int64_t i) const { return numbers[j * places + i]; }
};

struct StoreResult {
    BatchResult* to;

    TENET_HOST_DEVICE void operator()(std::int64_t j, float sum) const { (j == 0 ? to->loss : to->correct) = sum; }
};

}  // namespace detail

/// The losses of a batch whose outputs have so many places with a label each, and their gradients times `scale`, and
/// what `scaling` says, if a place is given for them; the sum is written to `result`.
template <class System, class Loss, class Storage, class Scaling = UnscaledLoss>
void loss_step(System& system, const Loss& loss, std::int64_t samples, std::int64_t outputs, std::int64_t places,
               const Rows<Storage>& output, const Rows<Storage>& gradient, const Targets& targets, float scale,
               BatchResult* result, const Scaling& scaling = {}) {
    system.scratch.release();
    const std::int64_t all = samples * places;
    float* const logits = system.scratch.take(samples * outputs);
    float* const verdicts = system.scratch.take(2 * all);
    system.for_each(all, detail::LossOfPlace<Loss, Storage, Scaling>{loss, output, gradient, targets, outputs, places,
                                                                     scale, scaling, logits, verdicts, verdicts + all});
    sum(system, 2, all, detail::Verdicts{verdicts, all}, detail::StoreResult{result});
}

}  // namespace tenet::device
