#pragma once

#include <concepts>

#include <tenet/fusion/rule.hpp>
#include <tenet/operations/view.hpp>

namespace TENET_NAMESPACE::fusion {

/// Flatten, Reshape and Dropout outside training only rename what is there.
struct View {
    TENET_LOCAL static constexpr const char* name = "view";
    TENET_LOCAL static constexpr Role role = Role::view;

    template <class, class Consumer>
    static constexpr bool applies(Mode) {
        return std::same_as<Consumer, operations::View>;
    }
};

}  // namespace tenet::fusion
