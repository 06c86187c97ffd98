#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <tenet/core/batch.hpp>
#include <tenet/training/history.hpp>

/// What `Trainer::fit` calls after its events: `Run` is the trainer.
namespace TENET_NAMESPACE::detail {

template <class Callback, class Run, class Event>
TENET_LOCAL inline constexpr bool takes = std::is_invocable_v<Callback, Run&, const Event&>;

template <class Callback, class Run>
TENET_LOCAL inline constexpr bool takes_an_event =
    takes<Callback, Run, StepResult> || takes<Callback, Run, EpochRecord>;

template <class Callback, class Run, class Event>
TENET_LOCAL inline constexpr bool answers = [] {
    if constexpr (takes<Callback, Run, Event>) {
        using Answer = decltype(std::declval<Callback>()(std::declval<Run&>(), std::declval<const Event&>()));
        return std::is_void_v<Answer> || std::same_as<std::remove_cvref_t<Answer>, bool>;
    } else {
        return true;
    }
}();
template <class Callback, class Run>
TENET_LOCAL inline constexpr bool returns_bool_or_nothing =
    answers<Callback, Run, StepResult>&& answers<Callback, Run, EpochRecord>;

template <class Callback, class Run, class Event>
bool goes_on(Callback& callback, Run& run, const Event& event) {
    if constexpr (requires {
                      { callback(run, event) } -> std::convertible_to<bool>;
                  })
        return callback(run, event);
    else if constexpr (takes<Callback&, Run, Event>)
        callback(run, event);
    return true;
}

/// Whether the run goes on. Who ends it keeps the event from nobody: the callback that saves may stand behind.
template <class Run, class Event, class... Callback>
bool all_go_on(Run& run, const Event& event, Callback&... callbacks) {
    bool going = true;
    ((going = goes_on(callbacks, run, event) && going), ...);
    return going;
}

}  // namespace tenet::detail
