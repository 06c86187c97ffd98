#pragma once

#include <type_traits>

#include <tenet/backend/cuda/fragment.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cuda {

/// A tile of factors in shared memory: rows of `tile_words` words along k. The pitch is an odd multiple of four words,
/// so that eight rows of a fragment lie in different banks.
TENET_LOCAL inline constexpr int tile_words = 16;
TENET_LOCAL inline constexpr int tile_pitch = tile_words + 4;

/// Numbers of k in a tile.
template <class Precision>
TENET_LOCAL inline constexpr int tile_depth = tile_words* per_word<Precision>;

/// A matrix in memory, as `device::Matrix`: its factors may be read 16 bytes at a time.
template <class Operand>
concept PlainMatrix = requires(const Operand& operand) {
    *operand.data;
    operand.row_stride;
    operand.column_stride;
    operand.z_stride;
};

namespace detail {

/// Numbers that are read together.
template <class Number, int Count>
struct alignas(Count * sizeof(Number)) Together {
    Number numbers[array_bound(Count)];
};

struct alignas(16) FourWords {
    std::uint32_t words[4];
};

/// The same operand with rows and columns exchanged; ones lie behind the last row then.
template <class Operand>
struct Exchanged {
    Operand operand;

    TENET_HOST_DEVICE float operator()(int z, int row, int column) const { return operand(z, column, row); }
};

template <class Operand>
TENET_HOST_DEVICE auto exchanged(const Operand& operand) {
    if constexpr (PlainMatrix<Operand>) {
        Operand result = operand;
        result.row_stride = operand.column_stride;
        result.column_stride = operand.row_stride;
        return result;
    } else {
        return Exchanged<Operand>{operand};
    }
}

}  // namespace detail

/// Brings tiles of an operand (z, row, k) into shared memory, rounded: `fetch` reads a tile into registers, `put`
/// writes it, so that the next tile's numbers are on their way while products are computed.
///
/// A warp reads words of eight neighbouring rows and four neighbouring places along k, so that neighbours in memory are
/// read together whichever way the operand runs; a matrix that runs along k and is aligned, 16 bytes at a time.
template <class Precision, int Rows, class Block, class Operand>
class TileReader {
  public:
    static_assert(Block::warps * 4 == tile_words && Rows % 8 == 0);

    TENET_HOST_DEVICE TileReader(const Operand& operand, int z, int first_row, int rows)
        : operand_(operand), z_(z), first_row_(first_row), rows_(rows - first_row) {
        if constexpr (PlainMatrix<Operand>) {
            aligned_ = !has_ones && operand.column_stride == 1 &&
                       reinterpret_cast<std::uintptr_t>(operand.data) % 16 == 0 &&
                       operand.row_stride % together == 0 && operand.z_stride % together == 0;
        }
    }

    /// The tile at k, zeros from k = end on.
    TENET_HOST_DEVICE void fetch(const Block& block, int k, int end) {
        quads_fetched_ = aligned_ && k + depth <= end;
        if constexpr (PlainMatrix<Operand>) {
            // Within a tile offsets have 32 bits: eight rows' addresses would take twice the registers.
            const Number* const tile =
                operand_.data + z_ * operand_.z_stride + first_row_ * operand_.row_stride + k * operand_.column_stride;
            const int row_stride = static_cast<int>(operand_.row_stride);
            const int column_stride = static_cast<int>(operand_.column_stride);
            if (quads_fetched_)
                fetch_quads(block, tile, row_stride);
            else
                fetch_words(block, end - k, [&](int row, int at) {
                    if constexpr (has_ones)
                        if (first_row_ + row >= operand_.ones_from) return Number(1.0f);
                    return tile[row * row_stride + at * column_stride];
                });
        } else {
            fetch_words(block, end - k, [&](int row, int at) { return operand_(z_, first_row_ + row, k + at); });
        }
    }

    TENET_HOST_DEVICE void put(const Block& block, std::uint32_t* tile) const {
        if (quads_fetched_)
            put_quads(block, tile);
        else
            put_words(block, tile);
    }

  private:
    template <class Any>
    struct NumberOf {
        using type = float;
    };
    template <PlainMatrix Any>
    struct NumberOf<Any> {
        using type = std::remove_cvref_t<decltype(*Any::data)>;
    };
    using Number = typename NumberOf<Operand>::type;

