#pragma once

#include <concepts>
#include <cstdint>

#include <tenet/math/value.hpp>

namespace TENET_NAMESPACE {

/// How a gradient changes a parameter: hyper-parameters as a plain aggregate, and one formula for each number.
/// ```
/// static constexpr int state_count;                        // state tensors of a parameter, at most
/// int used_states() const;                                 // ... with these hyper-parameters; never read behind them
/// StepConstants constants(std::int64_t step) const;        // once for each step, in double; the first step is 1
/// void update(T& weight, T gradient, T* state, const StepConstants&) const;    // T = float or Lanes
/// ```
/// `state` holds `used_states()` numbers of this weight, all 0 before step 1. Hyper-parameters may change between
/// steps. Where not all of them make sense, it says so in a member that a Trainer calls whenever it gets them, and
/// before each step on what a callback may have changed:
/// ```
/// void check() const;                                      // throws std::invalid_argument: expected what, found what
/// ```
/// A saved run remembers the optimizer's type, and the hyper-parameters that it names; those of an optimizer that names
/// none are the program's when the run goes on:
/// ```
/// template <class Self, class Visit>
/// static void hyper_parameters(Self& self, Visit&& visit) { visit("learning_rate", self.learning_rate); ... }
/// ```
template <class O>
concept Optimizer = std::copyable<O> &&
    requires(const O& optimizer, float& weight, float* state, const typename O::StepConstants& c) {
    { O::state_count } -> std::convertible_to<int>;
    { optimizer.used_states() } -> std::same_as<int>;
    { optimizer.constants(std::int64_t{1}) } -> std::same_as<typename O::StepConstants>;
    { optimizer.update(weight, 0.0f, state, c) } -> std::same_as<void>;
    requires std::convertible_to<decltype(optimizer.learning_rate), double>;
} && requires(const O& optimizer, detail::LanesInQuestion& weights, const typename O::StepConstants& c) {
    { optimizer.update(weights, weights, &weights, c) } -> std::same_as<void>;
};

}  // namespace tenet
