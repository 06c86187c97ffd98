#pragma once

#include <type_traits>

#include <tenet/diagnostics/diagnosis.hpp>
#include <tenet/diagnostics/number_as_written.hpp>

/// A number among the template arguments of a layer is a float. A `double` or an `int` would not compile with an error
/// that speaks of conversions; here it is any constant, and one that is not a float the layer's diagnosis.
namespace TENET_NAMESPACE::detail {

template <auto Value>
constexpr void require_float(Diagnosis& why) {
    using Type = std::remove_const_t<decltype(Value)>;
    if (!why.empty() || std::is_same_v<Type, float>) return;
    if constexpr (std::is_floating_point_v<Type>) {
        why.name(as_written(static_cast<double>(Value), false).view()) << why::is_a_double_write;
        why.name(as_written(static_cast<double>(Value), true).view());
    } else if constexpr (std::is_integral_v<Type>) {
        why.name((Text{} << static_cast<long long>(Value)).view()) << why::is_an_int_write;
        why.name(as_written(static_cast<double>(Value), true).view());
    } else {
        why.name("the argument") << why::is_not_a_number;
    }
}

/// A layer of these arguments, not all of which are floats.
template <auto... Value>
struct NotAllFloats {
    using not_all_floats = void;

    static constexpr Inferred infer(const Shape&) {
        Inferred result;
        int unused[]{0, (require_float<Value>(result.why), 0)...};
        (void)unused;
        return result;
    }
};

template <class Layer>
concept HasNotAllFloats = requires {
    typename Layer::not_all_floats;
};

}  // namespace tenet::detail
