#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/device/loss_step.hpp>
#include <tenet/backend/device/training.hpp>
#include <tenet/backend/device/workplace.hpp>

namespace TENET_NAMESPACE::device {

/// The loss of a network over samples that lie in the device's memory, random layers off.
template <class System, class Storage, class Loss>
class Evaluation {
  public:
    Evaluation(System& system, const Executable& program, const StepCode<System, Storage>* code, const Loss& loss,
               std::int64_t places)
        : system_(system), pass_(program, code), loss_(loss), places_(places), result_(system, sizeof(BatchResult)) {}

    /// The sum of the losses of `count` samples from number `first` on, and how many places were right.
    template <class Stored>
    StepResult run(const float* weights, const Samples<Stored>& samples, std::int64_t first, std::int64_t count) {
        const Executable& e = pass_.program();
        place_.reserve(system_, e, count, scratch_size(count));
        const auto run = pass_run(weights, count);
        const Stored* const inputs = samples.inputs + first * e.input.count;
        for_each_number(system_, count, e.input.count,
                        ReadInputs<Stored, Storage>{{inputs, nullptr, samples.scale, samples.shift},
                                                    pass_.rows(e.input, run),
                                                    e.input.count});
        pass_.forward(system_, run);
        loss(run, {samples.labels ? samples.labels + first * places_ : nullptr,
                   samples.targets ? samples.targets + first * e.output.count : nullptr, nullptr});
        BatchResult result;
        system_.to_host(&result, result_.data(), sizeof(BatchResult));
        system_.wait();
        return {static_cast<double>(result.loss), static_cast<std::int64_t>(result.correct)};
    }

  private:
    using Run = typename Pass<System, Storage>::Run;

    Run pass_run(const float* weights, std::int64_t count) const {
        Run run;
        run.samples = count;
        run.block = place_.block();
        run.weights = weights;
        return run;
    }
    void loss(const Run& run, const Targets& targets) {
        const Executable& e = pass_.program();
        loss_step(system_, loss_, run.samples, e.output.count, places_, pass_.rows(e.output, run), Rows<Storage>{},
                  targets, 1.0f, reinterpret_cast<BatchResult*>(result_.data()));
    }
    std::int64_t scratch_size(std::int64_t count) {
        return pass_.scratch_size(system_, count, [&](const Run& run) {
            pass_.forward(system_, run);
            loss(run, {});
        });
    }

    System& system_;
    Pass<System, Storage> pass_;
    Loss loss_;
    std::int64_t places_;
    Workplace<System, Storage> place_;
    Memory<System> result_;
};

}  // namespace tenet::device
