#define BOOST_TEST_MODULE product_kernel
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/backend/cuda/product_kernel.hpp>

#include <support/emulated_block.hpp>
#include <support/random_numbers.hpp>

using namespace tenet;
using device::Matrix;
using device::ProductExtents;

/// The bodies of the product's kernels, emulated, against sums in double.
namespace {

using Precisions = std::tuple<FP32, TF32, BF16, FP16>;

/// Outputs [z][m][n], and how often each was stored.
struct Outputs {
    ProductExtents extents;
    std::vector<float> sums;
    std::vector<int> stores;

    explicit Outputs(const ProductExtents& of)
        : extents(of), sums(static_cast<std::size_t>(of.z * of.m * of.n), NAN), stores(sums.size()) {}

    auto store() {
        return [this](std::int64_t z, std::int64_t m, std::int64_t n, float sum) {
            const auto i = static_cast<std::size_t>((z * extents.m + m) * extents.n + n);
            sums[i] = sum;
            ++stores[i];
        };
    }
};

template <class P, int Rows, class A, class B>
Outputs product_with_tiles(const ProductExtents& extents, const A& a, const B& b) {
    using Kernel = cuda::ProductKernel<P, Rows>;
    Outputs outputs{extents};
    const auto plan = cuda::detail::plan_with_tiles(extents, Rows == cuda::large_tile_rows);
    std::vector<float> scratch(static_cast<std::size_t>(plan.scratch(extents)), NAN);
    testing::emulated_launch<Kernel::warps>(
        static_cast<int>(plan.blocks), Kernel::shared_words, [&](const auto& block, std::uint32_t* shared, int number) {
            Kernel::run(block, shared, number, extents, plan, a, b, outputs.store(), scratch.data());
        });
    if (plan.parts > 1) {
        using cuda::AddParts;
        testing::emulated_launch<AddParts::warps>(static_cast<int>(AddParts::blocks(extents)), AddParts::shared_words,
                                                  [&](const auto& block, std::uint32_t* shared, int number) {
                                                      AddParts::run(block, shared, number, extents, plan,
                                                                    scratch.data(), outputs.store());
                                                  });
    }
    return outputs;
}

/// Each output is stored once, and is the sum of the products of rounded factors but for the roundings of the sum
/// itself.
template <class P, class A, class B>
void check(const ProductExtents& extents, const Outputs& outputs, const A& a, const B& b) {
    constexpr double unit = 0x1p-24;
    std::size_t i = 0;
    for (std::int64_t z = 0; z < extents.z; ++z)
        for (std::int64_t m = 0; m < extents.m; ++m)
            for (std::int64_t n = 0; n < extents.n; ++n, ++i) {
                double sum = 0, magnitude = 0;
                for (std::int64_t k = 0; k < extents.k; ++k) {
                    const double term = double{P::round(a(z, m, k))} * double{P::round(b(z, k, n))};
                    sum += term;
                    magnitude += std::fabs(term);
                }
                BOOST_REQUIRE_EQUAL(outputs.stores[i], 1);
                BOOST_REQUIRE_LE(std::fabs(outputs.sums[i] - sum),
                                 (static_cast<double>(extents.k) + 8.0) * unit * magnitude);
            }
}

template <class P, class A, class B>
void check_product(const ProductExtents& extents, const A& a, const B& b) {
    BOOST_TEST_CONTEXT("z " << extents.z << ", m " << extents.m << ", n " << extents.n << ", k " << extents.k) {
        check<P>(extents, product_with_tiles<P, cuda::large_tile_rows>(extents, a, b), a, b);
        check<P>(extents, product_with_tiles<P, cuda::small_tile_rows>(extents, a, b), a, b);
    }
}

/// Random numbers as a matrix in memory; what surrounds them is NaN.
template <class Number>
struct Stored {
    std::vector<Number> numbers;
    Matrix<Number> matrix;

    /// Rows follow each other along `column_stride` == 1, or columns; rows are `gap` longer than they need be.
    Stored(std::int64_t z, std::int64_t rows, std::int64_t columns, bool by_columns, int gap, std::uint32_t seed) {
        const std::int64_t stride = (by_columns ? rows : columns) + gap, size = stride * (by_columns ? columns : rows);
        numbers.assign(static_cast<std::size_t>(z * size), Number(std::numeric_limits<float>::quiet_NaN()));
        matrix = {numbers.data(), by_columns ? 1 : stride, by_columns ? stride : 1, size};
        const auto values =
            testing::RandomNumbers(seed).uniform(static_cast<std::size_t>(z * rows * columns), -1.0f, 1.0f);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto at = static_cast<std::int64_t>(i), slice = at / (rows * columns);
            numbers[static_cast<std::size_t>(slice * size + at / columns % rows * matrix.row_stride +
                                             at % columns * matrix.column_stride)] = Number(values[i]);
        }
    }
};

