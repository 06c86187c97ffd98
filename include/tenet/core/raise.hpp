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

/// Throws std::invalid_argument. Under -fno-exceptions the message goes to stderr, and the program ends: what inference
/// needs (tenet/inference.hpp) raises by this alone.
[[noreturn]] TENET_COLD inline void raise_invalid_argument(const std::string& message) {
#if TENET_EXCEPTIONS
    throw std::invalid_argument(message);
#else
    std::fprintf(stderr, "tenet: %s\n", message.c_str());
    std::abort();
#endif
}

}  // namespace TENET_NAMESPACE::detail
