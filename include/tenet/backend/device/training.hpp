#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <tenet/backend/device/compiled_program.hpp>
#include <tenet/backend/device/loss_scaling.hpp>
#include <tenet/backend/device/loss_step.hpp>
#include <tenet/backend/device/memory.hpp>
#include <tenet/backend/device/update.hpp>
#include <tenet/backend/device/workplace.hpp>
#include <tenet/core/batch.hpp>
#include <tenet/optimizers/optimizer.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// What a step ends with, in one launch: the optimizer's formula for `numbers` numbers, and what the batch gave is counted,
/// which none of them looks at.
template <class Rule, class Scaling>
struct EndStep {
    UpdateParameters<Rule, Scaling> update;
    std::int64_t numbers;
    bool stepped;  // the optimizer went a step, or would have
    const BatchResult* batch;
    Progress* progress;
    std::int64_t samples;
    Scaling scaling;

    TENET_HOST_DEVICE void operator()(std::int64_t i) const {
        if (i < numbers) update(i);
        if (i > 0) return;
        progress->loss += batch->loss;
        progress->correct += static_cast<std::int64_t>(batch->correct);
        progress->sample += samples;
        if (!stepped) return;
        ++progress->step;
        scaling.end_step();
    }
};

}  // namespace detail

/// The samples of a run, in the memory of a device.
template <class Stored>
struct Samples {
    const Stored* inputs = nullptr;
    float scale = 1.0f, shift = 0.0f;
    const std::int32_t* labels = nullptr;
    const float* targets = nullptr;
};

/// The code that takes forward, loss and backward of all steps at once: see FusedTraining.
template <class System, class Storage, class Loss>
using FusedTrainingCode = void (*)(System&, const Loss&, const Operands<Storage>*, const Targets&, float scale,
                                   const float* loss_scale, BatchResult*);

/// Training on a device. What a step needs lies in two allocations, one for the run and one for batches up to a size, and
/// a step is a fixed list of launches for each batch size: a system that can record launches replays them.
template <class System, class Storage, class Loss, class Rule>
class Training {
    static_assert(Optimizer<Rule>);
    using Scaling = LossScalingOf<typename System::Precision>;

  public:
    using Fused = FusedTrainingCode<System, Storage, Loss>;

    /// `weights` lie in the device's memory; the output has so many places with a label each. `fused` is null if the
    /// system takes step by step.
    Training(System& system, const Executable& program, const StepCode<System, Storage>* code, Fused fused,
             const Loss& loss, std::int64_t places, float* weights)
        : system_(system),
          pass_(program, code),
          fused_(fused),
          loss_(loss),
          places_(places),
          weights_(weights) {}

    Training(const Training&) = delete;
    Training& operator=(const Training&) = delete;

    /// Makes room for batches of so many samples.
    void reserve(std::int64_t samples) {
        reserve_run();
        if (std::find(sizes_.begin(), sizes_.end(), samples) != sizes_.end()) return;
        sizes_.push_back(samples);
        if (place_.reserve(system_, pass_.program(), samples, scratch_size(samples))) forget();
    }

    /// What was recorded is forgotten: the samples are others now, or lie elsewhere.
    void forget() { recordings_.clear(); }

    /// The optimizer of each parameter tensor, from the next step on.
    void set_rules(const Rule* rules) {
        reserve_run();
        system_.to_device(run_.rules, rules, static_cast<std::size_t>(pass_.program().parameter_count) * sizeof(Rule));
    }

    /// Where the run stands, and what its random layers follow from; samples are drawn in this order, or as they lie.
    void begin(Seed seed, std::uint64_t step, std::int64_t sample, const Permutation* order) {
        reserve_run();
        if (seed != seed_) forget();
        seed_ = seed;
        const Progress progress{step, sample, 0.0, 0};
        system_.to_device(run_.progress, &progress, sizeof(Progress));
        shuffled_ = order != nullptr;
        if (order) system_.to_device(run_.order, order, sizeof(Permutation));
    }

    /// So many steps, each on the next `count` samples. Nothing waits for them.
    template <class Stored>
    void step(const Samples<Stored>& samples, int count, int steps = 1) {
        reserve(count);
        replay(count, steps, [&] {
            gradients(samples, count, true);
            end_step(count, true);
        });
    }

    /// The gradients of the next `count` samples, without a step.
    template <class Stored>
    void compute_gradients(const Samples<Stored>& samples, int count) {
        reserve(count);
        gradients(samples, count, false);
        end_step(count, false);
    }

