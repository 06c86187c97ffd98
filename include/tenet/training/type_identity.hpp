#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <tenet/config.hpp>
#include <tenet/diagnostics/type_name.hpp>

#if defined(__cpp_rtti)
#include <cxxabi.h>

#include <typeinfo>
#endif

// What tells types apart, in every program alike: compilers print numbers rounded, and formulas in words of their own,
// while linkers know types by the same exact names (Itanium C++ ABI).
namespace TENET_NAMESPACE::detail {

/// The name by which linkers know a type; empty without run-time type information.
template <class T>
std::string_view linker_name() {
#if defined(__cpp_rtti)
    return typeid(T).name();
#else
    return {};
#endif
}

/// Whether all lambdas in a type are named by the variables that hold them. Others are numbered as they stand in a
/// source, and clang numbers those of variables that are not `inline` too.
inline bool has_named_lambdas(std::string_view linker_name) {
    return linker_name.find("EUl") == std::string_view::npos && linker_name.find("$_") == std::string_view::npos;
}

inline void erase_all(std::string& text, std::string_view part, std::size_t kept) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at + kept, part.size() - kept);
}

/// `tenet::ELU<(float)[3f800000]>`: a type with all namespaces and exact numbers, but without what depends on the
/// compiler and its options, the inline namespaces of TENET_NAMESPACE and the empty base of formulas, which clang lists
/// and g++ does not. Empty where that cannot be told.
TENET_COLD inline std::string exact_name([[maybe_unused]] const std::string& linker_name) {
    std::string text;
#if defined(__cpp_rtti)
    if (!has_named_lambdas(linker_name)) return text;
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name{
        abi::__cxa_demangle(linker_name.c_str(), nullptr, nullptr, &status), std::free};
    if (status != 0 || !name) return text;
    text = name.get();
    constexpr std::string_view library = "tenet::";
    for (int nested = 0; nested < 4; ++nested)
        for (const std::string_view space : inline_namespaces)
            erase_all(text, std::string{library}.append(space), library.size());
    erase_all(text, "tenet::formula::Node{}, ", 0);
#if defined(_LIBCPP_VERSION)
    text += " by libc++";  // spells the rest of the name, numbers say, otherwise
#endif
#endif
    return text;
}

/// What tells a type, and what `rest` says besides of a thing of it, from all others: 16 digits by FNV-1a, or "-" where
/// that cannot be told.
TENET_COLD inline std::string identity_of(std::string_view linker_name, std::string_view rest) {
    const std::string name = exact_name(std::string{linker_name});
    if (name.empty()) return "-";
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const std::string_view part : {std::string_view{name}, rest})
        for (const char c : part) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    std::string digits;
    for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[sum >> shift & 15];
    return digits;
}

}  // namespace TENET_NAMESPACE::detail
