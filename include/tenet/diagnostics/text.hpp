#pragma once

#include <cstddef>
#include <string_view>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// Text of a bounded length, built at compile time.
struct Text {
    TENET_LOCAL static constexpr int capacity = 160;
    char characters[capacity]{};
    int length = 0;

    constexpr std::string_view view() const { return {characters, static_cast<std::size_t>(length)}; }
    constexpr Text& operator<<(char c) {
        if (length < capacity - 1) characters[length++] = c;
        return *this;
    }
    constexpr Text& operator<<(std::string_view text) {
        for (const char c : text) *this << c;
        return *this;
    }
    constexpr Text& operator<<(long long number) {
        char digits[20]{};
        int count = 0;
        if (number < 0) *this << '-';
        do {
            const int digit = static_cast<int>(number % 10);
            digits[count++] = static_cast<char>('0' + (digit < 0 ? -digit : digit));
            number /= 10;
        } while (number != 0);
        while (count > 0) *this << digits[--count];
        return *this;
    }
    constexpr Text& operator<<(int number) { return *this << static_cast<long long>(number); }
};

}  // namespace tenet
