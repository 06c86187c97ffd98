#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenet/core/expect.hpp>
#include <tenet/core/loss_scale.hpp>
#include <tenet/core/monotonic_seconds.hpp>
#include <tenet/core/permutation.hpp>
#include <tenet/core/use_mark.hpp>
#include <tenet/io/text.hpp>
#include <tenet/losses/loss.hpp>
#include <tenet/model/model.hpp>
#include <tenet/optimizers/optimizer.hpp>
#include <tenet/training/batch_check.hpp>
#include <tenet/training/callbacks.hpp>
#include <tenet/training/engine.hpp>
#include <tenet/training/epoch_plan.hpp>
#include <tenet/training/fit_options.hpp>
#include <tenet/training/history.hpp>
#include <tenet/training/least_batch.hpp>
#include <tenet/training/misread_options.hpp>
#include <tenet/training/progress.hpp>
#include <tenet/training/target_check.hpp>
#include <tenet/training/trainer_misfit.hpp>
#include <tenet/training/training_position.hpp>

namespace TENET_NAMESPACE {

/// The mean loss over a data set, and the share of samples, or of pixels with labels, whose largest output stands at the
/// label (NaN without labels).
struct Score {
    double loss = 0.0;
    double accuracy = std::numeric_limits<double>::quiet_NaN();
};

namespace detail {
[[noreturn]] TENET_COLD inline void refuse_moved_trainer() {
    throw std::logic_error("this Trainer was moved from: its optimizer's state is elsewhere");
}
[[noreturn]] TENET_COLD inline void refuse_within_fit(const char* who) {
    throw std::logic_error(io::joined({who,
                                       ": a fit of this Trainer is under way, and takes all its steps; a callback sets "
                                       "the run elsewhere by io::load or restart_epoch()"}));
}
}  // namespace detail

/// Trains a model: shuffled mini-batches, loss, gradients, optimizer.
/// ```
/// Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
/// trainer.fit(train, {.epochs = 10, .batch_size = 256, .validation = &test});
/// ```
/// The same seed gives the same bits for any number of threads. A step allocates nothing once the largest batch was
/// seen.
///
/// Weights, the optimizer's state and the position move together: an exception of a sample source, a metric or a
/// callback leaves the run after the last whole step, where it may be saved and goes on. Only what is thrown by the
/// arithmetic of a step itself, a user's `Optimizer::update` say, may leave a part of the numbers behind it; such a run
/// is `interrupted()`, and is neither saved nor continued until numbers are set.
///
/// A Trainer serves one thread at a time, and changes its model in steps alone: between them, in a callback say,
/// anybody may ask the model. A second thread that comes during a step is told so by a std::logic_error, whether it
/// wants to train, to ask or copy the model, to set a learning rate, to save or to load; a step that comes while a
/// second thread copies, sets, saves or loads waits until that is done. It may be moved; who uses what it was moved
/// from is told so too.
///
/// A trainer refers to its model, which must live as long and stay where it is: it takes no temporary, and where both
/// are members of a class, the model is declared first and a copy of the class needs a trainer of its own.
template <class Net, Loss LossFunction, Optimizer Rule, class Backend>
class Trainer<Net, LossFunction, Rule, Backend> {
    using OwnEngine = Engine<Net, LossFunction, Rule, Backend>;
    TENET_LOCAL static constexpr bool scales_loss = requires { &OwnEngine::loss_scale; };

  public:
    /// Throws std::invalid_argument if loss or optimizer have numbers that make no sense.
    TENET_COLD Trainer(Model<Net, Backend>& model, LossFunction loss, Rule optimizer)
        : model_(model),
          loss_(loss),
          rules_(tensors, optimizer),
          engine_(model, loss),
          learning_rate_(optimizer.learning_rate),
          rate_ratios_(tensors, 1.0) {
        if constexpr (requires { loss.check(); }) loss.check();
        check(optimizer);
        position_.seed = model.seed();
    }
    Trainer(Model<Net, Backend>&& model, LossFunction loss, Rule optimizer) : Trainer(model, loss, optimizer) {
        static_assert(sizeof(Net) == 0,
                      "a Trainer refers to its model, which must live as long as the Trainer does: "
                      "give it a variable, not a temporary");
    }

