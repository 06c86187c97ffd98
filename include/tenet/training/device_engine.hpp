#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <tuple>
#include <type_traits>
#include <vector>

#include <tenet/backend/device/evaluation.hpp>
#include <tenet/backend/device/training.hpp>
#include <tenet/core/change_mark.hpp>
#include <tenet/core/use_mark.hpp>
#include <tenet/model/device_model.hpp>
#include <tenet/training/engine.hpp>

namespace TENET_NAMESPACE {

namespace detail {

/// Samples of the host, copied to a device one behind the other.
template <class System, class Stored, bool HasLabels>
class SamplesOnDevice {
  public:
    explicit SamplesOnDevice(System& system) : system_(system) {}

    /// `input(s)` points to the n numbers of sample s, `target(s)` to its m labels or numbers of any type.
    template <class Input, class Target>
    void copy(std::int64_t size, std::int64_t n, std::int64_t m, const Input& input, const Target& target) {
        inputs_.clear();
        targets_.clear();
        for (std::int64_t s = 0; s < size; ++s) {
            // Asked for once each: who computes samples need not give the same place twice.
            const auto* const x = input(s);
            inputs_.insert(inputs_.end(), x, x + n);
            const auto* const y = target(s);
            targets_.insert(targets_.end(), y, y + m);
        }
        device::Layout layout;
        const std::size_t in = layout.add<Stored>(size * n), to = layout.add<Compared>(size * m);
        if (layout.size() > memory_.size()) {
            memory_ = {};
            memory_ = device::Memory<System>(system_, layout.size());
        }
        system_.to_device(memory_.data() + in, inputs_.data(), inputs_.size() * sizeof(Stored));
        system_.to_device(memory_.data() + to, targets_.data(), targets_.size() * sizeof(Compared));
        system_.wait();
        samples.inputs = reinterpret_cast<const Stored*>(memory_.data() + in);
        if constexpr (HasLabels)
            samples.labels = reinterpret_cast<const std::int32_t*>(memory_.data() + to);
        else
            samples.targets = reinterpret_cast<const float*>(memory_.data() + to);
    }
    /// Gives back the room on the host that the next copy would take again.
    void forget_host() {
        inputs_ = {};
        targets_ = {};
    }

    device::Samples<Stored> samples;

  private:
    using Compared = std::conditional_t<HasLabels, std::int32_t, float>;

    System& system_;
    device::Memory<System> memory_;
    std::vector<Stored> inputs_;
    std::vector<Compared> targets_;
};

}  // namespace detail

/// A device. A data set is copied there once, for all epochs of a `fit`; steps wait for nothing.
template <class Net, class Loss, class Rule, class System>
class Engine<Net, Loss, Rule, OnDevice<System>> {
    using Storage = typename System::Storage;
    TENET_LOCAL static constexpr bool scales_loss = System::Precision::needs_loss_scale;
    using TrainingProgram = device::ProgramOf<Net, Mode::training>;
    using InferenceProgram = device::ProgramOf<Net, Mode::inference>;
    using Code = device::TrainingCode<System, TrainingProgram, Storage, Loss>;
    template <class Stored>
    using Data = detail::SamplesOnDevice<System, Stored, Loss::takes_labels>;

  public:
    /// All samples are there before the first step.
    TENET_LOCAL static constexpr bool takes_steps_at_once = true;
    static constexpr bool interrupted() { return false; }

    Engine(Model<Net, OnDevice<System>>& model, const Loss& loss)
        : model_(model),
          training_(model.system(), device::executable<TrainingProgram>, Code::steps(), Code::at_once(), loss, places,
                    model.data()),
          evaluation_(model.system(), device::executable<InferenceProgram>,
                      device::executable_code<InferenceProgram, System, Storage>, loss, places) {}

    detail::StepUnderWay begin_step() { return {use_mark_, model_.change_mark()}; }

    template <class Stored>
    StepResult step(const Batch<Stored>& batch, const Rule* rules, std::int64_t) {
        const auto& data = staged(batch);
        set_rules(rules);
        training_.begin(batch.seed, batch.step, 0, nullptr);
        training_.step(data.samples, batch.size);
        return training_.take_result();
    }

    template <class Stored>
    StepResult compute_gradients(const Batch<Stored>& batch) {
        const InUse own{use_mark_};
        if (!own) detail::refuse_second_thread();
        const BetweenSteps held{model_.change_mark(), "compute_gradients"};
        const auto& data = staged(batch);
        training_.begin(batch.seed, batch.step, 0, nullptr);
        training_.compute_gradients(data.samples, batch.size);
        return training_.take_result();
    }

    const float* gradients() const {
        gradients_.resize(static_cast<std::size_t>(Net::parameters.storage));
        model_.system().to_host(gradients_.data(), training_.gradients(), gradients_.size() * sizeof(float));
        model_.system().wait();
        return gradients_.data();
    }

    LossScale loss_scale() requires scales_loss { return training_.loss_scale(); }
    void set_loss_scale(const LossScale& scale) requires scales_loss { training_.set_loss_scale(scale); }

