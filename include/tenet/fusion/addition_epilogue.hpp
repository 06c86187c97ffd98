#pragma once

#include <concepts>

#include <tenet/fusion/rule.hpp>
#include <tenet/operations/sum.hpp>

namespace TENET_NAMESPACE::fusion {

/// A sum of two values, as behind a residual block: the later one's layer adds the other to its own accumulators. Its
/// activation may follow there too.
struct AdditionEpilogue {
    TENET_LOCAL static constexpr const char* name = "addition";
    TENET_LOCAL static constexpr Role role = Role::addition;

    template <class Producer, class Consumer>
    static constexpr bool applies(Mode) {
        return std::same_as<Consumer, operations::Sum> && requires { requires Producer::takes_addition; };
    }
};

}  // namespace tenet::fusion
