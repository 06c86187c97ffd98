#pragma once

#include <tenet/backend/cuda/product_tile.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cuda {

/// The sums of a warp's Rows x Columns outputs over tiles of factors, on tensor cores.
/// ```
/// void add(block, a_tile, b_tile);       // += the products of one tile: the warp's first rows of both
/// void each(block, f) const;             // f(row, column, sum) for each output
/// ```
template <class Precision, int Rows, int Columns, class Block>
class TileProduct {
  public:
    static_assert(Rows % 16 == 0 && Columns % 16 == 0);

    TENET_HOST_DEVICE explicit TileProduct(const Block& block) {
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < row_tiles * column_tiles * 4; ++i) sums_(lane, i) = 0.0f;
        });
    }

    TENET_HOST_DEVICE void add(const Block& block, const std::uint32_t* a_tile, const std::uint32_t* b_tile) {
        TENET_DEVICE_UNROLL
        for (int word = 0; word < tile_words; word += words_per_multiply) {
            typename Block::template Registers<std::uint32_t, row_tiles * 4> a;
            typename Block::template Registers<std::uint32_t, column_tiles * 2> b;
            TENET_DEVICE_UNROLL
            for (int i = 0; i < row_tiles; ++i)
                block.load_matrices(a, i * 4, [&](int lane) {
                    return a_tile + i * 16 * tile_pitch + word + left_factor_offset(lane, tile_pitch);
                });
            TENET_DEVICE_UNROLL
            for (int j = 0; j < column_tiles; j += 2)
                block.load_matrices(b, j * 2, [&](int lane) {
                    return b_tile + j * 8 * tile_pitch + word + right_factor_offset(lane, tile_pitch);
                });
            TENET_DEVICE_UNROLL
            for (int i = 0; i < row_tiles; ++i) TENET_DEVICE_UNROLL
            for (int j = 0; j < column_tiles; ++j)
                block.template multiply<Precision>(sums_, (i * column_tiles + j) * 4, a, i * 4, b, j * 2);
        }
    }

    template <class F>
    TENET_HOST_DEVICE void each(const Block& block, F&& f) const {
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < row_tiles * column_tiles * 4; ++i)
                f(i / (column_tiles * 4) * 16 + accumulator_row(lane, i % 4),
                  i / 4 % column_tiles * 8 + accumulator_column(lane, i % 4), sums_(lane, i));
        });
    }

  private:
    TENET_LOCAL static constexpr int row_tiles = Rows / 16, column_tiles = Columns / 8;

    typename Block::template Registers<float, row_tiles * column_tiles * 4> sums_;
};

/// The same with floats as they are, which tensor cores do not take: each lane multiplies its rows and columns.
template <int Rows, int Columns, class Block>
class TileProduct<FP32, Rows, Columns, Block> {
  public:
    static_assert(Rows % 4 == 0 && Columns % 8 == 0);

    TENET_HOST_DEVICE explicit TileProduct(const Block& block) {
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < rows * columns; ++i) sums_(lane, i) = 0.0f;
        });
    }

    TENET_HOST_DEVICE void add(const Block& block, const std::uint32_t* a_tile, const std::uint32_t* b_tile) {
        block.each_lane([&](int lane) {
            TENET_DEVICE_ROLL
            for (int word = 0; word < tile_words; word += 4) {
                Four b[array_bound(columns)];
                TENET_DEVICE_UNROLL
                for (int j = 0; j < columns; ++j) b[j] = four(b_tile, j * 8 + lane % 8, word);
                TENET_DEVICE_UNROLL
                for (int i = 0; i < rows; ++i) {
                    const Four a = four(a_tile, i * 4 + lane / 8, word);
                    TENET_DEVICE_UNROLL
                    for (int j = 0; j < columns; ++j) TENET_DEVICE_UNROLL
                    for (int k = 0; k < 4; ++k) sums_(lane, i * columns + j) += a.numbers[k] * b[j].numbers[k];
                }
            }
        });
    }

    template <class F>
    TENET_HOST_DEVICE void each(const Block& block, F&& f) const {
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < rows * columns; ++i)
                f(i / columns * 4 + lane / 8, i % columns * 8 + lane % 8, sums_(lane, i));
        });
    }

  private:
    // A warp's lanes are 4 x 8 of outputs next to each other.
    TENET_LOCAL static constexpr int rows = Rows / 4, columns = Columns / 8;

    struct alignas(16) Four {
        float numbers[4];
    };
    TENET_HOST_DEVICE static Four four(const std::uint32_t* tile, int row, int word) {
        const auto bits = *reinterpret_cast<const detail::FourWords*>(tile + row * tile_pitch + word);
        return __builtin_bit_cast(Four, bits);
    }

    typename Block::template Registers<float, rows * columns> sums_;
};

}  // namespace tenet::cuda
