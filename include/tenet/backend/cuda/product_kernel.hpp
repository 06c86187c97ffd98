#pragma once

#include <tenet/backend/cuda/product_plan.hpp>
#include <tenet/backend/cuda/tile_product.hpp>

namespace TENET_NAMESPACE::cuda {

/// The body of a block that computes one tile of a product, or a part of its sums:
/// store(z, m, n, sum over k of a(z, m, k) * b(z, k, n)), factors rounded to `Precision`, sums in float.
///
/// Four warps; `Rows` is 64 or 16 as the plan says. Each output is stored once, by the block that computed it, or,
/// where sums have parts, written to `scratch`, which `add_parts` takes up.
template <class Precision, int Rows>
struct ProductKernel {
    TENET_LOCAL static constexpr int warps = 4;
    TENET_LOCAL static constexpr int shared_words = 2 * (Rows + tile_columns) * tile_pitch;

    template <class Block, class A, class B, class Store>
    TENET_HOST_DEVICE static void run(const Block& block, std::uint32_t* shared, std::int64_t number,
                                      const device::ProductExtents& extents, const ProductPlan& plan, const A& a,
                                      const B& b, const Store& store, float* scratch) {
        const int column_tile = static_cast<int>(number % plan.column_tiles);
        const std::int64_t rest = number / plan.column_tiles;
        const int row_tile = static_cast<int>(rest % plan.row_tiles);
        const int slice = static_cast<int>(rest / plan.row_tiles);  // of a group and a part
        const int part = slice % plan.parts, z = slice / plan.parts;
        const int first_row = row_tile * Rows, first_column = column_tile * tile_columns;
        const int rows = static_cast<int>(extents.m), columns = static_cast<int>(extents.n);
        const int depth = static_cast<int>(extents.k), begin = part * plan.part_length;
        const int end = depth - begin < plan.part_length ? depth : begin + plan.part_length;

        const auto right = detail::exchanged(b);
        TileReader<Precision, Rows, Block, A> a_reader{a, z, first_row, rows};
        TileReader<Precision, tile_columns, Block, decltype(right)> b_reader{right, z, first_column, columns};
        TileProduct<Precision, warp_rows, warp_columns, Block> product{block};
        const int warp_row = block.warp() / warps_in_row * warp_rows;
        const int warp_column = block.warp() % warps_in_row * warp_columns;

        // Two buffers take turns: the next tile is written to one while products are computed from the other, so that
        // one barrier for each tile is enough.
        std::uint32_t* now = shared;
        std::uint32_t* next = shared + shared_words / 2;
        const auto put = [&](std::uint32_t* buffer) {
            a_reader.put(block, buffer);
            b_reader.put(block, buffer + Rows * tile_pitch);
        };
        a_reader.fetch(block, begin, end);
        b_reader.fetch(block, begin, end);
        put(now);
        block.synchronise();
        for (int k = begin; k < end; k += tile_depth<Precision>) {
            const int following = k + tile_depth<Precision>;
            if (following < end) {
                a_reader.fetch(block, following, end);
                b_reader.fetch(block, following, end);
            }
            product.add(block, now + warp_row * tile_pitch, now + (Rows + warp_column) * tile_pitch);
            if (following < end) put(next);
            block.synchronise();
            std::uint32_t* const done = now;
            now = next;
            next = done;
        }

        product.each(block, [&](int row, int column, float sum) {
            const int m = first_row + warp_row + row, n = first_column + warp_column + column;
            if (m >= rows || n >= columns) return;
            if (plan.parts == 1)
                store(z, m, n, sum);
            else
                scratch[((part * extents.z + z) * rows + m) * columns + n] = sum;
        });
    }

  private:
    TENET_LOCAL static constexpr int warps_in_row = Rows == large_tile_rows ? 2 : 4;
    TENET_LOCAL static constexpr int warp_rows = Rows / (warps / warps_in_row),
                                     warp_columns = tile_columns / warps_in_row;
};

/// The body of a block that adds the parts of 32 outputs' sums, in order, and stores them: `warps` runs of parts at a
/// time.
struct AddParts {
    TENET_LOCAL static constexpr int warps = 8;
    TENET_LOCAL static constexpr int shared_words = warps * 32;

    static constexpr std::int64_t blocks(const device::ProductExtents& extents) {
        return detail::tiles(extents.z * extents.m * extents.n, 32);
    }

    template <class Block, class Store>
    TENET_HOST_DEVICE static void run(const Block& block, std::uint32_t* shared, std::int64_t number,
                                      const device::ProductExtents& extents, const ProductPlan& plan,
                                      const float* scratch, const Store& store) {
        const std::int64_t outputs = extents.z * extents.m * extents.n;
        auto* const sums = reinterpret_cast<float*>(shared);
        block.each_lane([&](int lane) {
            const std::int64_t output = number * 32 + lane;
            const int begin = plan.parts * block.warp() / warps, end = plan.parts * (block.warp() + 1) / warps;
            float sum = 0.0f;
            if (output < outputs)
                for (int part = begin; part < end; ++part) sum += scratch[part * outputs + output];
            sums[block.warp() * 32 + lane] = sum;
        });
        block.synchronise();
        if (block.warp() != 0) return;
        block.each_lane([&](int lane) {
            const std::int64_t output = number * 32 + lane;
            if (output >= outputs) return;
            float sum = 0.0f;
            TENET_DEVICE_UNROLL
            for (int run = 0; run < warps; ++run) sum += sums[run * 32 + lane];
            const std::int64_t row = output / extents.n;
            store(row / extents.m, row % extents.m, output % extents.n, sum);
        });
    }
};

}  // namespace tenet::cuda
