#pragma once

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::device {

/// Steps of a program that a system takes at once, by a kernel of its own: none, unless a specialisation says that
/// `count(g)` steps from step g on are, and has `forward<G>(system, operands)` for them, `operands` of each.
/// They may have to be neighbours of which each alone reads what the one before writes; nothing between them is stored.
template <class System, class Program>
struct FusedSteps {
    static constexpr int count(int) { return 1; }
};

/// Forward, loss and backward of a whole program by one kernel: not, unless a specialisation says `exists` and has
/// `run(system, loss, operands, targets, scale, loss_scale, result)`, `operands` of each step, and `loss_scale` a
/// factor of the gradient in the device's memory, or null.
template <class System, class Program, class Loss>
struct FusedTraining {
    TENET_LOCAL static constexpr bool exists = false;
};

}  // namespace tenet::device