    Model<Net, Backend>& model() { return model_; }
    const Model<Net, Backend>& model() const { return model_; }
    const LossFunction& loss() const { return loss_; }
    const TrainingPosition& position() const { return position_; }

    /// Gives the parameters that `belongs(name)` selects hyper-parameters of their own, as PyTorch's parameter groups
    /// do: `trainer.group([](std::string_view name) { return name.ends_with("bias"); }, SGD{.learning_rate = 0.1})`.
    /// Throws std::invalid_argument if it selects none, or if the hyper-parameters make no sense.
    template <class Belongs>
    requires std::predicate<const Belongs&, std::string_view>
    void group(const Belongs& belongs, const Rule& optimizer) {
        check(optimizer);
        const BetweenSteps held = between_steps("group");
        bool found = false;
        for (int i = 0; i < Net::parameter_tensor_count; ++i)
            if (belongs(Net::parameter_name(i))) {
                this->optimizer(i) = optimizer;
                if (!initial_rules_.empty()) initial_rules_[static_cast<std::size_t>(i)] = optimizer;
                rate_ratios_[static_cast<std::size_t>(i)] = ratio_of(optimizer.learning_rate);
                found = true;
            }
        if (!found) throw std::invalid_argument("a parameter group selects none of the network's parameters");
    }

    template <class Belongs, class Optimizer = Rule>
    requires(!std::predicate<const Belongs&, std::string_view> || !std::convertible_to<const Optimizer&, const Rule&>)
    void group(const Belongs&, const Optimizer&) {
        constexpr bool selects = std::predicate<const Belongs&, std::string_view>;
        static_assert(selects,
                      "group: parameters are selected by their names: "
                      "trainer.group([](std::string_view name) { return name.ends_with(\"bias\"); }, SGD{})");
        static_assert(!selects, "group: a parameter group has an optimizer of the Trainer's own type");
    }

    /// The optimizer of one parameter tensor, by its index; hyper-parameters may be changed between steps. Throws
    /// std::invalid_argument if the network has no such tensor.
    Rule& optimizer(int parameter) {
        model_.change_mark().require_no_step("optimizer");
        return rules()[checked_index("optimizer", parameter)];
    }
    const Rule& optimizer(int parameter) const { return rules()[checked_index("optimizer", parameter)]; }
    /// As the program had stated it when training began, or went on from a saved run.
    const Rule& initial_optimizer(int parameter) const {
        return initial_rules_.empty() ? optimizer(parameter) : initial_rules_[static_cast<std::size_t>(parameter)];
    }
    /// For resuming a run: the optimizers of all parameters go on as these, and have begun as the program stated them.
    void set_optimizers(const std::vector<Rule>& rules) {
        const BetweenSteps held = between_steps("set_optimizers");
        if (initial_rules_.empty()) keep_initial_rules();
        std::copy(rules.begin(), rules.end(), this->rules());
    }
    /// Sets the learning rate of every parameter, as a schedule does from step to step; of those in a group in the
    /// ratio to the others that it had when the group was made, 0 if it was 0. Throws std::invalid_argument for a rate
    /// that is negative or no number, or if a group has a rate while the trainer's was 0, so that there is no ratio.
    void set_learning_rate(double rate) {
        require_numbers();
        detail::expect_not_negative("set_learning_rate", "rate", rate);
        for (const double ratio : rate_ratios_)
            detail::expect(ratio >= 0.0, "set_learning_rate", "the rate that the trainer had when a group was made",
                           "more than 0 for a ratio to the group's", 0.0);
        const BetweenSteps held = between_steps("set_learning_rate");
        learning_rate_ = rate;
        for (std::size_t i = 0; i < tensors; ++i)
            rules_[i].learning_rate = static_cast<decltype(rules_[i].learning_rate)>(rate * rate_ratios_[i]);
    }

