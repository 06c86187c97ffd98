#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include <tenet/backend/cpu/evaluation.hpp>
#include <tenet/backend/cpu/flat_entry.hpp>
#include <tenet/backend/cpu/training_step.hpp>
#include <tenet/backend/cpu/update.hpp>
#include <tenet/core/change_mark.hpp>
#include <tenet/core/permutation.hpp>
#include <tenet/core/use_mark.hpp>
#include <tenet/model/model.hpp>
#include <tenet/training/batch_buffer.hpp>

namespace TENET_NAMESPACE {

/// What a trainer asks of the place where its model lives; a specialisation for each. Results are sums over samples.
/// ```
/// detail::StepUnderWay begin_step();               // what is held during a step, and as long as others may not look
/// StepResult step(batch, rules, step);             // the optimizer's step number `step`, by a rule for each tensor
/// StepResult compute_gradients(batch);
/// const float* gradients();                        // the last ones, for the host to read
/// RunNumbers<Net> numbers(int states);             // parameters and so many states, for the host to read and write
/// void set_numbers(const RunNumbers<Net>&);        // after it wrote
/// StepResult evaluate(data);                       // a whole data set
/// Feed<D> feed(data, batch_size);                  // ... of training:
///     void begin(seed, order, sample, step);       // an epoch goes on at this sample, in this order or as they lie;
///                                                  // again wherever the run is set elsewhere
///     void gather(count);                          // before a step, what it takes of the user's code
///     void step(count, steps, rules);              // so many steps, each on the next `count` samples
///     StepResult result();                         // of the steps since this was last asked
/// static constexpr bool takes_steps_at_once;       // whether `steps` may be above 1: all or, if it throws, none
/// bool interrupted() const;                        // an exception left a step when some weights had moved
/// ```
template <class Net, class Loss, class Rule, class Backend>
class Engine;

/// The numbers of a training run where the host reaches them: parameters, and the optimizer's states, laid out as they
/// are.
template <class Net>
struct RunNumbers {
    Model<Net>* model = nullptr;
    std::vector<float*> states;
    // Of a run that goes on elsewhere, these are copies.
    std::unique_ptr<Model<Net>> copied_model;
    std::vector<memory::AlignedBuffer> copied_states;
};

namespace detail {
[[noreturn]] TENET_COLD inline void refuse_second_thread() {
    throw std::logic_error("another thread is using this Trainer; it serves one at a time");
}

/// A step of this trainer on this model. Throws std::logic_error if either has another.
class StepUnderWay {
  public:
    StepUnderWay(UseMark& trainer, ChangeMark& model) : own_(trainer), changing_(unless_used(own_, model)) {}

  private:
    static ChangeMark& unless_used(const InUse& own, ChangeMark& model) {
        if (!own) refuse_second_thread();
        return model;
    }

    InUse own_;
    InStep changing_;
};
}  // namespace detail

/// Every core of this machine.
template <class Net, class Loss, class Rule>
class Engine<Net, Loss, Rule, Cpu> {
  public:
    /// Samples come from code of the user's, which may throw between two steps.
    TENET_LOCAL static constexpr bool takes_steps_at_once = false;

    TENET_COLD Engine(Model<Net>& model, const Loss& loss) : model_(model), loss_(loss), constants_(tensors) {
        model.require_numbers();
    }

    detail::StepUnderWay begin_step() { return {use_mark_, model_.change_mark()}; }

    template <class Stored>
    StepResult step(const Batch<Stored>& batch, const Rule* rules, std::int64_t step) {
        model_.require_numbers();
        int used = 0;
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            constants_[static_cast<std::size_t>(i)] = rules[i].constants(step);
            used = std::max(used, rules[i].used_states());
        }
        for (int s = 0; s < used; ++s) state(s);
        float* const weights = model_.data();
        const float* const gradients = step_.gradients();
        const Constants* const constants = constants_.data();
        std::atomic<bool> moving{false};
        const auto update = [&](int parameter, std::int64_t begin, std::int64_t end) {
            if (!moving.load(std::memory_order_relaxed)) moving.store(true, std::memory_order_relaxed);
            const std::int64_t at = Net::parameters[parameter].offset + begin;
            cpu::StatePointers states;
            for (int s = 0; s < rules[parameter].used_states(); ++s) states.tensors[s] = states_[s].data() + at;
            cpu::dispatch([&]<class Isa>() {
                cpu::call_flat<Isa, cpu::UpdateRange<Rule>>(rules + parameter, constants + parameter, weights + at,
                                                            gradients + at, states, end - begin);
            });
        };
        try {
            return summed(step_.run(weights, loss_, batch, update, nullptr, weights), batch.size);
        } catch (const std::bad_alloc&) {
            interrupted_ = interrupted_ || moving;  // a smaller batch may have room
            throw;
        } catch (...) {
            interrupted_ = interrupted_ || moving || takes_averages;
            throw;
        }
    }

