#pragma once

#include <locale.h>
#include <stdlib.h>

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include <tenet/config.hpp>

/// Numbers as text, the same in every locale. Nothing is allocated while the text fits the string's capacity.
namespace TENET_NAMESPACE {

/// The shortest decimals that read back as the same number: `0.1`, `1e-07`, `nan`.
TENET_COLD inline void append_number(std::string& text, double number) {
    char digits[32];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// Of a float, which as a double has more: `0.1f` is 0.10000000149011612. A template, so that whole numbers go to the
/// other.
template <std::same_as<float> Float>
TENET_COLD inline void append_number(std::string& text, Float number) {
    char digits[32];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

TENET_COLD inline void append_integer(std::string& text, std::int64_t number) {
    char digits[24];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// With so many decimals: `0.4300`. Numbers of 10^15 and more, for which that has no meaning, in their shortest form.
TENET_COLD inline void append_fixed(std::string& text, double number, int decimals) {
    if (!(std::fabs(number) < 1e15)) return append_number(text, number);
    char digits[64];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed, decimals).ptr);
}

/// Groups of three digits: `203,530`.
TENET_COLD inline void append_grouped(std::string& text, std::int64_t number) {
    std::string digits;  // at most 20 characters
    append_integer(digits, number < 0 ? -number : number);
    if (number < 0) text += '-';
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
}

/// To about three digits with a unit of a thousand, a million ...: `999`, `1.21k`, `62.4k`, `3.50M`.
TENET_LOCAL TENET_COLD inline void append_scaled(std::string& text, double number, std::string_view space = {}) {
    static constexpr char units[] = {'k', 'M', 'G', 'T', 'P'};
    int unit = -1;
    while (std::fabs(number) >= 999.5 && unit < 4) {
        number /= 1000;
        ++unit;
    }
    const double size = std::fabs(number);
    append_fixed(text, number, unit < 0 && size == std::floor(size) ? 0 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
    text += space;
    if (unit >= 0) text += units[unit];
}

/// To about three digits: `512 B`, `24.5 KiB`, `1.00 MiB`.
TENET_LOCAL TENET_COLD inline void append_bytes(std::string& text, std::int64_t bytes) {
    static constexpr std::string_view units[] = {" B", " KiB", " MiB", " GiB", " TiB"};
    double number = static_cast<double>(bytes);
    int unit = 0;
    while (number >= 1023.5 && unit < 4) {
        number /= 1024;
        ++unit;
    }
    append_fixed(text, number, unit == 0 ? 0 : number < 9.995 ? 2 : number < 99.95 ? 1 : 0);
    text += units[unit];
}

namespace detail {

/// What std::from_chars reads, by the C library: libc++ 19 declares it for integers only.
TENET_LOCAL TENET_COLD inline bool read_by_strtod(const std::string& text, double& number) {
    static const locale_t c = newlocale(LC_ALL_MASK, "C", nullptr);
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    const bool is_word = text.find_first_of("iInN", first) == first;  // inf, nan
    // Blanks, a plus sign and hexadecimal digits are C's alone.
    if (!is_word && (text.find_first_of("0123456789.", first) != first ||
                     text.find_first_not_of("0123456789.eE+-", first) != std::string::npos))
        return false;
    char* end = nullptr;
    const double value = strtod_l(text.c_str(), &end, c);
    if (end != text.c_str() + text.size() || (std::isinf(value) && !is_word)) return false;
    number = value;
    return true;
}

}  // namespace detail

/// Whether the text, as a whole, is a number, which is then `number`.
TENET_COLD inline bool read_number(std::string_view text, double& number) {
#if defined(__cpp_lib_to_chars)
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
#else
    return detail::read_by_strtod(std::string{text}, number);
#endif
}

TENET_COLD inline bool read_number(std::string_view text, int& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace tenet
