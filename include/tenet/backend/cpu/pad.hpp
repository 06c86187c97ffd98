#pragma once

#include <cstddef>
#include <cstring>
#include <tenet/math/value.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::cpu {

/// A tensor [channels][extent] laid into a larger one with `before` positions in front of each axis.
struct Padded {
    int channels = 0;
    int extent[3]{1, 1, 1}, before[3]{0, 0, 0}, padded[3]{1, 1, 1};
    operations::PaddingMode mode = operations::PaddingMode::zeros;

    constexpr int count() const { return extent[0] * extent[1] * extent[2]; }
    constexpr int padded_count() const { return padded[0] * padded[1] * padded[2]; }
    constexpr bool same() const { return padded[0] == extent[0] && padded[1] == extent[1] && padded[2] == extent[2]; }

    /// Where position p of an axis comes from: a position of the tensor, or -1 for a zero.
    constexpr int source(int axis, int p) const {
        return operations::padded_source(mode, p - before[axis], extent[axis]);
    }

    /// The input of a convolution as it sees it.
    static constexpr Padded input_of(const operations::Convolution& op) {
        Padded p;
        p.channels = op.in_channels;
        p.mode = op.padding_mode;
        for (int axis = 0; axis < 3; ++axis) {
            p.extent[axis] = op.in[axis];
            p.before[axis] = op.padding[axis];
            p.padded[axis] = op.padded(axis);
        }
        return p;
    }
};

/// padded = x with its border; each value has `lanes` floats.
TENET_NOINLINE inline void pad(const Padded& p, int lanes, const float* x, float* padded) {
    const auto bytes = [&](int values) {
        return static_cast<std::size_t>(values) * static_cast<std::size_t>(lanes) * sizeof(float);
    };
    const int width = p.extent[2], before = p.before[2], wide = p.padded[2];
    const bool zeros = p.mode == operations::PaddingMode::zeros;
    // Of a single sample whole planes are cleared: their borders are shorter than a call is worth.
    const bool cleared = zeros && lanes == 1;
    if (cleared) std::memset(padded, 0, bytes(p.channels * p.padded_count()));
    for (int c = 0; c < p.channels; ++c, x += std::ptrdiff_t{p.count()} * lanes)
        for (int z = 0; z < p.padded[0]; ++z)
            for (int y = 0; y < p.padded[1]; ++y, padded += std::ptrdiff_t{wide} * lanes) {
                const int from_z = p.source(0, z), from_y = p.source(1, y);
                if (from_z < 0 || from_y < 0) {
                    if (!cleared) std::memset(padded, 0, bytes(wide));
                    continue;
                }
                const float* row = x + (from_z * p.extent[1] + from_y) * std::ptrdiff_t{width} * lanes;
                std::memcpy(padded + before * lanes, row, bytes(width));
                if (cleared) continue;
                if (zeros) {
                    std::memset(padded, 0, bytes(before));
                    std::memset(padded + (before + width) * lanes, 0, bytes(wide - before - width));
                    continue;
                }
                for (int i = 0; i < wide; ++i)
                    if (i < before || i >= before + width)
                        std::memcpy(padded + i * lanes, row + p.source(2, i) * lanes, bytes(1));
            }
}

/// The adjoint of `pad`: dx = the sum of the padded gradient over all places where an element of x went.
TENET_NOINLINE inline void pad_gradient(const Padded& p, int lanes, const float* dpadded, float* dx) {
    for (int c = 0; c < p.channels; ++c, dx += std::ptrdiff_t{p.count()} * lanes) {
        std::memset(dx, 0, static_cast<std::size_t>(p.count()) * static_cast<std::size_t>(lanes) * sizeof(float));
        for (int z = 0; z < p.padded[0]; ++z)
            for (int y = 0; y < p.padded[1]; ++y, dpadded += std::ptrdiff_t{p.padded[2]} * lanes) {
                const int to_z = p.source(0, z), to_y = p.source(1, y);
                if (to_z < 0 || to_y < 0) continue;
                float* row = dx + (to_z * p.extent[1] + to_y) * std::ptrdiff_t{p.extent[2]} * lanes;
                for (int i = 0; i < p.padded[2]; ++i) {
                    const int to = p.source(2, i);
                    if (to < 0) continue;
                    // Every instruction set has vectors of 4.
                    for (int l = 0; l < lanes; l += 4) {
                        float* sum = row + to * lanes + l;
                        store(sum, load<Lanes<4>>(sum) + load<Lanes<4>>(dpadded + i * lanes + l));
                    }
                }
            }
    }
}

}  // namespace tenet::cpu
