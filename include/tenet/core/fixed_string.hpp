#pragma once

#include <cstddef>
#include <string_view>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// A string that can be a template argument: `Named<"hidden", Linear<256>>`.
template <std::size_t N>
struct FixedString {
    char characters[N]{};

    consteval FixedString(const char (&text)[N]) {
        for (std::size_t i = 0; i < N; ++i) characters[i] = text[i];
    }
    constexpr std::string_view view() const { return {characters, N - 1}; }
};

}  // namespace tenet