/// The patches of a convolution with a kernel of R x R, stride and padding: row (c, r, s), column (sample, p, q).
struct Patches {
    static constexpr int channels = 3, height = 7, width = 6, r = 3, stride = 2, padding = 1;
    static constexpr int out_height = 4, out_width = 3;
    std::span<const float> x;

    float operator()(std::int64_t z, std::int64_t row, std::int64_t column) const {
        const auto h = column % (out_height * out_width) / out_width * stride + row % (r * r) / r - padding;
        const auto w = column % out_width * stride + row % r - padding;
        if (h < 0 || h >= height || w < 0 || w >= width) return 0.0f;
        const auto sample = column / (out_height * out_width), c = z * channels + row / (r * r);
        return x[static_cast<std::size_t>(((sample * 2 * channels + c) * height + h) * width + w)];
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(products_of_any_extents, P, Precisions) {
    TENET_TEST_SEED_CONTEXT
    for (const auto& extents :
         {ProductExtents{1, 1, 1, 1}, {2, 5, 7, 3}, {1, 64, 64, 64}, {1, 65, 130, 97}, {3, 17, 33, 31}})
        for (int way = 0; way < 4; ++way) {
            const Stored<float> a(extents.z, extents.m, extents.k, way % 2 == 1, way, 1);
            const Stored<float> b(extents.z, extents.k, extents.n, way / 2 == 1, 2 * way, 2);
            check_product<P>(extents, a.matrix, b.matrix);
        }
}

// Rows that are aligned to 16 bytes, with and without a last tile that is not whole.
BOOST_AUTO_TEST_CASE_TEMPLATE(products_read_sixteen_bytes_at_a_time, P, Precisions) {
    TENET_TEST_SEED_CONTEXT
    for (const auto& extents : {ProductExtents{2, 40, 70, 96}, {1, 9, 5, 104}, {1, 16, 64, 32}}) {
        const Stored<float> a(extents.z, extents.m, extents.k, false, 0, 3);
        const Stored<typename P::Storage> b(extents.z, extents.k, extents.n, true, 8, 4);
        check_product<P>(extents, a.matrix, b.matrix);
        const Stored<bfloat16> rounded(extents.z, extents.k, extents.n, true, 0, 4);
        check_product<P>(extents, a.matrix, rounded.matrix);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(products_gather_their_factors, P, Precisions) {
    TENET_TEST_SEED_CONTEXT {
        constexpr int groups = 2, out_channels = 5, samples = 9, taps = 27;
        const auto x = testing::RandomNumbers(5).uniform(samples * groups * 3 * 7 * 6, -1.0f, 1.0f);
        const Patches patches{x};
        const Stored<float> weights(groups, out_channels, taps, false, 0, 6);
        check_product<P>({groups, out_channels, samples * 12, taps}, weights.matrix, patches);

        // The weights' gradient: long sums of the output's gradient times the patches.
        const Stored<float> gradient(groups, out_channels, samples * 12, false, 3, 7);
        const auto transposed = [&](std::int64_t z, std::int64_t row, std::int64_t column) {
            return patches(z, column, row);
        };
        check_product<P>({groups, out_channels, taps, samples * 12}, gradient.matrix, transposed);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(long_sums_are_cut_into_parts, P, Precisions) {
    TENET_TEST_SEED_CONTEXT
    for (const auto& extents : {ProductExtents{1, 3, 5, 512}, {2, 10, 20, 1000}, {1, 33, 65, 5000}}) {
        BOOST_TEST(cuda::product_plan(extents).parts > 1);
        const Stored<float> a(extents.z, extents.m, extents.k, true, 0, 8);
        const Stored<float> b(extents.z, extents.k, extents.n, true, 0, 9);
        check_product<P>(extents, a.matrix, b.matrix);
    }
}

BOOST_AUTO_TEST_CASE(a_sum_of_nothing_is_zero) {
    const ProductExtents extents{1, 2, 3, 0};
    const auto nothing = [](std::int64_t, std::int64_t, std::int64_t) { return NAN; };
    const auto outputs = product_with_tiles<BF16, 16>(extents, nothing, nothing);
    for (const float sum : outputs.sums) BOOST_TEST(sum == 0.0f);
}

// What stands beyond the extents may be anything, and numbers that are not finite reach their own outputs only.
BOOST_AUTO_TEST_CASE(infinite_factors_stay_in_their_row) {
    const auto a = [](std::int64_t, std::int64_t m, std::int64_t) { return m == 1 ? INFINITY : 1.0f; };
    const auto b = [](std::int64_t, std::int64_t, std::int64_t) { return 1.0f; };
    const auto outputs = product_with_tiles<BF16, 16>({1, 3, 2, 40}, a, b);
    for (int i = 0; i < 6; ++i) BOOST_TEST(outputs.sums[i] == (i / 2 == 1 ? INFINITY : 40.0f));
}
