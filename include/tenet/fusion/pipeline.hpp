#pragma once

#include <boost/hana/fold_left.hpp>
#include <boost/hana/tuple.hpp>

#include <tenet/fusion/activation_epilogue.hpp>
#include <tenet/fusion/addition_epilogue.hpp>
#include <tenet/fusion/concat_in_place.hpp>
#include <tenet/fusion/rule.hpp>
#include <tenet/fusion/view.hpp>

namespace tenet::fusion {

/// The rules in order; the first that applies decides. A new rule is one file and one name here.
using Rules = boost::hana::tuple<View, ActivationEpilogue, AdditionEpilogue, ConcatInPlace>;

/// Only what is needed to run at all: for tests that hold fused equal to unfused.
using NoRules = boost::hana::tuple<View>;

/// The role that an operation takes behind a producer.
template <class RuleList, class Producer, class Consumer>
constexpr Role role(Mode mode) {
    return boost::hana::fold_left(RuleList{}, Role::leader, [mode]<Rule R>(Role found, R) {
        return found == Role::leader && R::template applies<Producer, Consumer>(mode) ? R::role : found;
    });
}

}  // namespace tenet::fusion
