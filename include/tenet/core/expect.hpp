#pragma once

#include <concepts>
#include <limits>
#include <string>
#include <string_view>

#include <tenet/config.hpp>
#include <tenet/core/number_text.hpp>
#include <tenet/core/raise.hpp>

namespace TENET_NAMESPACE::detail {

template <class Number>
[[noreturn]] TENET_COLD inline void throw_unexpected(std::string_view whose, std::string_view name,
                                                     std::string_view expected, Number found) {
    std::string message{whose};
    for (const std::string_view part :
         {std::string_view{": "}, name, std::string_view{": expected "}, expected, std::string_view{", found "}})
        message += part;
    append_number(message, found);
    raise_invalid_argument(message);
}

/// Throws std::invalid_argument unless a number is as expected: "SGD: momentum: expected 0 or more, found -0.5".
inline void expect(bool holds, std::string_view whose, std::string_view name, std::string_view expected, double found) {
    if (!holds) throw_unexpected(whose, name, expected, found);
}
template <std::same_as<float> Float>
void expect(bool holds, std::string_view whose, std::string_view name, std::string_view expected, Float found) {
    if (!holds) throw_unexpected(whose, name, expected, found);
}

/// Expects a number that is neither NaN nor too large for a float, which kernels compute with.
template <std::floating_point Number>
void expect_finite(std::string_view whose, std::string_view name, Number found) {
    constexpr Number most = std::numeric_limits<float>::max();
    expect(found >= -most && found <= most, whose, name, "a finite number", found);
}

/// Expects such a number that is not negative.
template <std::floating_point Number>
void expect_not_negative(std::string_view whose, std::string_view name, Number found) {
    constexpr Number most = std::numeric_limits<float>::max();
    expect(found >= Number{0} && found <= most, whose, name, "a finite number of 0 or more", found);
}

}  // namespace tenet::detail
