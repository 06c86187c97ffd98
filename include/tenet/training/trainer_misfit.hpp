#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <tenet/core/type_list.hpp>
#include <tenet/losses/loss.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/model.hpp>
#include <tenet/optimizers/optimizer.hpp>

/// What is wrong with the arguments of a `Trainer` that are no model, no loss or no optimizer: one sentence.
namespace TENET_NAMESPACE::detail {

/// Where arguments were given that no deduction of a Trainer fits, in place of its backend.
struct NoBackend {};

template <class T>
concept HasLossPart = requires {
    T::takes_labels;
};
template <class T>
concept HasOptimizerPart = requires {
    T::state_count;
}
|| requires {
    typename T::StepConstants;
};
template <class T>
concept IsNetwork = requires {
    T::parameter_tensor_count;
    T::output_shape;
    typename T::leaves;
};

// clang-format off
template <class L>
concept ForwardsLabels = requires(const L& loss, const float* output, std::int32_t label) {
    { loss.forward(output, 1, label) } -> std::same_as<float>;
};
template <class L>
concept ForwardsTargets = requires(const L& loss, const float* output, const float* target) {
    { loss.forward(output, target, 1) } -> std::same_as<float>;
};
template <class R>
concept HasUsedStates = requires(const R& rule) {
    { rule.used_states() } -> std::same_as<int>;
};
template <class R>
concept HasConstants = requires(const R& rule) {
    { rule.constants(std::int64_t{1}) } -> std::same_as<typename R::StepConstants>;
};
template <class R>
concept HasUpdate = requires(const R& rule, float& weight, float* state, const typename R::StepConstants& c) {
    { rule.update(weight, 0.0f, state, c) } -> std::same_as<void>;
};
// clang-format on

enum class Misfit {
    none,
    model_is_const,
    model_is_network,
    model_is_eval_model,
    no_model,
    two_arguments,
    argument_count,
    exchanged,
    optimizer_for_loss,
    loss_for_optimizer,
    number_for_optimizer,
    not_copyable_loss,
    takes_labels,
    forward_labels,
    forward_targets,
    gradient_labels,
    gradient_targets,
    loss_of_floats,
    not_copyable_optimizer,
    state_count,
    step_constants,
    used_states,
    constants,
    update,
    learning_rate,
    update_of_floats
};

template <class L>
consteval Misfit misfit_of_loss() {
    if constexpr (!HasLossPart<L>)
        return Misfit::takes_labels;
    else if constexpr (!std::copyable<L>)
        return Misfit::not_copyable_loss;
    else if constexpr (L::takes_labels && !ForwardsLabels<L>)
        return Misfit::forward_labels;
    else if constexpr (!L::takes_labels && !ForwardsTargets<L>)
        return Misfit::forward_targets;
    else if constexpr (HasGradientOver<L, float>)
        return Misfit::loss_of_floats;
    else
        return L::takes_labels ? Misfit::gradient_labels : Misfit::gradient_targets;
}

template <class R>
consteval Misfit misfit_of_optimizer() {
    if constexpr (std::is_arithmetic_v<R>)
        return Misfit::number_for_optimizer;
    else if constexpr (!std::copyable<R>)
        return Misfit::not_copyable_optimizer;
    else if constexpr (!requires {
                           { R::state_count } -> std::convertible_to<int>;
                       })
        return Misfit::state_count;
    else if constexpr (!requires { typename R::StepConstants; })
        return Misfit::step_constants;
    else if constexpr (!HasUsedStates<R>)
        return Misfit::used_states;
    else if constexpr (!HasConstants<R>)
        return Misfit::constants;
    else if constexpr (!HasUpdate<R>)
        return Misfit::update;
    else if constexpr (!requires(const R& rule) {
                           { rule.learning_rate } -> std::convertible_to<double>;
                       })
        return Misfit::learning_rate;
    else
        return Misfit::update_of_floats;
}

template <class L, class R>
consteval Misfit misfit_of_rules() {
    if constexpr (HasOptimizerPart<L> && HasLossPart<R>)
        return Misfit::exchanged;
    else if constexpr (HasOptimizerPart<L> && !HasLossPart<L>)
        return Misfit::optimizer_for_loss;
    else if constexpr (HasLossPart<R> && !HasOptimizerPart<R>)
        return Misfit::loss_for_optimizer;
    else if constexpr (!Loss<L>)
        return misfit_of_loss<L>();
    else
        return misfit_of_optimizer<R>();
}

template <class T>
TENET_LOCAL inline constexpr bool is_model = false;
template <class Net, class Backend>
TENET_LOCAL inline constexpr bool is_model<Model<Net, Backend>> = true;
template <class T>
TENET_LOCAL inline constexpr bool is_eval_model = false;
template <class Net>
TENET_LOCAL inline constexpr bool is_eval_model<EvalModel<Net>> = true;

template <class First, class L, class R, class Backend>
consteval Misfit misfit() {
    if constexpr (!std::same_as<Backend, NoBackend>)
        return misfit_of_rules<L, R>();
    else if constexpr (IsNetwork<First>)
        return Misfit::model_is_network;
    else if constexpr (is_eval_model<First>)
        return Misfit::model_is_eval_model;
    else if constexpr (!is_model<First>)
        return Misfit::no_model;
    else if constexpr (L::size == 1)
        return Misfit::two_arguments;
    else if constexpr (L::size != 2)
        return Misfit::argument_count;
    else
        return Misfit::model_is_const;
}

// A call, not a comparison, whose sides clang would print.
template <Misfit Found>
constexpr bool unless(Misfit other) {
    return Found != other;
}

/// Its instantiation is the error. `First` is the network; if no deduction fits, the type of the first argument, and L
/// lists the others.
template <class First, class L, class R, class Backend>
struct TrainerMisfit {
    TENET_LOCAL static constexpr Misfit found = misfit<First, L, R, Backend>();

