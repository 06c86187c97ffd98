#pragma once

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

/// What lies beyond the border of a padded input (PyTorch's `padding_mode`).
enum class PaddingMode { zeros, reflect, replicate, circular };

/// Which of n positions stands at position i, where i < 0 and i >= n lie in the padding: -1 for a zero.
constexpr int padded_source(PaddingMode mode, int i, int n) {
    if (i >= 0 && i < n) return i;
    switch (mode) {
        case PaddingMode::zeros:
            return -1;
        case PaddingMode::replicate:
            return i < 0 ? 0 : n - 1;
        case PaddingMode::circular:
            return i < 0 ? i + n : i - n;
        case PaddingMode::reflect:
            break;
    }
    return i < 0 ? -i : 2 * (n - 1) - i;
}

/// How much padding a mode can give n positions on one side at most: reflect takes each but the edge once, circular
/// each once.
constexpr int greatest_padding(PaddingMode mode, int n) {
    switch (mode) {
        case PaddingMode::reflect:
            return n - 1;
        case PaddingMode::circular:
            return n;
        case PaddingMode::zeros:
        case PaddingMode::replicate:
            break;
    }
    return 0x7fffffff;
}

}  // namespace tenet::operations
