#pragma once

#include <cstddef>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// How many elements an array of `count` has: at least 1, as the language wants. Extents are ints, and g++ takes an int
/// in a bound that depends on a template's argument for a conversion that may change its sign.
TENET_HOST_DEVICE constexpr std::size_t array_bound(int count) {
    return count > 0 ? static_cast<std::size_t>(count) : 1;
}

}  // namespace TENET_NAMESPACE