    static_assert(unless<found>(Misfit::model_is_const),
                  "Trainer: this model is const, and training changes its numbers");
    static_assert(
        unless<found>(Misfit::model_is_network),
        "Trainer: this is a Network, a type that holds no numbers; a Trainer takes a model of it, Model<Net> model");
    static_assert(unless<found>(Misfit::model_is_eval_model),
                  "Trainer: an EvalModel is for inference; train the Model that it is made of");
    static_assert(unless<found>(Misfit::no_model),
                  "Trainer: the first argument is no Model: it is Trainer{model, loss, optimizer}");
    static_assert(unless<found>(Misfit::two_arguments),
                  "Trainer: an argument is missing: it is Trainer{model, loss, optimizer}");
    static_assert(unless<found>(Misfit::argument_count),
                  "Trainer: it takes three arguments, Trainer{model, loss, optimizer}");
    static_assert(unless<found>(Misfit::exchanged),
                  "Trainer: loss and optimizer have changed places: it is Trainer{model, loss, optimizer}");
    static_assert(unless<found>(Misfit::optimizer_for_loss),
                  "Trainer: an optimizer stands where the loss should: it is Trainer{model, loss, optimizer}");
    static_assert(unless<found>(Misfit::loss_for_optimizer),
                  "Trainer: a loss stands where the optimizer should: it is Trainer{model, loss, optimizer}");
    static_assert(unless<found>(Misfit::number_for_optimizer),
                  "Trainer: a number stands where the optimizer should: SGD{.learning_rate = 0.1}");
    static_assert(unless<found>(Misfit::not_copyable_loss), "Trainer: this loss cannot be copied");
    static_assert(unless<found>(Misfit::takes_labels),
                  "Trainer: this loss has no takes_labels: static constexpr bool, true if it compares with class "
                  "labels, false with target tensors");
    static_assert(
        unless<found>(Misfit::forward_labels),
        "Trainer: this loss has no forward(const T* output, int n, integer_of<T> label) const that returns a T");
    static_assert(unless<found>(Misfit::forward_targets),
                  "Trainer: this loss has no forward(const T* output, const T* target, int n) const that returns a T");
    static_assert(unless<found>(Misfit::gradient_labels),
                  "Trainer: this loss has no gradient(const T* output, int n, integer_of<T> label, T scale, T* "
                  "gradient) const that returns a T");
    static_assert(unless<found>(Misfit::gradient_targets),
                  "Trainer: this loss has no gradient(const T* output, const T* target, int n, T scale, T* gradient) "
                  "const that returns a T");
    static_assert(
        unless<found>(Misfit::loss_of_floats),
        "Trainer: this loss is for floats alone: write template <class T> before forward and gradient, and T for "
        "float, which is a float or Lanes of many samples");
    static_assert(unless<found>(Misfit::not_copyable_optimizer), "Trainer: this optimizer cannot be copied");
    static_assert(unless<found>(Misfit::state_count),
                  "Trainer: this optimizer has no state_count: static constexpr int, the state tensors of a parameter");
    static_assert(unless<found>(Misfit::step_constants),
                  "Trainer: this optimizer has no StepConstants: a type, what update needs to know of a step");
    static_assert(unless<found>(Misfit::used_states),
                  "Trainer: this optimizer has no used_states() const that returns an int");
    static_assert(unless<found>(Misfit::constants),
                  "Trainer: this optimizer has no constants(std::int64_t step) const that returns its StepConstants");
    static_assert(unless<found>(Misfit::update),
                  "Trainer: this optimizer has no update(T& weight, T gradient, T* state, const StepConstants&) const "
                  "that returns nothing");
    static_assert(unless<found>(Misfit::learning_rate),
                  "Trainer: this optimizer has no learning_rate that is a number");
    static_assert(
        unless<found>(Misfit::update_of_floats),
        "Trainer: this optimizer is for floats alone: write template <class T> void update(T& weight, T gradient, "
        "T* state, const StepConstants&) const, where T is a float or Lanes of many weights");
};

}  // namespace tenet::detail
