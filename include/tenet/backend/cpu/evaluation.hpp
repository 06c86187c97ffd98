#pragma once

#include <algorithm>
#include <vector>

#include <tenet/backend/cpu/parallel.hpp>
#include <tenet/backend/cpu/training_step.hpp>

namespace tenet::cpu {

/// The mean loss of a network over samples, and how many outputs had their largest number at the label: forward only,
/// random layers off, on all cores. Sums are taken in the order of the samples, whatever the number of threads.
template <class Net, class Loss>
class Evaluation {
    using Program = schedule::Program<Net, Mode::inference>;
    static constexpr std::int64_t output_count = Net::output_shape.count();

  public:
    template <class Stored>
    StepResult run(const float* weights, const Loss& loss, const Batch<Stored>& batch) {
        return dispatch([&]<class Isa>() { return run_on<Isa>(weights, loss, batch); });
    }

  private:
    template <class Isa, class Stored>
    StepResult run_on(const float* weights, const Loss& loss, const Batch<Stored>& batch) {
        using T = Value<Isa>;
        constexpr int width = Isa::lanes;
        constexpr std::size_t scratch = static_cast<std::size_t>(task_scratch<Program>());
        constexpr std::size_t block = static_cast<std::size_t>(Program::plan.peak);
        constexpr std::size_t stride = (block + scratch + 2 * static_cast<std::size_t>(output_count)) * width;
        memory_.reserve(stride * static_cast<std::size_t>(max_threads()));
        const int groups = (batch.size + width - 1) / width;
        results_.resize(static_cast<std::size_t>(groups));
        parallel_for(groups, [&](int g) {
            const int first = g * width, count = std::min(width, batch.size - first);
            Task<Program, Isa> task;
            task.memory = reinterpret_cast<T*>(memory_.data() + stride * static_cast<std::size_t>(thread_index()));
            task.weights = weights;
            task.samples = count;
            call<Isa, ReadSamples>(static_cast<int>(Net::input_shape.count()), count, batch.inputs + first, batch.scale,
                                   batch.shift, task.value(0)[0]);
            task.forward();
            T* const target = task.scratch() + scratch;
            T* const gradient = target + output_count;
            std::int32_t labels[width]{};
            float scales[width]{};
            for (int l = 0; l < count; ++l) {
                scales[l] = 1.0f;
                if constexpr (Loss::takes_labels) labels[l] = batch.labels[first + l];
            }
            if constexpr (!Loss::takes_labels)
                call<Isa, ReadSamples>(static_cast<int>(output_count), count, batch.targets + first, 1.0f, 0.0f, target);
            results_[static_cast<std::size_t>(g)] = call<Isa, detail::LossStep<Loss>>(
                &loss, static_cast<const T*>(task.value(Program::grouping.output)[0]), static_cast<int>(output_count),
                static_cast<const std::int32_t*>(labels), static_cast<const T*>(target), static_cast<const float*>(scales),
                gradient);
        });
        StepResult total;
        for (const StepResult& part : results_) {
            total.loss += part.loss;
            total.correct += part.correct;
        }
        total.loss /= batch.size;
        return total;
    }

    memory::AlignedBuffer memory_;
    std::vector<StepResult> results_;
};

}  // namespace tenet::cpu
