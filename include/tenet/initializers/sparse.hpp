#pragma once

#include <cmath>
#include <string>

#include <tenet/core/permutation.hpp>
#include <tenet/core/raise.hpp>
#include <tenet/initializers/normal.hpp>

namespace TENET_NAMESPACE {

/// Normal numbers with mean 0, and in each column of the matrix [rows, columns] exactly ceil(sparsity * rows) of them
/// set to 0, at random places. Requires two axes, 0 <= sparsity <= 1 and a finite std of 0 or more;
/// std::invalid_argument else. https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.sparse_, Martens, ICML 2010
struct Sparse {
    float sparsity = 0.1f;
    float std = 0.01f;

    void operator()(std::span<float> values, const TensorInfo& tensor, Generator random) const {
        if (tensor.shape.rank != 2)
            detail::raise_invalid_argument("Sparse: tensor " + std::string(tensor.name) + " has " +
                                           std::to_string(tensor.shape.rank) + " axes, expected 2");
        if (!(sparsity >= 0.0f && sparsity <= 1.0f))
            detail::raise_invalid_argument("Sparse: sparsity is " + std::to_string(sparsity) + ", expected 0 to 1");
        detail::expect_not_negative("Sparse", "std", std);
        Normal{0.0f, std}(values, tensor, random);
        const int rows = tensor.shape[0], columns = tensor.shape[1];
        const auto emptied = static_cast<int>(std::ceil(sparsity * static_cast<float>(rows)));
        for (int column = 0; column < columns; ++column) {
            ++random.step;  // the numbers came from the step before
            const Permutation order{random, rows};
            for (int i = 0; i < emptied; ++i) values[static_cast<std::size_t>(order(i) * columns + column)] = 0.0f;
        }
    }
};

}  // namespace tenet
