#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <tenet/config.hpp>
#include <tenet/core/type_list.hpp>
#include <tenet/diagnostics/diagnosis.hpp>

namespace TENET_NAMESPACE {

/// Stands in the first error line of a wrong network, with the sentence as its argument. Complete only when nothing is
/// wrong, so that the assertion is
/// `static_assert(sizeof(decltype(explain<Checked, Checked::diagnosis.path[0]>(path_indices<Checked>{},
///                word_indices<Checked>{}, static_cast<const typename Checked::layers*>(nullptr)))) > 0)`;
/// `decltype` of a call matters: through an alias g++ and nvcc print the long alias first and the sentence behind it.
///
/// A `Checked` type carries the diagnosis: `static constexpr Diagnosis diagnosis` and `using layers =
/// detail::indexed<...>` (slot 0 a name for the whole, slot i the i-th layer). nvcc needs the diagnosis to travel in a
/// type.
#if TENET_ERROR_AS_MESSAGE

/// Its instantiation is the error, and the sentence its whole first line.
template <class Checked, bool Sound>
struct NETWORK_ERROR {};
template <class Checked>
struct NETWORK_ERROR<Checked, false> {
    static_assert(false, Checked::diagnosis);
};

namespace detail {
template <class Checked, int>
auto explain(int, int, const void*) -> NETWORK_ERROR<Checked, Checked::diagnosis.empty()>;
template <class>
using path_indices = int;
template <class>
using word_indices = int;
}  // namespace detail

#elif TENET_ERROR_AS_WORDS

template <int... Path>
struct layer;
template <auto... WordsAndNumbers>
struct says;

template <class...>
struct NETWORK_ERROR;
template <class Culprit>
struct NETWORK_ERROR<layer<>, Culprit, says<>> {};

namespace detail {
template <class Checked, int I>
consteval auto word_at() {
    if constexpr (Checked::diagnosis.token_is_word[I]) return static_cast<why::Word>(Checked::diagnosis.tokens[I]);
    else return Checked::diagnosis.tokens[I];
}
template <class Checked, int At, int... Path, class Culprit, int... I>
auto explain(std::integer_sequence<int, Path...>, std::integer_sequence<int, I...>, const slot<At, Culprit>*)
    -> NETWORK_ERROR<layer<Checked::diagnosis.path[Path]...>, Culprit, says<word_at<Checked, I>()...>>;
template <class Checked>
using path_indices = std::make_integer_sequence<int, Checked::diagnosis.depth>;
template <class Checked>
using word_indices = std::make_integer_sequence<int, Checked::diagnosis.token_count>;
}  // namespace detail

#else

/// A piece of a sentence as a template argument.
template <std::size_t N>
struct text {
    char characters[N]{};
};

template <text...>
struct NETWORK_ERROR;
template <>
struct NETWORK_ERROR<> {};

namespace detail {

struct Cuts {
    int at[16]{};
    int count = 0;
};

// clang prints at most 36 characters of a string argument: cut at blanks. g++ prints any length.
constexpr Cuts cuts(const Diagnosis& diagnosis) {
    Cuts result;
    for (int begin = 0; begin < diagnosis.length;) {
        int end = diagnosis.length;
#if defined(__clang__)
        if (begin + 36 < end) {
            end = begin + 36;
            int blank = end;
            while (blank > begin && diagnosis.text[blank - 1] != ' ') --blank;
            if (blank > begin) end = blank;
        }
#endif
        result.at[result.count++] = begin;
        begin = end;
    }
    result.at[result.count] = diagnosis.length;
    return result;
}

template <class Checked, std::size_t I>
consteval auto piece() {
    constexpr Cuts where = cuts(Checked::diagnosis);
    constexpr std::size_t length = static_cast<std::size_t>(where.at[I + 1] - where.at[I]);
    text<length + 1> part{};
    for (std::size_t i = 0; i < length; ++i)
        part.characters[i] = Checked::diagnosis.text[static_cast<std::size_t>(where.at[I]) + i];
    part.characters[length] = '\0';  // written, not left as filler: clang prints filler of length 2^k as numbers
    return part;
}

template <class Checked, int, std::size_t... I>
auto explain(std::index_sequence<I...>, int, const void*) -> NETWORK_ERROR<piece<Checked, I>()...>;
template <class Checked>
using path_indices = std::make_index_sequence<static_cast<std::size_t>(cuts(Checked::diagnosis).count)>;
template <class>
using word_indices = int;

}  // namespace detail

#endif

}  // namespace tenet
