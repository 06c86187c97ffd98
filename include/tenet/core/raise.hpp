#pragma once

#include <string>

#include <tenet/config.hpp>

#if TENET_EXCEPTIONS
#include <stdexcept>
#else
#include <cstdio>
#include <cstdlib>
#endif

namespace TENET_NAMESPACE::detail {

#if !TENET_EXCEPTIONS
[[noreturn]] TENET_COLD inline void end_with(const std::string& message) {
    std::fprintf(stderr, "tenet: %s\n", message.c_str());
    std::abort();
}
#endif

/// Each throws a std exception of its name. Under -fno-exceptions the message goes to stderr, and the program ends:
/// what inference needs (tenet/inference.hpp) raises by these alone.
[[noreturn]] TENET_COLD inline void raise_invalid_argument(const std::string& message) {
#if TENET_EXCEPTIONS
    throw std::invalid_argument(message);
#else
    end_with(message);
#endif
}
/// Of what is used as its documentation forbids, whatever the arguments.
[[noreturn]] TENET_COLD inline void raise_logic_error(const std::string& message) {
#if TENET_EXCEPTIONS
    throw std::logic_error(message);
#else
    end_with(message);
#endif
}
[[noreturn]] TENET_COLD inline void raise_runtime_error(const std::string& message) {
#if TENET_EXCEPTIONS
    throw std::runtime_error(message);
#else
    end_with(message);
#endif
}

}  // namespace TENET_NAMESPACE::detail
