#pragma once

#include <cstddef>
#include <tenet/config.hpp>
#include <tenet/operations/convolution.hpp>

namespace tenet::cpu {

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
        const int n = extent[axis];
        int i = p - before[axis];
        if (i >= 0 && i < n) return i;
        switch (mode) {
            case operations::PaddingMode::zeros:
                return -1;
            case operations::PaddingMode::replicate:
                return i < 0 ? 0 : n - 1;
            case operations::PaddingMode::circular:
                return i < 0 ? i + n : i - n;
            case operations::PaddingMode::reflect:
                break;
        }
        return i < 0 ? -i : 2 * (n - 1) - i;
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

/// padded = x with its border.
struct Pad {
    template <class T>
    static TENET_INLINE void run(const Padded* p, const T* x, T* padded) {
        const int width = p->extent[2], before = p->before[2], wide = p->padded[2];
        for (int c = 0; c < p->channels; ++c, x += p->count())
            for (int z = 0; z < p->padded[0]; ++z)
                for (int y = 0; y < p->padded[1]; ++y, padded += wide) {
                    const int from_z = p->source(0, z), from_y = p->source(1, y);
                    if (from_z < 0 || from_y < 0) {
                        for (int i = 0; i < wide; ++i) padded[i] = T(0.f);
                        continue;
                    }
                    const T* row = x + (from_z * p->extent[1] + from_y) * static_cast<std::ptrdiff_t>(width);
                    const auto border = [&](int i) TENET_INLINE_LAMBDA {
                        const int from = p->source(2, i);
                        padded[i] = from < 0 ? T(0.f) : row[from];
                    };
                    for (int i = 0; i < before; ++i) border(i);
                    for (int i = 0; i < width; ++i) padded[before + i] = row[i];
                    for (int i = before + width; i < wide; ++i) border(i);
                }
    }
};

/// The adjoint of `Pad`: dx = the sum of the padded gradient over all places where an element of x went.
struct PadGradient {
    template <class T>
    static TENET_INLINE void run(const Padded* p, const T* dpadded, T* dx) {
        for (int c = 0; c < p->channels; ++c, dx += p->count()) {
            for (int i = 0; i < p->count(); ++i) dx[i] = T(0.f);
            for (int z = 0; z < p->padded[0]; ++z)
                for (int y = 0; y < p->padded[1]; ++y, dpadded += p->padded[2]) {
                    const int to_z = p->source(0, z), to_y = p->source(1, y);
                    if (to_z < 0 || to_y < 0) continue;
                    T* row = dx + (to_z * p->extent[1] + to_y) * static_cast<std::ptrdiff_t>(p->extent[2]);
                    for (int i = 0; i < p->padded[2]; ++i) {
                        const int to = p->source(2, i);
                        if (to >= 0) row[to] += dpadded[i];
                    }
                }
        }
    }
};

}  // namespace tenet::cpu