    /// The sum of the losses, and how many outputs were right, since the run began or this was last asked. Waits.
    StepResult take_result() {
        Progress progress;
        system_.to_host(&progress, run_.progress, sizeof(Progress));
        system_.wait();
        const StepResult result{progress.loss, progress.correct};
        progress.loss = 0.0;
        progress.correct = 0;
        system_.to_device(run_.progress, &progress, sizeof(Progress));
        return result;
    }

    /// In the device's memory, laid out as the parameters: gradients, and state s of the optimizer.
    const float* gradients() const { return run_.gradients; }
    float* state(int s) {
        reserve_run();
        return run_.states + s * pass_.program().parameter_storage;
    }

    /// Where the loss scale stands. Waits.
    LossScale loss_scale() requires Scaling::scales {
        reserve_run();
        LossScaleOnDevice found;
        system_.to_host(&found, run_.loss_scale, sizeof found);
        system_.wait();
        return found.value;
    }
    void set_loss_scale(const LossScale& value) requires Scaling::scales {
        reserve_run();
        const LossScaleOnDevice wanted{value};
        system_.to_device(run_.loss_scale, &wanted, sizeof wanted);
        system_.wait();
    }

  private:
    using Run = typename Pass<System, Storage>::Run;

    /// What lives as long as the run does.
    struct RunMemory {
        float *gradients = nullptr, *states = nullptr;
        Rule* rules = nullptr;
        typename Rule::StepConstants* constants = nullptr;
        std::int64_t* begins = nullptr;
        int* rule_of = nullptr;
        Permutation* order = nullptr;
        Progress* progress = nullptr;
        BatchResult* result = nullptr;
        LossScaleOnDevice* loss_scale = nullptr;  // none where no loss is scaled
    };

    void reserve_run() {
        if (run_.progress) return;
        const Executable& e = pass_.program();
        const std::int64_t tensors = e.parameter_count;
        Layout layout;
        const std::size_t gradients = layout.add<float>(e.parameter_storage);
        const std::size_t states = layout.add<float>(e.parameter_storage * Rule::state_count);
        const std::size_t rules = layout.add<Rule>(tensors);
        const std::size_t constants = layout.add<typename Rule::StepConstants>(tensors);
        const std::size_t begins = layout.add<std::int64_t>(tensors);
        const std::size_t rule_of = layout.add<int>(tensors);
        const std::size_t order = layout.add<Permutation>(1);
        const std::size_t progress = layout.add<Progress>(1);
        const std::size_t result = layout.add<BatchResult>(1);
        const std::size_t loss_scale = layout.add<LossScaleOnDevice>(Scaling::scales ? 1 : 0);
        memory_ = Memory<System>(system_, layout.size());
        std::byte* const at = memory_.data();
        run_ = {reinterpret_cast<float*>(at + gradients),
                reinterpret_cast<float*>(at + states),
                reinterpret_cast<Rule*>(at + rules),
                reinterpret_cast<typename Rule::StepConstants*>(at + constants),
                reinterpret_cast<std::int64_t*>(at + begins),
                reinterpret_cast<int*>(at + rule_of),
                reinterpret_cast<Permutation*>(at + order),
                reinterpret_cast<Progress*>(at + progress),
                reinterpret_cast<BatchResult*>(at + result),
                Scaling::scales ? reinterpret_cast<LossScaleOnDevice*>(at + loss_scale) : nullptr};
        if constexpr (Scaling::scales) set_loss_scale({});
        std::vector<std::int64_t> first;
        std::vector<int> rule;
        for (int i = 0; i < e.parameter_count; ++i) {
            first.push_back(e.parameters[i].offset);
            rule.push_back(e.parameters[i].trained ? i : -1);
        }
        system_.to_device(run_.begins, first.data(), first.size() * sizeof(std::int64_t));
        system_.to_device(run_.rule_of, rule.data(), rule.size() * sizeof(int));
        system_.wait();  // what was copied from is about to go
    }

    Run pass_run(std::int64_t count) const {
        Run run;
        run.samples = count;
        run.block = place_.block();
        run.weights = weights_;
        run.gradients = run_.gradients;
        run.seed = seed_;
        run.step = run_.progress ? &run_.progress->step : nullptr;
        return run;
    }

    /// Of a step of the optimizer, or by themselves.
    template <class Stored>
    void gradients(const Samples<Stored>& samples, int count, bool stepping) {
        const Executable& e = pass_.program();
        auto run = pass_run(count);
        if (stepping) run.running = weights_;
        const std::int64_t rules = stepping ? e.parameter_count : 0;
        system_.for_each(std::max<std::int64_t>(count, rules),
                         BeginStep<Rule, Scaling>{count,
                                                  rules,
                                                  {shuffled_ ? run_.order : nullptr, run_.progress, place_.index()},
                                                  {run_.rules, run_.constants, run_.progress, scaling()}});
        for_each_number(system_, count, e.input.count,
                        ReadInputs<Stored, Storage>{{samples.inputs, place_.index(), samples.scale, samples.shift},
                                                    pass_.rows(e.input, run),
                                                    e.input.count});
        go_through(run, {samples.labels, samples.targets, place_.index()});
    }

