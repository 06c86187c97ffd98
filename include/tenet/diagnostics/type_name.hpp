#pragma once

#include <cstddef>
#include <string_view>

#include <tenet/diagnostics/number_as_written.hpp>
#include <tenet/diagnostics/text.hpp>

namespace TENET_NAMESPACE {

namespace detail {

template <class T>
constexpr std::string_view decorated_name() {
    return __PRETTY_FUNCTION__;
}

constexpr bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool begins_argument(char before) {
    return before == '<' || before == ',' || before == ' ' || before == '-';
}
constexpr bool ends_argument(char behind) {
    return behind == '>' || behind == ',' || behind == ' ';
}

/// Of config.hpp's TENET_NAMESPACE; clang leaves them out by itself.
TENET_LOCAL inline constexpr std::string_view inline_namespaces[]{
    "nvcc::", "avx512::",           "avx512f::",       "avx2::",      "avx2_without_fma::",  "avx_with_fma::",
    "avx::",  "thread_sanitizer::", "baseline_only::", "fast_math::", "without_exceptions::",
    "debug_containers::", "debug_containers_and_old_strings::", "old_strings::", "libcxx::", "libcxx_of_unstable_abi::"};

TENET_LOCAL inline constexpr std::string_view own_namespaces[]{"tenet::", "detail::", "joins::", "ends::"};

/// Whether one of these stands at `at`, which then moves behind it.
template <std::size_t Count>
constexpr bool skip_any(std::string_view name, std::size_t& at, const std::string_view (&qualifiers)[Count]) {
    for (const std::string_view qualifier : qualifiers)
        if (name.substr(at, qualifier.size()) == qualifier) {
            at += qualifier.size();
            return true;
        }
    return false;
}

// A float argument is 2.00000003e-1f for g++, and for clang, which rounds it and does not say that it is
// one, 2.000000e-01.
constexpr Text strip(std::string_view name) {
    Text text;
    for (std::size_t i = 0; i < name.size();) {
        const bool starts_word = i == 0 || !(is_word(name[i - 1]) || name[i - 1] == ':');
        bool skipped = false;
        if (name[i] == ' ' && i > 0 && (name[i - 1] == ',' || name[i - 1] == '>')) {
            ++i;
            continue;
        }
        if (starts_word || (i >= 2 && name[i - 1] == ':'))
            skipped = skip_any(name, i, own_namespaces) || skip_any(name, i, inline_namespaces);
        if (!skipped && i > 0 && begins_argument(name[i - 1])) {
            const WrittenNumber number = read_number(name.substr(i));
            if (number.length > 0 && i + number.length < name.size() && ends_argument(name[i + number.length])) {
                text << as_written(number.value, number.is_float).view();
                i += number.length;
                skipped = true;
            }
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
