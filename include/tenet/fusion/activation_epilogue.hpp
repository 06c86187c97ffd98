#pragma once

#include <tenet/fusion/rule.hpp>

namespace TENET_NAMESPACE::fusion {

/// An activation behind a Linear or a convolution is applied to its accumulators before they leave the registers. While
/// training, only if its derivative can be had from its output: what it was applied to is then never stored.
struct ActivationEpilogue {
    TENET_LOCAL static constexpr const char* name = "activation";
    TENET_LOCAL static constexpr Role role = Role::epilogue;

    template <class Producer, class Consumer>
    static constexpr bool applies(Mode mode) {
        if constexpr (requires {
                          Producer::takes_epilogue;
                          typename Consumer::Formula;
                      })
            return mode == Mode::inference || Consumer::Formula::derivative_from_output;
        else
            return false;
    }
};

}  // namespace tenet::fusion
