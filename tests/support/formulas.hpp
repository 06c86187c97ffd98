#pragma once

#include <support/widths.hpp>

/// A formula's value and its derivative, as `testing::apply` takes them.
namespace tenet::testing {

template <class Formula>
struct Value {
    template <class T>
    TENET_INLINE static T apply(T x) {
        return Formula::value(x);
    }
};
template <class Formula>
struct Derivative {
    template <class T>
    TENET_INLINE static T apply(T x) {
        return Formula::derivative(x, Formula::value(x));
    }
};

}  // namespace tenet::testing
