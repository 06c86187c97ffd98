#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <tenet/backend/cpu/convolution_single.hpp>
#include <tenet/backend/cpu/samples.hpp>
#include <tenet/backend/cpu/winograd.hpp>

namespace TENET_NAMESPACE::cpu {

/// One sample's image cut into as many patches as there are lanes, `down` x `across`, each of some tiles of 2 x 2
/// outputs; the last ones may lie behind the image's end.
struct WinogradPatches {
    int down = 1, across = 1;
    int tiles[2]{};  // of a patch

    static constexpr WinogradPatches of(const operations::Convolution& op, int lanes) {
        WinogradPatches best;
        std::int64_t least = 0;
        for (int across = 1; across <= lanes; across *= 2) {
            WinogradPatches p;
            p.across = across;
            p.down = lanes / across;
            for (int axis = 0; axis < 2; ++axis) {
                const int patches = axis == 0 ? p.down : p.across;
                p.tiles[axis] = ((op.out[axis + 1] + 1) / 2 + patches - 1) / patches;
            }
            const std::int64_t cost = 64 * p.tiles[0] * p.tiles[1] + p.in_count();
            if (across == 1 || cost < least) best = p, least = cost;
        }
        return best;
    }

    constexpr int out(int axis) const { return 2 * tiles[axis]; }
    /// The bordered image, of which a patch reads some rows from beginning to end, but for the last row.
    constexpr int height() const { return down * out(0) + 2; }
    constexpr int width() const { return across * out(1) + 2; }
    constexpr int in_count() const { return (out(0) + 2) * width(); }
    constexpr int read_count() const { return in_count() - width() + out(1) + 2; }

    constexpr WinogradCorrelation correlation(const operations::Convolution& op) const {
        WinogradCorrelation c = WinogradCorrelation::forward(op);
        c.in[0] = out(0) + 2;
        c.in[1] = width();
        for (int axis = 0; axis < 2; ++axis) {
            c.out[axis] = out(axis);
            c.before[axis] = 0;
        }
        return c;
    }
};

/// Whether `winograd_single` takes less time than direct sums: not for small images, whose tiles do not fill its
/// blocks, nor with few channels. Of large images the patches would leave the caches. Measured with 16 lanes.
constexpr bool takes_winograd_single(const operations::Convolution& op, int lanes) {
    constexpr int block = detail::WinogradTiles::capacity;
    const WinogradPatches p = WinogradPatches::of(op, lanes);
    const std::int64_t tiles = p.tiles[0] * p.tiles[1], filled = (tiles + block - 1) / block * block;
    const std::int64_t channels = op.in_channels, rows = op.out_channels;
    const std::int64_t vectors = channels * p.in_count() + rows * 4 * tiles;
    if (vectors * lanes > 1 << 20) return false;
    // Products and the weights' transforms; the tiles' transforms; patches into lanes and back.
    const std::int64_t cost = (16 * filled + 21) * channels * rows + 50 * tiles * (channels + rows) + 14 * vectors;
    return cost + cost / 16 < SingleChoice::of(op, lanes).cost;
}

/// The functions of `winograd_single` for one instruction set.
struct WinogradSingleBlocks {
    WinogradBlocks blocks;
    void (*read)(const Samples& rows, std::int64_t first, int count, int n, float* x);
    WriteSamplesCode write;
};
template <class Isa>
TENET_LOCAL inline constexpr WinogradSingleBlocks winograd_single_blocks{
    winograd_blocks<Isa>, detail::read_rows<Isa, float>, detail::write_strided<Isa>};

/// Floats of scratch for `winograd_single`.
constexpr std::int64_t winograd_single_scratch(const operations::Convolution& op, int lanes) {
    const WinogradPatches p = WinogradPatches::of(op, lanes);
    const std::int64_t outputs = p.out(0) * p.out(1);
    return lanes * (std::int64_t{op.in_channels} * p.in_count() + op.out_channels * outputs + outputs +
                    p.correlation(op).scratch()) +
           p.height() * p.width() + 16;
}

/// y = bias + the convolution of x with w for one sample of plain floats by Winograd's transforms: patches of the image
/// in the lanes. `bias` may be null. Requires winograd_applies(op).
TENET_NOINLINE inline void winograd_single(const WinogradSingleBlocks& code, const operations::Convolution& op,
                                           const float* x, const float* w, const float* bias, float* y,
                                           float* scratch) {
    const int lanes = code.blocks.lanes;
    const WinogradPatches p = WinogradPatches::of(op, lanes);
    const int wide = p.width(), outputs = p.out(0) * p.out(1);
    float* const values = scratch;
    float* const sums = values + std::ptrdiff_t{lanes} * op.in_channels * p.in_count();
    float* const patches = sums + std::ptrdiff_t{lanes} * op.out_channels * outputs;
    float* const correlated = patches + std::ptrdiff_t{lanes} * outputs;
    float* const bordered = correlated + lanes * p.correlation(op).scratch();
    const int rows = std::min(op.in[1], p.height() - op.padding[1]);
    const int columns = std::min(op.in[2], wide - op.padding[2]);
    std::memset(bordered, 0, static_cast<std::size_t>(p.height() * wide + 16) * sizeof(float));
    const float* starts[16];
    for (int l = 0; l < lanes; ++l) starts[l] = bordered + l / p.across * p.out(0) * wide + l % p.across * p.out(1);
    for (int c = 0; c < op.in_channels; ++c, x += op.in_count()) {
        for (int row = 0; row < rows; ++row)
            std::copy_n(x + row * op.in[2], columns, bordered + (op.padding[1] + row) * wide + op.padding[2]);
        code.read({starts, 1.0f, 0.0f, nullptr}, 0, lanes, p.read_count(),
                  values + std::ptrdiff_t{lanes} * c * p.in_count());
    }
    winograd_correlate(code.blocks, p.correlation(op), values, w, bias, sums, correlated, {});
    for (int k = 0; k < op.out_channels; ++k, y += op.out_count()) {
        code.write(outputs, lanes, sums + std::ptrdiff_t{lanes} * k * outputs, {patches, outputs});
        for (int l = 0; l < lanes; ++l) {
            const int top = l / p.across * p.out(0), left = l % p.across * p.out(1);
            const int width = std::min(p.out(1), op.out[2] - left), height = std::min(p.out(0), op.out[1] - top);
            const float* from = patches + l * outputs;
            for (int row = 0; row < height && width > 0; ++row, from += p.out(1))
                std::copy_n(from, width, y + (top + row) * op.out[2] + left);
        }
    }
}

}  // namespace tenet::cpu
