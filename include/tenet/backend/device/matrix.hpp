#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::device {

/// The extents of `z` matrix products [m][k] x [k][n].
struct ProductExtents {
    std::int64_t z = 1, m = 1, n = 1, k = 1;
};

/// A matrix in memory as an operand of a product: any strides, any type that converts to float.
template <class Number>
struct Matrix {
    const Number* data = nullptr;
    std::int64_t row_stride = 0, column_stride = 1, z_stride = 0;

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t row, std::int64_t column) const {
        return static_cast<float>(data[z * z_stride + row * row_stride + column * column_stride]);
    }
};

/// The same with ones in the columns from `ones_from` on: a sum over the rows of the other factor, beside the product.
template <class Number>
struct MatrixAndOnes : Matrix<Number> {
    std::int64_t ones_from = 0;

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t row, std::int64_t column) const {
        return column < ones_from ? Matrix<Number>::operator()(z, row, column) : 1.0f;
    }
};

}  // namespace tenet::device