    /// The learning rate of the parameters outside of groups, as it was set last, and each tensor's ratio to it: for
    /// saving and resuming a run, in which a group may be made later.
    double learning_rate() const { return learning_rate_; }
    const std::vector<double>& rate_ratios() const { return rate_ratios_; }
    void set_rates(double rate, const std::vector<double>& ratios) {
        const BetweenSteps held = between_steps("set_rates");
        learning_rate_ = rate;
        std::copy(ratios.begin(), ratios.end(), rate_ratios_.begin());
    }

    /// One step on one batch: gradients of the mean loss, then the optimizer. Throws std::invalid_argument if the batch
    /// is empty, lacks what the loss compares with, has a label that is no class of the network's output or one sample
    /// where a batch normalisation takes mean and variance of the batch alone, or if hyper-parameters make no sense.
    template <class Stored>
    StepResult step(Batch<Stored> batch) {
        if (fitting_.taken()) detail::refuse_within_fit("step");
        detail::check_batch<LossFunction>("step", batch, Net::output_shape);
        detail::check_normalised<Net>("step", "the batch has 1 sample", batch.size);
        check_rules();
        batch.seed = position_.seed;
        batch.step = static_cast<std::uint64_t>(position_.step);
        check_whole("step");
        const detail::StepUnderWay under_way = engine_.begin_step();
        if (initial_rules_.empty()) keep_initial_rules();
        const StepResult result = engine_.step(batch, rules(), position_.step + 1);
        ++position_.step;
        return mean(result, batch.size);
    }

    template <class Other>
    StepResult step(const Other&) {
        static_assert(sizeof(Other) == 0, "step: it takes a Batch; a data set is for fit(train, {.epochs = 1})");
        return {};
    }

    /// The gradients of a batch, without a step; laid out as the model's parameters (see `gradient`). Running averages of a
    /// batch normalisation stay as they are. Throws as `step` does.
    template <class Stored>
    StepResult compute_gradients(Batch<Stored> batch) {
        detail::check_batch<LossFunction>("compute_gradients", batch, Net::output_shape);
        detail::check_normalised<Net>("compute_gradients", "the batch has 1 sample", batch.size);
        batch.seed = position_.seed;
        batch.step = static_cast<std::uint64_t>(position_.step);
        require_numbers();
        return mean(engine_.compute_gradients(batch), batch.size);
    }
    /// The last gradient of a parameter tensor, by index or name.
    NamedTensor<const float> gradient(int i) const {
        require_numbers();
        const BetweenSteps held = between_steps("gradient");
        return Model<Net>::tensor_in(engine_.gradients(), checked_index("gradient", i));
    }
    NamedTensor<const float> gradient(std::nullptr_t) const = delete;
    NamedTensor<const float> gradient(std::string_view name) const { return gradient(Model<Net>::index_of(name)); }

