#pragma once

#include <cstddef>
#include <string_view>

#include <tenet/diagnostics/text.hpp>

namespace TENET_NAMESPACE::detail {

/// digits * 10^exponent: exact, but for one rounding, where the power of ten is exact.
constexpr double times_power_of_ten(double digits, int exponent) {
    while (exponent != 0) {
        const int step = exponent > 22 ? 22 : exponent < -22 ? -22 : exponent;
        double power = 1.0;
        for (int i = 0; i < (step < 0 ? -step : step); ++i) power *= 10.0;
        digits = step < 0 ? digits / power : digits * power;
        exponent -= step;
    }
    return digits;
}

/// A number as a user writes it in a template argument: the fewest digits that give it back, `0.2f`, `1e-5f`, `20.0`.
constexpr Text as_written(double value, bool is_float) {
    constexpr double most = 1.7976931348623157e308;
    Text text;
    if (value != value) return text << "NaN";
    if (value < 0.0) text << '-';
    const double size = value < 0.0 ? -value : value;
    if (size > most) return text << "infinity";
    if (size == 0.0) return text << (is_float ? "0.0f" : "0.0");

    int scale = 0;  // 10^scale <= size < 10^(scale + 1)
    while (times_power_of_ten(1.0, scale + 1) <= size) ++scale;
    while (times_power_of_ten(1.0, scale) > size) --scale;
    long long digits = 0;
    int exponent = 0;
    for (int count = 1; count <= (is_float ? 9 : 17); ++count) {
        exponent = scale - count + 1;
        digits = static_cast<long long>(times_power_of_ten(size, -exponent) + 0.5);
        const double back = times_power_of_ten(static_cast<double>(digits), exponent);
        if (is_float ? static_cast<float>(back) == static_cast<float>(size) : back == size) break;
    }
    while (digits % 10 == 0) {
        digits /= 10;
        ++exponent;
    }

    char reversed[20]{};
    int count = 0;
    for (; digits > 0; digits /= 10) reversed[count++] = static_cast<char>('0' + digits % 10);
    const int point = exponent + count;  // the point stands behind so many digits
    if (point > 7 || point < -3) {
        for (int i = count - 1; i >= 0; --i) {
            text << reversed[i];
            if (i == count - 1 && i > 0) text << '.';
        }
        text << 'e' << point - 1;
    } else {
        for (int place = point > 0 ? 0 : point - 1; place < (count > point + 1 ? count : point + 1); ++place) {
            if (place == point) text << (point > 0 ? "." : "");
            text << (place >= 0 && place < count ? reversed[count - 1 - place] : '0');
            if (point <= 0 && place == point - 1) text << '.';
        }
    }
    if (is_float) text << 'f';
    return text;
}

/// A floating-point number as a compiler prints it at the beginning of a text; of length 0 if there is none.
struct WrittenNumber {
    double value = 0.0;
    bool is_float = false;
    std::size_t length = 0;
};

constexpr WrittenNumber read_number(std::string_view text) {
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    std::size_t i = 0;
    long long digits = 0;
    int exponent = 0;
    for (; digit(i) && i < 18; ++i) digits = 10 * digits + (text[i] - '0');
    if (i == 0 || i >= text.size() || text[i] != '.') return {};
    for (++i; digit(i) && i < 19; ++i, --exponent) digits = 10 * digits + (text[i] - '0');
    if (i < text.size() && text[i] == 'e') {
        const bool negative = i + 1 < text.size() && text[i + 1] == '-';
        int power = 0;
        for (i += 2; digit(i) && power < 1000; ++i) power = 10 * power + (text[i] - '0');
        exponent += negative ? -power : power;
    }
    WrittenNumber number;
#if defined(__clang__)
    number.is_float = true;
#endif
    if (i < text.size() && text[i] == 'f') {
        number.is_float = true;
        ++i;
    }
    number.value = times_power_of_ten(static_cast<double>(digits), exponent);
    number.length = i;
    return number;
}

}  // namespace tenet::detail
