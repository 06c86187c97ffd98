#pragma once

#include <algorithm>
#include <cstddef>

#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/backend/cpu/winograd_blocks.hpp>

namespace tenet::cpu {

/// 3 x 3 kernels as they lie in a parameter: how far it is to those of the next output and of the next input channel.
/// A data gradient's are flipped, and its outputs are the layer's inputs.
struct WinogradKernels {
    const float* first = nullptr;
    std::ptrdiff_t row = 0, channel = 0;
    bool flipped = false;
};

namespace detail {

// Three weights g become u = G g.
template <class T>
TENET_INLINE void winograd_weight(const Vector<T> (&g)[3], Vector<T> (&u)[4]) {
    const Vector<T> even = 0.5f * (g[0] + g[2]), odd = 0.5f * g[1];
    u[0] = g[0];
    u[1] = even + odd;
    u[2] = even - odd;
    u[3] = g[2];
}

/// U = G g G^T of `rows` output channels, filled up to a whole block with the last one. Four output channels lie in the
/// lanes: every instruction set has vectors of 4.
TENET_NOINLINE inline void winograd_weights(const WinogradKernels& kernels, const WinogradWeights& weights, int rows,
                                            float* u) {
    using T = Lanes<4>;
    static_assert(winograd_rows == lanes_of<T>);
    const std::ptrdiff_t point = weights.point_size();
    for (int block = 0; block < weights.blocks; ++block, u += weights.block_size()) {
        const float* from[4];
        for (int r = 0; r < 4; ++r) from[r] = kernels.first + std::min(4 * block + r, rows - 1) * kernels.row;
        for (int c = 0; c < weights.channels; ++c) {
            Vector<T> low[4], high[4], g[9], columns[3][4];
            TENET_UNROLL
            for (int r = 0; r < 4; ++r) {
                low[r] = vector_at<T>(from[r]);
                high[r] = vector_at<T>(from[r] + 4);
            }
            transpose<T>(low);
            transpose<T>(high);
            TENET_UNROLL
            for (int i = 0; i < 4; ++i) {
                g[i] = low[i];
                g[4 + i] = high[i];
            }
            g[8] = Vector<T>{from[0][8], from[1][8], from[2][8], from[3][8]};
            if (kernels.flipped) {
                TENET_UNROLL
                for (int i = 0; i < 4; ++i) {
                    const Vector<T> other = g[8 - i];
                    g[8 - i] = g[i];
                    g[i] = other;
                }
            }
            TENET_UNROLL
            for (int i = 0; i < 3; ++i) winograd_weight<T>({g[i], g[3 + i], g[6 + i]}, columns[i]);
            TENET_UNROLL
            for (int i = 0; i < 4; ++i) {
                Vector<T> row[4];
                winograd_weight<T>({columns[0][i], columns[1][i], columns[2][i]}, row);
                TENET_UNROLL
                for (int j = 0; j < 4; ++j) vector_at<T>(u + (4 * i + j) * point + 4 * c) = row[j];
            }
            for (const float*& kernel : from) kernel += kernels.channel;
        }
    }
}

}  // namespace detail
}  // namespace tenet::cpu
