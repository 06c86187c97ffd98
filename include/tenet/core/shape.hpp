#pragma once

#include <cstdint>
#include <initializer_list>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// The extents of one sample's tensor, without the batch: `Shape{1, 28, 28}` is one channel of 28 x 28, `Shape{10}` ten
/// features, `Shape{}` a single number. A plain value: it compares, prints in errors and serves as template argument.
struct Shape {
    TENET_LOCAL static constexpr int max_rank = 5;

    int rank = 0;
    int extents[max_rank]{};

    constexpr Shape() = default;

    template <class... Extent>
    constexpr explicit Shape(int first, Extent... rest)
        requires(sizeof...(rest) < max_rank)
        : rank(1 + static_cast<int>(sizeof...(rest))), extents{first, static_cast<int>(rest)...} {}

    constexpr int operator[](int axis) const { return extents[axis]; }
    constexpr int& operator[](int axis) { return extents[axis]; }

    /// How many numbers a sample has: the product of the extents.
    constexpr std::int64_t count() const {
        std::int64_t product = 1;
        for (int axis = 0; axis < rank; ++axis) product *= extents[axis];
        return product;
    }

    /// Whether an int counts them, as kernels do.
    constexpr bool counted_by_int() const {
        std::int64_t product = 1;
        for (int axis = 0; axis < rank && product <= 0x7fffffff; ++axis) product *= extents[axis];
        return product <= 0x7fffffff;
    }

    constexpr Shape& append(int extent) {
        extents[rank++] = extent;
        return *this;
    }

    constexpr bool operator==(const Shape&) const = default;
};

}  // namespace tenet
