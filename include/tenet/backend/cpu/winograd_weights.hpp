#pragma once

#include <algorithm>
#include <cstddef>

#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/backend/cpu/winograd_blocks.hpp>

namespace TENET_NAMESPACE::cpu {

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
            for (int i = 0; i < 3; ++i) {
                const Vector<T> taps[3]{g[i], g[3 + i], g[6 + i]};  // named: nvcc 13 dies of a list for an array
                winograd_weight<T>(taps, columns[i]);
            }
            TENET_UNROLL
            for (int i = 0; i < 4; ++i) {
                Vector<T> row[4];
                const Vector<T> taps[3]{columns[0][i], columns[1][i], columns[2][i]};
                winograd_weight<T>(taps, row);
                TENET_UNROLL
                for (int j = 0; j < 4; ++j) vector_at<T>(u + (4 * i + j) * point + 4 * c) = row[j];
            }
            for (const float*& kernel : from) kernel += kernels.channel;
        }
    }
}

// Four points s of the sums become g = G^T s. The last one has the other sign: its transform of dy was left positive.
template <class T>
TENET_INLINE void winograd_weight_sum(const Vector<T> (&s)[4], Vector<T> (&g)[3]) {
    const Vector<T> even = 0.5f * (s[1] + s[2]);
    g[0] = s[0] + even;
    g[1] = 0.5f * (s[1] - s[2]);
    g[2] = even - s[3];
}

/// Sums S[point][input block][output block][input channel][4 output channels].
struct WinogradSummed {
    const float* at = nullptr;
    std::ptrdiff_t point = 0;
    int out_blocks = 0, block_channels = 0;
};

/// dw += G^T S G, the adjoint of `winograd_weights`, for `count` output channels.
TENET_NOINLINE inline void winograd_add_weights(const WinogradSummed& sums, int in_channels, int count, float* dw) {
    using T = Lanes<4>;
    const int block = sums.block_channels;
    const std::ptrdiff_t row = std::ptrdiff_t{9} * in_channels;
    for (int out = 0; out < sums.out_blocks; ++out, dw += 4 * row) {
        const int rows = std::min(4, count - 4 * out);
        for (int c = 0; c < in_channels; ++c) {
            const float* s = sums.at + ((c / block * sums.out_blocks + out) * block + c % block) * 4;
            Vector<T> columns[4][3], g[9], low[4], high[4];
            TENET_UNROLL
            for (int j = 0; j < 4; ++j) {
                Vector<T> points[4];
                TENET_UNROLL
                for (int i = 0; i < 4; ++i) points[i] = vector_at<T>(s + (4 * i + j) * sums.point);
                winograd_weight_sum<T>(points, columns[j]);
            }
            TENET_UNROLL
            for (int i = 0; i < 3; ++i) {
                const Vector<T> points[4]{columns[0][i], columns[1][i], columns[2][i], columns[3][i]};
                Vector<T> weights[3];
                winograd_weight_sum<T>(points, weights);
                TENET_UNROLL
                for (int j = 0; j < 3; ++j) g[3 * i + j] = weights[j];
            }
            TENET_UNROLL
            for (int i = 0; i < 4; ++i) {
                low[i] = g[i];
                high[i] = g[4 + i];
            }
            transpose<T>(low);
            transpose<T>(high);
            for (int r = 0; r < rows; ++r) {
                float* const to = dw + r * row + 9 * c;
                vector_at<T>(to) += low[r];
                vector_at<T>(to + 4) += high[r];
                to[8] += g[8][r];
            }
        }
    }
}

}  // namespace detail
}  // namespace tenet::cpu