    /// Goes through `train` for `options.epochs` epochs, an epoch that was interrupted counting as the first of them.
    /// After every step each callback that takes (Trainer&, StepResult) is called, after every epoch each that takes
    /// (Trainer&, EpochRecord), one behind the other; if one of them returns false, the run ends when all were called.
    ///
    /// A callback may ask the trainer and the model, save the run, change hyper-parameters, and set the run elsewhere:
    /// `fit` goes on from wherever the callbacks leave it, bit for bit as a `fit` called there would, up to the epoch
    /// that it set out for. So `io::load` goes back to a saved run, and `restart_epoch` to the epoch's first sample. An
    /// epoch that is gone through again is recorded again. `fit` and `step` of the same trainer throw a
    /// std::logic_error there, and leave the run as it is.
    ///
    /// Throws std::invalid_argument before the first step if samples, of whichever set, have another shape than the
    /// network's input, or targets than its output, if a label is no class, options or hyper-parameters make no sense,
    /// or a batch of an epoch, the last one mostly, has one sample where a batch normalisation needs more (see `step`):
    /// that takes another batch_size, or drop_last. What a callback does to hyper-parameters, and whether the epoch
    /// under way goes on in batches as it began, is checked behind it, and before each step that `train` has the size
    /// it had.
    template <data::SampleSource D, class V = D, class... Callback>
    TENET_COLD History fit(const D& train, const FitOptions<V>& options, Callback&&... callbacks) {
        constexpr bool validates = data::SampleSource<V>;
        static_assert(validates || std::same_as<V, NoValidation>, "fit validates on what is a data::SampleSource");
        static_assert((detail::takes_an_event<Callback&, Trainer> && ...),
                      "a callback of fit takes (Trainer&, const StepResult&), to be called after every step, or "
                      "(Trainer&, const EpochRecord&), after every epoch");
        static_assert((detail::returns_bool_or_nothing<Callback&, Trainer> && ...),
                      "a callback of fit returns a bool, false to end the run there, or nothing");
        constexpr bool watches_steps = (detail::takes<Callback&, Trainer, StepResult> || ...);
        constexpr bool watches_epochs = (detail::takes<Callback&, Trainer, EpochRecord> || ...);
        using Checked = detail::CheckedTarget<Net, LossFunction, D>;
        static_assert(sizeof(decltype(detail::explain<Checked, 0>(
                          detail::path_indices<Checked>{}, detail::word_indices<Checked>{},
                          static_cast<const typename Checked::layers*>(nullptr)))) > 0);
        const InUse under_way{fitting_};
        if (!under_way) detail::refuse_within_fit("fit");
        check(train, "fit");
        if constexpr (validates) {
            if (options.validation) check(*options.validation, "fit, validation");
        }
        // nvcc loses a list in braces that holds what depends on a template's argument.
        const int epochs = options.epochs;
        if (epochs < 0) throw std::invalid_argument(io::joined({"fit: epochs must be 0 or more, but is ", epochs}));
        const detail::EpochPlan plan{train.size(), options.batch_size, options.shuffle, options.drop_last};
        detail::check_normalised<Net>("fit", "batches have 1 sample: take a larger batch_size", plan.batch_size);
        detail::check_normalised<Net>("fit",
                                      "an epoch ends with a batch of 1 sample: take another batch_size, or drop_last",
                                      plan.last_batch_size());
        check_rules();
        require_numbers();
        check_whole("fit");
        plan.check_epoch_under_way(position_);
        if (initial_rules_.empty()) keep_initial_rules();
        const std::int64_t last_epoch = position_.epoch + options.epochs;
        History history;
        ProgressBar bar(options.progress, stderr, static_cast<int>(last_epoch), plan.batches, plan.size);
        auto feed = engine_.feed(train, plan.batch_size);
        // On a device, steps wait for each other only where somebody wants to see what each gave.
        const bool at_once = OwnEngine::takes_steps_at_once && !bar.draws() && !watches_steps;
        bool going = true;
        while (going) {
            const double start = detail::monotonic_seconds();
            const TrainingPosition begin = begin_epoch(plan, last_epoch);
            if (begin.epoch >= last_epoch) break;
            const Permutation order{begin.seed, static_cast<std::uint32_t>(begin.epoch), plan.data_size};
            feed.begin(begin.seed, plan.shuffled ? &order : nullptr, plan.first_sample(begin.batch_in_epoch),
                       begin.step);
            bar.begin_epoch(static_cast<int>(begin.epoch) + 1, begin.samples);
            std::int64_t batch = begin.batch_in_epoch;
            bool here = true;
            while (going && here && batch < plan.batches) {
                plan.check_size(train.size());
                const std::int64_t left = plan.size - plan.first_sample(batch);
                const int count = static_cast<int>(std::min<std::int64_t>(plan.batch_size, left));
                // What nobody watches is one call, which a device takes as one launch.
                const int steps = !at_once || count < plan.batch_size ? 1 : static_cast<int>(left / count);
                feed.gather(count);
                const bool watched = !at_once || batch + steps == plan.batches;
                StepResult result;
                here = advance(feed, count, steps, watched ? &result : nullptr);
                batch += steps;
                if (!here || !watched) continue;
                bar.step(batch, position_.samples, position_.loss_sum / static_cast<double>(position_.samples),
                         accuracy_so_far());
                if constexpr (watches_steps) {
                    going = detail::all_go_on(*this, mean(result, count), callbacks...);
                    check_rules();
                    here = !going || is_here();
                }
            }
            if (here && batch < plan.batches) break;  // a callback stopped in mid-epoch
            EpochRecord record;
            if (!here || !end_epoch(record)) continue;
            record.seconds = detail::monotonic_seconds() - start;
            record.samples_per_second = static_cast<double>(plan.samples_from(begin.batch_in_epoch)) / record.seconds;
            if constexpr (validates)
                if (options.validation) {
                    const Score score = evaluate(*options.validation);
                    record.validation_loss = score.loss;
                    record.validation_accuracy = score.accuracy;
                }
            history.epochs.push_back(record);
            bar.end_epoch(record);
            if constexpr (watches_epochs) {
                going = detail::all_go_on(*this, record, callbacks...) && going;
                check_rules();
            }
        }
        return history;
    }

