#pragma once

#include <cstddef>
#include <string_view>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// Text of a bounded length, built at compile time.
struct Text {
    static constexpr int capacity = 160;
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

namespace detail {

template <class T>
constexpr std::string_view decorated_name() {
    return __PRETTY_FUNCTION__;
}

constexpr bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A float argument prints as 5.0e-1f, 0x1p-1 or 5.0e-1 depending on the compiler; those spellings stay as they are.
constexpr Text strip(std::string_view name) {
    constexpr std::string_view qualifiers[]{"tenet::", "detail::", "joins::", "ends::",
                                            // of config.hpp's TENET_NAMESPACE; clang leaves them out by itself
                                            "nvcc::", "avx512::", "avx512f::", "avx2::", "avx2_without_fma::",
                                            "avx_with_fma::", "avx::", "thread_sanitizer::", "baseline_only::",
                                            "fast_math::"};
    Text text;
    for (std::size_t i = 0; i < name.size();) {
        const bool starts_word = i == 0 || !(is_word(name[i - 1]) || name[i - 1] == ':');
        bool skipped = false;
        if (name[i] == ' ' && i > 0 && (name[i - 1] == ',' || name[i - 1] == '>')) {
            ++i;
            continue;
        }
        if (starts_word || (i >= 2 && name[i - 1] == ':'))
            for (const std::string_view qualifier : qualifiers)
                if (name.substr(i, qualifier.size()) == qualifier) {
                    i += qualifier.size();
                    skipped = true;
                    break;
                }
        if (!skipped) text << name[i++];
    }
    return text;
}

}  // namespace detail

/// A type as its user spells it, without namespaces of tenet: `Conv2d<16,Kernel<7>>`.
template <class T>
constexpr Text type_name() {
    constexpr std::string_view probe = detail::decorated_name<void>();
    constexpr std::size_t begin = probe.find("void", probe.find("T "));
    constexpr std::size_t tail = probe.size() - begin - 4;
    std::string_view name = detail::decorated_name<T>();
    name.remove_prefix(begin);
    name.remove_suffix(tail);
    return detail::strip(name);
}

/// The template's name alone: `Conv2d` for `Conv2d<16,Kernel<7>>`.
template <class T>
constexpr Text kind_name() {
    const Text whole = type_name<T>();
    Text kind;
    for (const char c : whole.view()) {
        if (c == '<') break;
        kind << c;
    }
    return kind;
}

}  // namespace tenet