    void end_step(int count, bool stepped) {
        const Executable& e = pass_.program();
        const std::int64_t numbers = stepped ? e.parameter_storage : 0;
        const UpdateParameters<Rule, Scaling> update{{e.parameter_count, run_.begins, run_.rule_of},
                                                     run_.rules,
                                                     run_.constants,
                                                     weights_,
                                                     run_.gradients,
                                                     run_.states,
                                                     e.parameter_storage,
                                                     scaling()};
        system_.for_each(std::max<std::int64_t>(numbers, 1),
                         detail::EndStep<Rule, Scaling>{update, numbers, stepped, run_.result, run_.progress, count,
                                                        scaling()});
    }

    /// Forward, loss and backward, of inputs that are in their place.
    void go_through(const Run& run, const Targets& targets) {
        if (fused_) {
            all_at_once(run, targets);
        } else {
            pass_.forward(system_, run);
            pass_.clear_gradients(system_, run);
            loss(run, targets);
            pass_.backward(system_, run);
        }
        if constexpr (Scaling::scales) unscale(run);
    }

    Scaling scaling() const {
        if constexpr (Scaling::scales)
            return {run_.loss_scale};
        else
            return {};
    }

    /// Gradients become those of the loss itself, and it is noted whether all are finite.
    void unscale(const Run& run) {
        system_.scratch.release();
        sum(system_, 1, pass_.program().parameter_storage, Unscale{run.gradients, scaling()},
            StoreNotFinite{scaling()});
    }

    void all_at_once(const Run& run, const Targets& targets) {
        const Executable& e = pass_.program();
        Operands<Storage> of_steps[Pass<System, Storage>::most_fused];
        for (int s = 0; s < e.step_count; ++s) of_steps[s] = pass_.operands(e.steps[s], run, false);
        system_.scratch.place(run.block.scratch);
        system_.scratch.release();
        fused_(system_, loss_, of_steps, targets, 1.0f / static_cast<float>(run.samples), scaling().on_device(),
               run_.result);
    }

    void loss(const Run& run, const Targets& targets) {
        const Executable& e = pass_.program();
        loss_step(system_, loss_, run.samples, e.output.count, places_, pass_.rows(e.output, run),
                  pass_.rows(e.output_gradient, run), targets, 1.0f / static_cast<float>(run.samples), run_.result,
                  scaling());
    }

    std::int64_t scratch_size(std::int64_t samples) {
        return pass_.scratch_size(system_, samples, [&](const Run& run) { go_through(run, {}); });
    }

    template <class Steps>
    void replay(int count, int turns, const Steps& steps) {
        auto found = std::find_if(recordings_.begin(), recordings_.end(),
                                  [&](const auto& r) { return r.first == std::pair{count, shuffled_}; });
        if (found == recordings_.end()) {
            recordings_.emplace_back(std::pair{count, shuffled_}, typename System::Recording{});
            found = recordings_.end() - 1;
        }
        system_.replay(found->second, steps, turns);
    }

    System& system_;
    Pass<System, Storage> pass_;
    Fused fused_;
    Loss loss_;
    std::int64_t places_;
    float* weights_;
    Seed seed_;
    Workplace<System, Storage> place_;
    std::vector<std::int64_t> sizes_;  // of batches, for which there is room
    Memory<System> memory_;
    bool shuffled_ = false;
    RunMemory run_;
    std::vector<std::pair<std::pair<int, bool>, typename System::Recording>> recordings_;
};

/// How a system trains a program: forward, loss and backward at once if it can, else step by step. What is not needed is
/// null, and not compiled.
template <class System, class Program, class Storage, class Loss>
struct TrainingCode {
    TENET_LOCAL static constexpr bool fused = FusedTraining<System, Program, Loss>::exists;

    static constexpr const StepCode<System, Storage>* steps() {
        if constexpr (fused)
            return nullptr;
        else
            return executable_code<Program, System, Storage>;
    }
    static constexpr FusedTrainingCode<System, Storage, Loss> at_once() {
        if constexpr (fused)
            return FusedTraining<System, Program, Loss>::template run<Storage>;
        else
            return nullptr;
    }
};

}  // namespace tenet::device