    /// Options that are none, and what is no data set: an error of one sentence. `volatile` makes the first of these the
    /// worse choice where the options are right.
    template <data::SampleSource D, class... Callback>
    History fit(const volatile D&, const detail::MisreadOptions<D>&, Callback&&...) {
        return {};
    }
    template <class D, class... Callback>
    requires(!data::SampleSource<D> && !std::is_pointer_v<D>)
    History fit(const D&, const detail::MisreadOptions<D>&, Callback&&...) {
        return static_cast<void>(detail::RefusedData<D>{}), History{};
    }
    template <class D, class... Callback>
    History fit(const D*, const detail::MisreadOptions<D>&, Callback&&...) {
        static_assert(sizeof(D) == 0, "fit: it takes the data set itself, not its address: fit(train, {.epochs = 10})");
        return {};
    }
    template <class Inputs, class Targets>
    History fit(const Inputs&, const Targets&, const detail::MisreadOptions<Inputs>&) {
        static_assert(sizeof(Inputs) == 0,
                      "fit: inputs and targets are one data set: data::Dataset<float, float> train{Shape{2}, inputs, "
                      "Shape{1}, targets}");
        return {};
    }
    template <class D, class Options, class... More>
    requires(!detail::IsFitOptions<Options>) History fit(const D&, const Options&, const More&...) {
        static_assert(sizeof(D) == 0, "fit: options stand in braces: fit(train, {.epochs = 10})");
        return {};
    }
    template <class D>
    History fit(const D&) {
        static_assert(sizeof(D) == 0, "fit: it takes options behind the data set: fit(train, {.epochs = 10})");
        return {};
    }

    /// Loss and accuracy over a data set, random layers off.
    template <data::SampleSource D>
    TENET_COLD Score evaluate(const D& data) {
        check(data, "evaluate");
        require_numbers();
        const StepResult total = engine_.evaluate(data);
        const std::int64_t size = data.size();
        Score score;
        score.loss = total.loss / static_cast<double>(size);
        if constexpr (LossFunction::takes_labels)
            score.accuracy = static_cast<double>(total.correct) / static_cast<double>(size * places);
        return score;
    }

    template <class D>
    Score evaluate(const D&) {
        return static_cast<void>(detail::RefusedData<D>{}), Score{};
    }

