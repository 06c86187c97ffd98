#pragma once

#include <boost/hana/fold_left.hpp>
#include <boost/hana/tuple.hpp>

#include <tenet/fusion/activation_epilogue.hpp>
#include <tenet/fusion/addition_epilogue.hpp>
#include <tenet/fusion/concat_in_place.hpp>
#include <tenet/fusion/rule.hpp>
#include <tenet/fusion/view.hpp>

namespace TENET_NAMESPACE::fusion {

/// The rules in order; the first that applies decides. A new rule is one file and one name here.
///
/// There is none for pooling behind a convolution, because it would not pay. Pooling takes, in percent of the time on
/// one core (256 samples inferred, trained; one sample inferred; Zen 4, AVX-512): LeNet 2.5, 2.3, 2.6; LeNet with ReLU
/// and MaxPool 4.0, 3.8, 5.5; a VGG of 28 x 28 1.9, 2.7, 0.5; VGG-11 with a quarter of the channels 1.4, 3.5, 0.9. Of
/// that the maxima, which fusion would not save, are nine tenths for 6 channels of 28 x 28, whose pooling takes 3.86 us
/// where they lie and 3.53 us from the first-level cache, and three quarters for 32.
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
