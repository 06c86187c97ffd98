#pragma once

#include <concepts>
#include <type_traits>

#include <tenet/backend/device/families.hpp>
#include <tenet/backend/device/fused_steps.hpp>

namespace TENET_NAMESPACE::device {

/// The code of a step: functions that depend on the family of its operation, on the formula that it applies to its
/// result and on the system, not on the network, so that equal steps of all networks share them.
template <class System, class Storage>
struct StepCode {
    int steps = 1;  // that forward takes at once, with the operands of each
    void (*forward)(System&, const void* operation, const Operands<Storage>*) = nullptr;
    void (*backward)(System&, const void* operation, const Operands<Storage>&) = nullptr;
};

namespace detail {

template <class System, class Storage, class Op, class Formula>
void forward_code(System& system, const void* op, const Operands<Storage>* o) {
    FamilyOf<System, Op>::template forward<Formula>(system, *static_cast<const Op*>(op), *o);
}

template <class System, class Storage, class Program, int G>
void fused_code(System& system, const void*, const Operands<Storage>* o) {
    FusedSteps<System, Program>::template forward<G>(system, o);
}

/// `Formula` is what is left to be done of the derivative: the identity if the gradient's writer has done it.
template <class System, class Storage, class Op, class Formula>
void backward_code(System& system, const void* op, const Operands<Storage>& o) {
    // Once for all that reads dy: factors of products are numbers in memory then, and no product knows the formula,
    // which would take the compiler a second more for each.
    if constexpr (!std::same_as<Formula, math::Identity>)
        for_each_number(system, o.samples, o.count, MultiplyDerivative<Formula, Storage>{o.y, o.dy});
    FamilyOf<System, Op>::backward(system, *static_cast<const Op*>(op), o);
    // What the step added gets the gradient by its result as it is.
    if (o.added && o.dx[1])
        for_each_number(system, o.samples, o.counts[1], PassGradient<Numbers<Storage>, Storage>{{o.dy}, o.dx[1]});
}

template <class System, class Storage, class Op, class Formula, bool Backward, bool Multiplied>
constexpr StepCode<System, Storage> step_code() {
    StepCode<System, Storage> code;
    code.forward = forward_code<System, Storage, Op, Formula>;
    if constexpr (Backward)
        code.backward = backward_code<System, Storage, Op, std::conditional_t<Multiplied, math::Identity, Formula>>;
    return code;
}

/// Of step G and those after it that the system takes with it.
template <class System, class Storage, class Program, int G>
constexpr StepCode<System, Storage> fused_step_code() {
    return {FusedSteps<System, Program>::count(G), fused_code<System, Storage, Program, G>, nullptr};
}

}  // namespace detail

}  // namespace tenet::device