    /// Parameters and the optimizer's states, for the host: for saving and resuming a run.
    RunNumbers<Net> numbers() { return numbers(state_count()); }
    RunNumbers<Net> numbers(int states) {
        const BetweenSteps held = between_steps("numbers");
        return engine_.numbers(states);
    }
    /// What was written into them holds from now on.
    void set_numbers(const RunNumbers<Net>& numbers) {
        require_numbers();
        const BetweenSteps held = between_steps("set_numbers");
        engine_.set_numbers(numbers);
    }
    /// Whether an exception left a step when some of the weights had moved.
    bool interrupted() const { return engine_.interrupted(); }
    int state_count() const {
        int used = 0;
        require_numbers();
        for (const Rule& rule : rules_) used = std::max(used, rule.used_states());
        return used;
    }
    void set_position(const TrainingPosition& position) {
        const BetweenSteps held = between_steps("set_position");
        position_ = position;
        set_elsewhere_ = true;
    }
    /// Forgets how far the epoch under way has come: the next `fit` begins it anew, in batches of any size.
    void restart_epoch() {
        const BetweenSteps held = between_steps("restart_epoch");
        position_.restart_epoch();
        set_elsewhere_ = true;
    }
    /// Keeps weights, the optimizer's state, its hyper-parameters and the position as they are, together, as long as
    /// what is returned lives: steps wait. Throws std::logic_error that begins with `who` during a step.
    BetweenSteps between_steps(const char* who) const { return {model_.change_mark(), who}; }

    /// How the loss is scaled: on devices that store gradients as `FP16`, for looking at and resuming a run.
    LossScale loss_scale() requires scales_loss { return engine_.loss_scale(); }
    void set_loss_scale(const LossScale& scale) requires scales_loss {
        const BetweenSteps held = between_steps("set_loss_scale");
        engine_.set_loss_scale(scale);
    }

  private:
    TENET_LOCAL static constexpr std::size_t tensors = Net::parameter_tensor_count;
    /// Where a sample has a label.
    TENET_LOCAL static constexpr int places = LossFunction::takes_labels ? place_count(Net::output_shape) : 1;

    // Who saves the run from another thread, or sets it elsewhere, meets weights and position of one step: both move
    // where steps are under way.

    /// Where the run stands as fit begins, or goes on with, an epoch.
    TENET_COLD TrainingPosition begin_epoch(const detail::EpochPlan& plan, std::int64_t last_epoch) {
        const detail::StepUnderWay under_way = engine_.begin_step();
        if (position_.epoch >= last_epoch) return position_;
        plan.check_epoch_under_way(position_);
        plan.describe(position_);
        set_elsewhere_ = false;
        return position_;
    }
    /// Whether the run still stands where its epoch has brought it.
    bool is_here() {
        const detail::StepUnderWay under_way = engine_.begin_step();
        return !set_elsewhere_;
    }
    /// False, and nothing done, if it does not.
    template <class Feed>
    bool advance(Feed& feed, int count, int steps, StepResult* result) {
        const detail::StepUnderWay under_way = engine_.begin_step();
        if (set_elsewhere_) return false;
        feed.step(count, steps, rules());
        position_.step += steps;
        position_.batch_in_epoch += steps;
        position_.samples += std::int64_t{count} * steps;
        if (!result) return true;
        *result = feed.result();
        position_.loss_sum += result->loss;
        position_.correct += result->correct;
        return true;
    }
    TENET_COLD bool end_epoch(EpochRecord& record) {
        const detail::StepUnderWay under_way = engine_.begin_step();
        if (set_elsewhere_) return false;
        record.epoch = static_cast<int>(++position_.epoch);
        record.loss = position_.loss_sum / static_cast<double>(position_.samples);
        record.accuracy = accuracy_so_far();
        position_.restart_epoch();
        return true;
    }

    TENET_COLD void check_whole(const char* who) const {
        if (interrupted())
            throw std::logic_error(io::joined({who,
                                               ": an exception interrupted a step of this run when some of the "
                                               "weights had moved; load a saved run"}));
    }

    void require_numbers() const {
        if (rules_.size() != tensors) detail::refuse_moved_trainer();
    }
    Rule* rules() {
        require_numbers();
        return rules_.data();
    }
    const Rule* rules() const {
        require_numbers();
        return rules_.data();
    }

