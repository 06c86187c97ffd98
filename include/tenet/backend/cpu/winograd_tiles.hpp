#pragma once

#include <algorithm>
#include <cstddef>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::cpu {

/// One row of every channel of some planes, in steps of floats. A row outside the planes is one zero that is never
/// left: its steps are 0.
struct PlaneRow {
    const float* at = nullptr;
    std::ptrdiff_t column_step = 0, channel_step = 0;
};

/// Planes cut into tiles, of which the next begins 2 rows below or 2 columns to the right; the first begins `before`
/// rows above and columns left of the planes, where zeros are.
struct TiledPlanes {
    int lanes = 1, channels = 0;
    int extent[2]{}, before[2]{};
    int across = 0;  // tiles side by side

    TENET_LOCAL PlaneRow row(const float* x, int y) const {
        alignas(64) static constexpr float zero[16]{};
        const std::ptrdiff_t size = std::ptrdiff_t{extent[1]} * lanes;
        if (y < 0 || y >= extent[0]) return {zero, 0, 0};
        return {x + y * size, lanes, extent[0] * size};
    }

    /// Calls f(done, tiles, y, x) for each run of neighbours among tiles first .. first + count - 1: how many came
    /// before, how many it has, and where in the planes it begins.
    template <class F>
    void for_each_run(int first, int count, F f) const {
        for (int done = 0; done < count;) {
            const int tile = first + done, tiles = std::min(count - done, across - tile % across);
            f(done, tiles, 2 * (tile / across) - before[0], 2 * (tile % across) - before[1]);
            done += tiles;
        }
    }
};

}  // namespace tenet::cpu
