#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::operations {

enum class Pooling { max, average };

/// y[c][o] = the maximum or the average of the window of x[c] at o * stride - padding, or, if adaptive, of the window
/// from floor(o * in / out) to before ceil((o + 1) * in / out), where kernel is the largest one. Lower ranks have
/// leading extents 1.
template <Pooling Kind>
struct Window {
    TENET_LOCAL static constexpr bool saves_input = Kind == Pooling::max, saves_output = Kind == Pooling::max;
    int channels = 0;
    int in[3]{1, 1, 1}, out[3]{1, 1, 1};
    int kernel[3]{1, 1, 1}, stride[3]{1, 1, 1}, padding[3]{0, 0, 0};
    bool adaptive = false;

    constexpr int in_count() const { return in[0] * in[1] * in[2]; }
    constexpr int out_count() const { return out[0] * out[1] * out[2]; }
    constexpr int kernel_count() const { return kernel[0] * kernel[1] * kernel[2]; }
    /// Where an adaptive window begins, and before what it ends: the extents' product may lie beyond an int.
    TENET_HOST_DEVICE constexpr int adaptive_begin(int axis, int position) const {
        return static_cast<int>(std::int64_t{position} * in[axis] / out[axis]);
    }
    TENET_HOST_DEVICE constexpr int adaptive_end(int axis, int position) const {
        return static_cast<int>(((position + std::int64_t{1}) * in[axis] + out[axis] - 1) / out[axis]);
    }
    /// Whether every window is one element, and every element has one: y = x.
    constexpr bool is_identity() const { return kernel_count() == 1 && in_count() == out_count(); }
    constexpr std::int64_t forward_flops() const { return 1LL * channels * out_count() * kernel_count(); }
    constexpr std::int64_t backward_flops() const { return forward_flops(); }
};

}  // namespace tenet::operations
