#pragma once

#include <algorithm>
#include <vector>

#include <tenet/backend/cpu/compiled_program.hpp>
#include <tenet/backend/cpu/loss_step.hpp>
#include <tenet/backend/cpu/parallel.hpp>
#include <tenet/backend/cpu/task.hpp>
#include <tenet/memory/aligned_buffer.hpp>

namespace TENET_NAMESPACE::cpu {

/// Forward and loss of a batch on all cores, random layers off. Sums are taken in the order of the samples, whatever
/// the number of threads.
class LossPass {
  public:
    explicit LossPass(const Executable& program) : program_(program) {}

    TENET_NOINLINE StepResult run(const ExecutableCode& code, const float* weights, const AnyLoss& loss,
                                  const AnyBatch& batch) {
        const int width = code.lanes;
        const int outputs = static_cast<int>(program_.output.count);
        const std::int64_t values = program_.block_size + program_.scratch_size + 2 * program_.output.count;
        const auto stride = static_cast<std::size_t>(values * width);
        const int groups = (batch.size + width - 1) / width;
        const int shares = std::min(groups, max_threads());
        memory_.reserve(stride * static_cast<std::size_t>(shares));
        results_.resize(static_cast<std::size_t>(groups));
        if (loss.takes_labels) read_labels(batch.labels, batch.size, loss.places, width, labels_);
        parallel_for(groups, shares, [&](int g, int share) {
            const int first = g * width;
            Task task{program_, code};
            task.memory = memory_.data() + stride * static_cast<std::size_t>(share);
            task.scratch = task.memory + program_.block_size * width;
            task.weights = weights;
            task.context.samples = std::min(width, batch.size - first);
            batch.inputs.read(batch.inputs, first, task.context.samples, static_cast<int>(program_.input.count),
                              task.tensor(program_.input)[0]);
            task.forward();
            float* const buffer = task.scratch + program_.scratch_size * width;
            float* const gradient = buffer + outputs * width;
            constexpr int most = 16;
            alignas(64) float scales[most]{};
            for (int l = 0; l < task.context.samples; ++l) scales[l] = 1.0f;
            const std::int32_t* labels = nullptr;
            if (loss.takes_labels)
                labels = labels_.data() + first * loss.places;
            else
                batch.targets.read(batch.targets, first, task.context.samples, outputs, buffer);
            results_[static_cast<std::size_t>(g)] =
                loss.gradient(loss.loss, task.tensor(program_.output)[0], outputs, loss.places, labels, buffer, scales,
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

  private:
    const Executable& program_;
    memory::AlignedBuffer memory_;
    std::vector<StepResult> results_;
    std::vector<std::int32_t> labels_;  // as read_labels has them
};

/// The mean loss of a network over samples, and at how many places the largest output was the label's.
template <class Net, class Loss>
class Evaluation {
    using Program = schedule::Program<Net, Mode::inference>;

  public:
    template <class Stored>
    StepResult run(const float* weights, const Loss& loss, const Batch<Stored>& batch) {
        return dispatch([&]<class Isa>() {
            return pass_.run(executable_code<Program, Isa>, weights, any_loss<Isa>(loss, Net::output_shape),
                             any_batch<Isa, !Loss::takes_labels>(batch));
        });
    }

  private:
    LossPass pass_{executable<Program>};
};

}  // namespace tenet::cpu
