#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <tenet/core/expect.hpp>
#include <tenet/core/raise.hpp>
#include <tenet/initializers/initializer.hpp>

namespace TENET_NAMESPACE {

/// A random orthogonal matrix times `gain`: a tensor of shape [rows, ...] is read as a matrix of `rows` rows; its rows
/// are orthonormal if there are not more of them than columns, else its columns are.
///
/// A normal matrix orthogonalised by modified Gram-Schmidt, which is its QR decomposition with a positive diagonal of
/// R. Requires two axes or more and a finite gain; std::invalid_argument else. O(rows * columns * min(rows, columns))
/// operations. https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.orthogonal_, https://arxiv.org/abs/1312.6120
struct Orthogonal {
    float gain = 1.0f;

    void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        if (tensor.shape.rank < 2)
            detail::raise_invalid_argument("Orthogonal: tensor " + std::string(tensor.name) + " has " +
                                           std::to_string(tensor.shape.rank) + " axes, expected 2 or more");
        detail::expect_finite("Orthogonal", "gain", gain);
        if (values.empty()) return;
        const auto rows = static_cast<std::size_t>(tensor.shape[0]);
        const std::size_t columns = values.size() / rows;
        const bool by_rows = rows <= columns;
        const std::size_t count = by_rows ? rows : columns, length = by_rows ? columns : rows;

        std::vector<double> vectors(values.size());  // [count][length], one after the other made orthonormal
        for (std::size_t i = 0; i < vectors.size(); ++i) vectors[i] = random.normal(i);
        for (std::size_t k = 0; k < count; ++k) {
            double* const v = &vectors[k * length];
            scale(v, 1 / std::sqrt(dot(v, v, length)), length);
            for (std::size_t j = k + 1; j < count; ++j) {
                double* const u = &vectors[j * length];
                const double along = dot(u, v, length);
                for (std::size_t i = 0; i < length; ++i) u[i] = std::fma(-along, v[i], u[i]);
            }
        }
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < columns; ++c)
                values[r * columns + c] = static_cast<float>(gain * vectors[by_rows ? r * length + c : c * length + r]);
    }

  private:
    static void scale(double* v, double factor, std::size_t length) {
        for (std::size_t i = 0; i < length; ++i) v[i] *= factor;
    }

    // Eight sums: one would wait for itself in every addition.
    static double dot(const double* a, const double* b, std::size_t length) {
        double sums[8]{};
        std::size_t i = 0;
        for (; i + 8 <= length; i += 8)
            for (std::size_t k = 0; k < 8; ++k) sums[k] = std::fma(a[i + k], b[i + k], sums[k]);
        for (; i < length; ++i) sums[0] = std::fma(a[i], b[i], sums[0]);
        return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
    }
};

}  // namespace tenet