    static StepResult mean(StepResult sum, int samples) {
        sum.loss /= samples;
        return sum;
    }

    double accuracy_so_far() const {
        if constexpr (LossFunction::takes_labels)
            return static_cast<double>(position_.correct) / static_cast<double>(position_.samples * places);
        else return std::numeric_limits<double>::quiet_NaN();
    }

    static int checked_index(const char* who, int parameter) {
        if (parameter < 0 || parameter >= Net::parameter_tensor_count)
            throw std::invalid_argument(
                io::joined({who, ": the network has ", tensors, " parameter tensors, but the index is ", parameter}));
        return parameter;
    }
    static void check(const Rule& rule) {
        if constexpr (requires { rule.check(); }) rule.check();
        detail::expect(rule.used_states() >= 0 && rule.used_states() <= Rule::state_count, "optimizer", "used_states()",
                       "0 to its state_count", rule.used_states());
    }
    void check_rules() const {
        for (const Rule& rule : rules_) check(rule);
    }
    /// To the rate of the parameters outside of groups; negative where there is none.
    double ratio_of(double rate) const {
        return learning_rate_ > 0.0 ? rate / learning_rate_ : rate > 0.0 ? -1.0 : 1.0;
    }

    template <class D>
    TENET_COLD static void check(const D& data, const char* who) {
        const std::int64_t size = data.size();
        if (size < 1) throw std::invalid_argument(io::joined({who, ": the data set is empty"}));
        detail::check_shape(who, "inputs", data.input_shape(), "input", Net::input_shape);
        if constexpr (LossFunction::takes_labels) {
            static_assert(has_labels<D> || has_label_maps<D>,
                          "this loss compares with class labels; the data set has target tensors");
            detail::check_label_shape(who, has_labels<D> ? Shape{} : data.target_shape(), Net::output_shape);
            for (std::int64_t i = 0; i < size; ++i) {
                const auto* const labels = data.target_data(i);
                for (int p = 0; p < places; ++p) detail::check_label(who, i, labels[p], Net::output_shape[0]);
            }
        } else {
            static_assert(!has_labels<D> && !has_label_maps<D>, "this loss compares with target tensors; the data set has class labels");
            detail::check_shape(who, "targets", data.target_shape(), "output", Net::output_shape);
        }
    }

    TENET_COLD void keep_initial_rules() { initial_rules_ = rules_; }

    Model<Net, Backend>& model_;
    LossFunction loss_;
    std::vector<Rule> initial_rules_;  // by tensor; empty before the first step
    std::vector<Rule> rules_;          // by tensor
    OwnEngine engine_;
    double learning_rate_;             // of the parameters outside of groups
    std::vector<double> rate_ratios_;  // of each to it
    TrainingPosition position_;
    bool set_elsewhere_ = false;  // since fit began, or went on with, an epoch
    UseMark fitting_;
};

/// What is given for a loss or an optimizer is none, or there is no model: that is the error, and what follows on it none.
template <class Net, class LossFunction, class Rule, class Backend>
class Trainer : detail::TrainerMisfit<Net, LossFunction, Rule, Backend> {
  public:
    template <class... Argument>
    explicit Trainer(Argument&&...) {}
    template <class D, class V = D, class... Callback>
    History fit(const D&, const FitOptions<V>&, Callback&&...) {
        return {};
    }
    template <class D>
    Score evaluate(const D&) {
        return {};
    }
    template <class B>
    StepResult step(const B&) {
        return {};
    }
    void set_learning_rate(double) {}
};

template <class Net, class Backend, class L, class R>
Trainer(Model<Net, Backend>&, L, R) -> Trainer<Net, L, R, Backend>;
template <class Net, class Backend, class L, class R>
Trainer(Model<Net, Backend>&&, L, R) -> Trainer<Net, L, R, Backend>;
template <class First, class... Argument>
Trainer(const First&, const Argument&...) -> Trainer<First, List<Argument...>, void, detail::NoBackend>;

}  // namespace tenet
