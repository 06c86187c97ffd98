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
    static constexpr bool saves_input = Kind == Pooling::max, saves_output = Kind == Pooling::max;
    int channels = 0;
    int in[3]{1, 1, 1}, out[3]{1, 1, 1};
    int kernel[3]{1, 1, 1}, stride[3]{1, 1, 1}, padding[3]{0, 0, 0};
    bool adaptive = false;

    constexpr int in_count() const { return in[0] * in[1] * in[2]; }
    constexpr int out_count() const { return out[0] * out[1] * out[2]; }
    constexpr int kernel_count() const { return kernel[0] * kernel[1] * kernel[2]; }
    /// Whether every window is one element, and every element has one: y = x.
    constexpr bool is_identity() const { return kernel_count() == 1 && in_count() == out_count(); }
    constexpr std::int64_t forward_flops() const { return 1LL * channels * out_count() * kernel_count(); }
    constexpr std::int64_t backward_flops() const { return forward_flops(); }
};

}  // namespace tenet::operations