    TENET_LOCAL static constexpr bool has_ones = requires(const Operand& operand) { operand.ones_from; };
    TENET_LOCAL static constexpr int depth = tile_depth<Precision>;
    // Of a lane: words one by one, or quads of four that follow each other along k.
    TENET_LOCAL static constexpr int words = Rows / 8;
    TENET_LOCAL static constexpr int quads = (Rows / 8 + Block::warps - 1) / Block::warps;
    TENET_LOCAL static constexpr int quad = 4 * per_word<Precision>;
    TENET_LOCAL static constexpr int together =
        quad * sizeof(Number) < 16 ? quad : 16 / static_cast<int>(sizeof(Number));
    // Numbers in memory that are factors as they are stay words; others wait as floats, to be rounded when they are
    // put.
    TENET_LOCAL static constexpr bool quads_are_words =
        per_word<Precision> == 2 && std::is_same_v<Number, typename Precision::Storage>;
    TENET_LOCAL static constexpr int held = (words > 4 * quads ? words : 4 * quads) * per_word<Precision>;

    template <class At>
    TENET_HOST_DEVICE void fetch_words(const Block& block, int left, At&& number) {
        block.each_lane([&](int lane) {
            const int first = (block.warp() * 4 + lane / 8) * per_word<Precision>;
            TENET_DEVICE_UNROLL
            for (int i = 0; i < words; ++i) {
                const int row = i * 8 + lane % 8;
                TENET_DEVICE_UNROLL
                for (int element = 0; element < per_word<Precision>; ++element)
                    hold(lane, i * per_word<Precision> + element,
                         row < rows_ && first + element < left ? static_cast<float>(number(row, first + element))
                                                               : 0.0f);
            }
        });
    }

    TENET_HOST_DEVICE void put_words(const Block& block, std::uint32_t* tile) const {
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < words; ++i)
                tile[(i * 8 + lane % 8) * tile_pitch + block.warp() * 4 + lane / 8] = rounded(lane, i);
        });
    }

    // Quad j of a warp: row lane % 8 of the eight rows j * warps + warp, from word 4 * (lane / 8) on.
    TENET_HOST_DEVICE static int quad_row(const Block& block, int lane, int j) {
        return (j * Block::warps + block.warp()) * 8 + lane % 8;
    }

    TENET_HOST_DEVICE void fetch_quads(const Block& block, const Number* tile, int row_stride) {
        using Together = detail::Together<Number, together>;
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int j = 0; j < quads; ++j) {
                const int row = quad_row(block, lane, j);
                const bool inside = row < rows_ && row < Rows;
                const Number* const from = tile + row * row_stride + lane / 8 * quad;
                TENET_DEVICE_UNROLL
                for (int i = 0; i < quad; i += together) {
                    Together read{};
                    if (inside) read = *reinterpret_cast<const Together*>(from + i);
                    if constexpr (quads_are_words) {
                        const auto four = __builtin_bit_cast(detail::FourWords, read);
                        TENET_DEVICE_UNROLL
                        for (int e = 0; e < 4; ++e) held_(lane, j * 4 + e) = four.words[e];
                    } else {
                        TENET_DEVICE_UNROLL
                        for (int e = 0; e < together; ++e)
                            hold(lane, j * quad + i + e, static_cast<float>(read.numbers[e]));
                    }
                }
            }
        });
    }

    TENET_HOST_DEVICE void put_quads(const Block& block, std::uint32_t* tile) const {
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int j = 0; j < quads; ++j) {
                const int row = quad_row(block, lane, j);
                detail::FourWords four;
                TENET_DEVICE_UNROLL
                for (int i = 0; i < 4; ++i)
                    four.words[i] = quads_are_words ? held_(lane, j * 4 + i) : rounded(lane, j * 4 + i);
                if (row < Rows) *reinterpret_cast<detail::FourWords*>(tile + row * tile_pitch + lane / 8 * 4) = four;
            }
        });
    }

    TENET_HOST_DEVICE void hold(int lane, int i, float number) {
        held_(lane, i) = __builtin_bit_cast(std::uint32_t, number);
    }

    TENET_HOST_DEVICE std::uint32_t rounded(int lane, int i) const {
        constexpr int last = per_word<Precision> - 1;
        return Block::template word<Precision>(__builtin_bit_cast(float, held_(lane, i * per_word<Precision>)),
                                               __builtin_bit_cast(float, held_(lane, i * per_word<Precision> + last)));
    }

    Operand operand_;
    int z_, first_row_, rows_;  // rows_: from the first one on
    bool aligned_ = false, quads_fetched_ = false;
    typename Block::template Registers<std::uint32_t, held> held_;
};

}  // namespace tenet::cuda
