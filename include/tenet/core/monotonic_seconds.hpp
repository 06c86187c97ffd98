#pragma once

#include <ctime>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::detail {

/// Seconds since some moment, by a clock that nobody sets. Not <chrono>'s: that header brings streams and locales,
/// which nothing else here needs.
inline double monotonic_seconds() {
    std::timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace tenet::detail
