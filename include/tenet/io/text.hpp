#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::io {

/// A piece of a message: text, or an integer in decimal.
class TextPiece {
  public:
    TextPiece(const char* text) : text_(text) {}
    TextPiece(std::string_view text) : text_(text) {}
    TextPiece(const std::string& text) : text_(text) {}
    template <std::unsigned_integral Number>
    TextPiece(Number number) : number_(number), kind_(Kind::number) {}
    template <std::signed_integral Number>
    TextPiece(Number number)
        : number_(number < 0 ? -static_cast<unsigned long long>(number) : static_cast<unsigned long long>(number)),
          kind_(number < 0 ? Kind::negative : Kind::number) {}

    void append_to(std::string& message) const {
        if (kind_ == Kind::text) {
            message.append(text_);
            return;
        }
        char digits[24];
        char* const end = digits + sizeof digits;
        char* first = end;
        unsigned long long rest = number_;
        do *--first = static_cast<char>('0' + rest % 10);
        while ((rest /= 10) != 0);
        if (kind_ == Kind::negative) *--first = '-';
        message.append(first, end);
    }

  private:
    enum class Kind : char { text, number, negative };

    std::string_view text_;
    unsigned long long number_ = 0;
    Kind kind_ = Kind::text;
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

/// The text with control characters as JSON escapes them, `\u001b`: what a file calls its tensors must not steer the
/// terminal that shows an error.
TENET_COLD inline std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    const auto escape = [&](unsigned code) { ((shown += "\\u00") += digits[code >> 4]) += digits[code & 15]; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const unsigned next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
        if (byte < 0x20 || byte == 0x7f)
            escape(byte);
        else if (byte == 0xc2 && next >= 0x80 && next < 0xa0)  // U+0080 to U+009F in UTF-8
            escape(next), ++i;
        else
            shown += text[i];
    }
    return shown;
}

}  // namespace tenet::io
