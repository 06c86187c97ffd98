#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include <tenet/config.hpp>

namespace tenet::io {

/// A piece of a message: text, or an integer in decimal.
class TextPiece {
  public:
    TextPiece(const char* text) : text_(text) {}
    TextPiece(std::string_view text) : text_(text) {}
    TextPiece(const std::string& text) : text_(text) {}
    template <std::integral Number>
    TextPiece(Number number) {
        const bool negative = number < 0;
        write(negative ? -static_cast<unsigned long long>(number) : static_cast<unsigned long long>(number), negative);
    }

    void append_to(std::string& message) const {
        if (first_digit_ < sizeof digits_)
            message.append(digits_ + first_digit_, sizeof digits_ - first_digit_);
        else
            message.append(text_);
    }

  private:
    TENET_NOINLINE void write(unsigned long long number, bool negative) {
        do digits_[--first_digit_] = static_cast<char>('0' + number % 10);
        while ((number /= 10) != 0);
        if (negative) digits_[--first_digit_] = '-';
    }

    std::string_view text_;
    char digits_[24];
    std::size_t first_digit_ = sizeof digits_;
};

/// The pieces one after the other: `joined({"expected ", 8, " bytes"})`.
///
/// One function for every message of the library: chains of `std::string` operators, inlined at each place, cost a
/// user's build several times as much.
TENET_NOINLINE inline std::string joined(std::initializer_list<TextPiece> pieces) {
    std::string message;
    for (const TextPiece& piece : pieces) piece.append_to(message);
    return message;
}

}  // namespace tenet::io
