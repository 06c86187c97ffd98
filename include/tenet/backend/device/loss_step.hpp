#pragma once

#include <cstdint>

#include <tenet/backend/device/sample_function.hpp>
#include <tenet/backend/device/source.hpp>
#include <tenet/metrics/argmax.hpp>

namespace tenet::device {

/// What a batch gave, in the device's memory.
struct BatchResult {
    float loss = 0.0f;     // the sum over the samples
    float correct = 0.0f;  // how many outputs had their largest number at the label
};

namespace detail {

/// Loss, gradient by the output and verdict of one sample.
template <class Loss, class Storage>
struct LossOfSample {
    Loss loss;
    SampleFloats<Storage> output, gradient;
    Targets targets;
    float scale;
    float *losses, *correct;

    TENET_WHERE_CALLED
    TENET_HOST_DEVICE void operator()(std::int64_t s) const {
        const float* const numbers = output.read(s);
        const int count = static_cast<int>(output.count);
        const std::int64_t at = targets.index ? targets.index[s] : s;
        if constexpr (Loss::takes_labels) {
            const std::int32_t label = targets.labels[at];
            losses[s] = loss.gradient(numbers, count, label, scale, gradient[s]);
            correct[s] = argmax(numbers, count) == label ? 1.0f : 0.0f;
        } else {
            losses[s] = loss.gradient(numbers, targets.tensors + at * output.count, count, scale, gradient[s]);
            correct[s] = 0.0f;
        }
        gradient.write(s);
    }
};

struct NumberOfSample {
    const float* numbers;

    TENET_HOST_DEVICE float operator()(std::int64_t, std::int64_t s) const { return numbers[s]; }
};

struct StoreNumber {
    float* to;

    TENET_HOST_DEVICE void operator()(std::int64_t, float sum) const { *to = sum; }
};

}  // namespace detail

/// The losses of a batch, and their gradients times `scale` if a place is given for them; the sum is written to `result`.
template <class System, class Loss, class Storage>
void loss_step(System& system, const Loss& loss, std::int64_t samples, std::int64_t outputs,
               const Rows<Storage>& output, const Rows<Storage>& gradient, const Targets& targets, float scale,
               BatchResult* result) {
    system.scratch.release();
    float* const losses = system.scratch.take(samples);
    float* const correct = system.scratch.take(samples);
    system.for_each(samples, detail::LossOfSample<Loss, Storage>{
                                 loss, detail::sample_floats(system, output, samples, outputs),
                                 detail::sample_floats(system, gradient, samples, outputs), targets, scale, losses, correct});
    sum(system, 1, samples, detail::NumberOfSample{losses}, detail::StoreNumber{&result->loss});
    sum(system, 1, samples, detail::NumberOfSample{correct}, detail::StoreNumber{&result->correct});
}

}  // namespace tenet::device
