#pragma once

#include <tenet/core/type_list.hpp>
#include <tenet/fusion/activation_epilogue.hpp>
#include <tenet/fusion/rule.hpp>
#include <tenet/fusion/view.hpp>

namespace tenet::fusion {

/// The rules in order; the first that applies decides. A new rule is one file and one name here.
using Rules = List<View, ActivationEpilogue>;

/// Only what is needed to run at all: for tests that hold fused equal to unfused.
using NoRules = List<View>;

namespace detail {

template <class Producer, class Consumer, Rule... R>
constexpr Role role(Mode mode, List<R...>) {
    Role result = Role::leader;
    (void)((R::template applies<Producer, Consumer>(mode) && (result = R::role, true)) || ...);
    return result;
}

}  // namespace detail

/// The role that an operation takes behind a producer.
template <class RuleList, class Producer, class Consumer>
constexpr Role role(Mode mode) {
    return detail::role<Producer, Consumer>(mode, RuleList{});
}

}  // namespace tenet::fusion