    RunNumbers<Net> numbers(int states) {
        RunNumbers<Net> result;
        result.copied_model = std::make_unique<Model<Net>>(model_.to_host());
        result.model = result.copied_model.get();
        for (int s = 0; s < states; ++s) {
            memory::AlignedBuffer& copy = result.copied_states.emplace_back(result.model->storage());
            model_.system().to_host(copy.data(), training_.state(s), copy.size() * sizeof(float));
        }
        model_.system().wait();
        for (memory::AlignedBuffer& copy : result.copied_states) result.states.push_back(copy.data());
        return result;
    }
    void set_numbers(const RunNumbers<Net>& numbers) {
        model_.assign(*numbers.model);
        for (std::size_t s = 0; s < numbers.states.size(); ++s)
            model_.system().to_device(training_.state(static_cast<int>(s)), numbers.states[s],
                                      numbers.model->storage() * sizeof(float));
        model_.system().wait();
    }

    template <data::SampleSource D>
    StepResult evaluate(const D& data) {
        const InUse own{use_mark_};
        if (!own) detail::refuse_second_thread();
        const auto on_device = copied(data);
        StepResult total;
        const std::int64_t size = data.size();
        for (std::int64_t first = 0; first < size; first += piece) {
            const BetweenSteps held{model_.change_mark(), "evaluate"};
            const StepResult part =
                evaluation_.run(model_.data(), on_device.samples, first, std::min<std::int64_t>(piece, size - first));
            total.loss += part.loss;
            total.correct += part.correct;
        }
        return total;
    }

    template <data::SampleSource D>
    class Feed {
      public:
        Feed(Engine& engine, const D& data, int batch_size) : engine_(engine), data_(engine.copied(data)) {
            engine_.training_.reserve(batch_size);
            if (const std::int64_t last = data.size() % batch_size; last > 0) engine_.training_.reserve(last);
            engine_.training_.forget();
        }
        ~Feed() { engine_.training_.forget(); }
        void begin(Seed seed, const Permutation* order, std::int64_t sample, std::int64_t step) {
            seed_ = seed;
            order_ = order;
            sample_ = sample;
            step_ = step;
            resume();
        }
        void gather(int) {}
        void step(int count, int steps, const Rule* rules) {
            // A callback may have asked for gradients of its own in between.
            if (engine_.staged_) resume();
            engine_.set_rules(rules);
            engine_.training_.step(data_.samples, count, steps);
            sample_ += std::int64_t{count} * steps;
            step_ += steps;
        }
        StepResult result() { return engine_.training_.take_result(); }

      private:
        void resume() {
            if (engine_.staged_) engine_.training_.forget();  // what was recorded of the staged batch
            engine_.staged_ = false;
            engine_.training_.begin(seed_, static_cast<std::uint64_t>(step_), sample_, order_);
        }

        Engine& engine_;
        Data<typename D::input_type> data_;
        Seed seed_;
        const Permutation* order_ = nullptr;
        std::int64_t sample_ = 0, step_ = 0;
    };
    template <data::SampleSource D>
    Feed<D> feed(const D& data, int batch_size) {
        return {*this, data, batch_size};
    }

  private:
    TENET_LOCAL static constexpr int places = Loss::takes_labels ? place_count(Net::output_shape) : 1;
    TENET_LOCAL static constexpr int piece = 4096;
    TENET_LOCAL static constexpr std::int64_t in = Net::input_shape.count();
    TENET_LOCAL static constexpr std::int64_t compared = Loss::takes_labels ? places : Net::output_shape.count();

    /// A batch of the host's, where the last one was.
    template <class Stored>
    Data<Stored>& staged(const Batch<Stored>& batch) {
        auto& data = std::get<Data<Stored>>(staging_);
        data.copy(
            batch.size, in, compared, [&](std::int64_t s) { return batch.inputs[s]; },
            [&](std::int64_t s) {
                if constexpr (Loss::takes_labels)
                    return batch.labels + s * compared;
                else
                    return batch.targets[s];
            });
        data.samples.scale = batch.scale;
        data.samples.shift = batch.shift;
        training_.forget();
        staged_ = true;
        return data;
    }
    template <data::SampleSource D>
    Data<typename D::input_type> copied(const D& source) {
        Data<typename D::input_type> data{model_.system()};
        data.copy(
            source.size(), in, compared, [&](std::int64_t s) { return source.input_data(s); },
            [&](std::int64_t s) { return source.target_data(s); });
        data.samples.scale = source.conversion().scale;
        data.samples.shift = source.conversion().shift;
        data.forget_host();
        return data;
    }

    /// Only what changed is copied, if that can be told.
    void set_rules(const Rule* rules) {
        if constexpr (std::equality_comparable<Rule>) {
            if (std::equal(rules_.begin(), rules_.end(), rules, rules + Net::parameter_tensor_count)) return;
            rules_.assign(rules, rules + Net::parameter_tensor_count);
        }
        training_.set_rules(rules);
    }

    Model<Net, OnDevice<System>>& model_;
    device::Training<System, Storage, Loss, Rule> training_;
    device::Evaluation<System, Storage, Loss> evaluation_;
    std::tuple<Data<float>, Data<std::uint8_t>> staging_{Data<float>{model_.system()},
                                                         Data<std::uint8_t>{model_.system()}};
    bool staged_ = false;  // since a feed's last step
    std::vector<Rule> rules_;
    UseMark use_mark_;
    mutable std::vector<float> gradients_;
};

}  // namespace tenet
