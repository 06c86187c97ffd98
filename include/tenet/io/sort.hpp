#pragma once

#include <cstdlib>
#include <vector>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::io {

/// Sorts pointers to objects by `compare(a, b)`, which is below, at or above 0, and captures nothing.
///
/// By std::qsort: every kind of pointer that std::sort is given takes 1 MB of the compiler's memory in each user's build,
/// whether it runs or not.
template <class T, class Compare>
void sort_pointers(std::vector<const T*>& pointers, Compare) {
    if (pointers.empty()) return;
    std::qsort(pointers.data(), pointers.size(), sizeof(const T*), [](const void* a, const void* b) {
        return static_cast<int>(Compare{}(**static_cast<const T* const*>(a), **static_cast<const T* const*>(b)));
    });
}

}  // namespace tenet::io