    template <class Stored>
    StepResult compute_gradients(const Batch<Stored>& batch) {
        model_.require_numbers();
        const InUse own{use_mark_};
        if (!own) detail::refuse_second_thread();
        const BetweenSteps held{model_.change_mark(), "compute_gradients"};
        return summed(step_.run(model_.data(), loss_, batch, [](int, std::int64_t, std::int64_t) {}), batch.size);
    }
    const float* gradients() const { return step_.gradients(); }

    TENET_COLD RunNumbers<Net> numbers(int states) {
        RunNumbers<Net> result{&model_, {}, {}, {}};
        for (int s = 0; s < states; ++s) result.states.push_back(state(s));
        return result;
    }
    void set_numbers(const RunNumbers<Net>&) { interrupted_ = false; }
    bool interrupted() const { return interrupted_; }

    template <data::SampleSource D>
    StepResult evaluate(const D& data) {
        constexpr int piece = std::max(256, 8192 / (Loss::takes_labels ? place_count(Net::output_shape) : 1));
        model_.require_numbers();
        const InUse own{use_mark_};
        if (!own) detail::refuse_second_thread();
        BatchBuffer<D> buffer;
        StepResult total;
        const std::int64_t size = data.size();
        for (std::int64_t first = 0; first < size; first += piece) {
            const int count = static_cast<int>(std::min<std::int64_t>(piece, size - first));
            const auto batch = buffer.gather(data, count, [&](int i) { return first + i; });
            const BetweenSteps held{model_.change_mark(), "evaluate"};
            const StepResult part = summed(evaluation_.run(model_.data(), loss_, batch), count);
            total.loss += part.loss;
            total.correct += part.correct;
        }
        return total;
    }

    template <data::SampleSource D>
    class Feed {
      public:
        Feed(Engine& engine, const D& data, int batch_size) : engine_(engine), data_(data) {
            buffer_.reserve(static_cast<std::size_t>(batch_size));
        }
        void begin(Seed seed, const Permutation* order, std::int64_t sample, std::int64_t step) {
            seed_ = seed;
            order_ = order;
            sample_ = sample;
            step_ = step;
        }
        void gather(int count) {
            batch_ = buffer_.gather(data_, count, [&](int i) { return order_ ? (*order_)(sample_ + i) : sample_ + i; });
        }
        void step(int count, int, const Rule* rules) {
            batch_.seed = seed_;
            batch_.step = static_cast<std::uint64_t>(step_);
            result_ = engine_.step(batch_, rules, step_ + 1);
            ++step_;
            sample_ += count;
        }
        StepResult result() { return std::exchange(result_, {}); }

      private:
        Engine& engine_;
        const D& data_;
        BatchBuffer<D> buffer_;
        Batch<typename D::input_type> batch_;
        Seed seed_;
        const Permutation* order_ = nullptr;
        std::int64_t sample_ = 0, step_ = 0;
        StepResult result_;
    };
    template <data::SampleSource D>
    Feed<D> feed(const D& data, int batch_size) {
        return {*this, data, batch_size};
    }

  private:
    using Constants = typename Rule::StepConstants;
    TENET_LOCAL static constexpr std::size_t tensors = Net::parameter_tensor_count;
    /// Running averages move before the gradients are there.
    TENET_LOCAL static constexpr bool takes_averages = [] {
        for (const Parameter& parameter : Net::parameters)
            if (!parameter.spec.trained) return true;
        return false;
    }();

    float* state(int s) {
        states_[s].reserve(model_.storage());
        return states_[s].data();
    }
    static StepResult summed(StepResult mean, int samples) {
        mean.loss *= samples;
        return mean;
    }

    Model<Net>& model_;
    Loss loss_;
    bool interrupted_ = false;
    std::vector<Constants> constants_;  // by tensor
    UseMark use_mark_;
    memory::AlignedBuffer states_[Rule::state_count > 0 ? Rule::state_count : 1];
    cpu::TrainingStep<Net, Loss> step_;
    cpu::Evaluation<Net, Loss> evaluation_;
};

}  // namespace tenet
