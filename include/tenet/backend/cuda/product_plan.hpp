#pragma once

#include <cstdint>

#include <tenet/backend/device/matrix.hpp>

namespace TENET_NAMESPACE::cuda {

/// How a product is cut into blocks of threads: output tiles, and parts of long sums. A function of the extents alone,
/// so that the order of the additions is, too.
struct ProductPlan {
    /// Tiles of 64 x 64 outputs, or of 16 x 64 where that leaves a device idle or the first extent is small.
    bool large_tiles = false;
    /// Parts of each sum, of `part_length` terms (the last one maybe fewer).
    int parts = 1;
    int part_length = 0;
    int row_tiles = 0, column_tiles = 0;
    std::int64_t blocks = 0;

    /// Floats that the parts need between their two kernels: none if sums are whole.
    constexpr std::int64_t scratch(const device::ProductExtents& extents) const {
        return parts > 1 ? parts * extents.z * extents.m * extents.n : 0;
    }
};

TENET_LOCAL inline constexpr int large_tile_rows = 64, small_tile_rows = 16, tile_columns = 64;

namespace detail {

// Four blocks of 128 threads for each of an H100's 132 multiprocessors.
TENET_LOCAL inline constexpr std::int64_t wanted_blocks = 528;
// Enough to use its tensor cores: with fewer, smaller tiles end sooner.
TENET_LOCAL inline constexpr std::int64_t least_blocks = 132;
TENET_LOCAL inline constexpr std::int64_t least_part_length = 256;
// Parts begin where a multiplication does in every precision.
TENET_LOCAL inline constexpr std::int64_t part_unit = 32;

constexpr std::int64_t tiles(std::int64_t extent, std::int64_t tile) {
    return (extent + tile - 1) / tile;
}

constexpr ProductPlan plan_with_tiles(const device::ProductExtents& extents, bool large) {
    ProductPlan plan{.large_tiles = large};
    plan.row_tiles = static_cast<int>(tiles(extents.m, large ? large_tile_rows : small_tile_rows));
    plan.column_tiles = static_cast<int>(tiles(extents.n, tile_columns));
    const std::int64_t outputs = extents.z * plan.row_tiles * plan.column_tiles;
    const std::int64_t wanted = outputs > 0 ? wanted_blocks / outputs : 1, most = extents.k / least_part_length;
    const std::int64_t parts = wanted < most ? wanted : most;
    const std::int64_t units = tiles(extents.k, part_unit);
    const std::int64_t units_of_part = parts > 1 ? tiles(units, parts) : units;
    plan.part_length = static_cast<int>(units_of_part * part_unit);
    plan.parts = units > 0 ? static_cast<int>(tiles(units, units_of_part)) : 1;
    plan.blocks = outputs * plan.parts;
    return plan;
}

}  // namespace detail

constexpr ProductPlan product_plan(const device::ProductExtents& extents) {
    const ProductPlan large = detail::plan_with_tiles(extents, true);
    if (extents.m > small_tile_rows && large.blocks >= detail::least_blocks) return large;
    return detail::plan_with_tiles(extents, false);
}

/// Whether a product with one more column takes no longer: its last tiles have room, or a device is idle beside it.
constexpr bool has_room_for_a_column(const device::ProductExtents& extents) {
    const std::int64_t row_tiles = detail::tiles(extents.m, small_tile_rows);
    const std::int64_t column_tiles = detail::tiles(extents.n, tile_columns);
    return extents.n % tile_columns != 0 || extents.z * row_tiles * column_tiles < detail::least_blocks;
}

}  // namespace tenet::cuda
