#define BOOST_TEST_MODULE orthogonal
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/initializers/orthogonal.hpp>

#include <support/message_of.hpp>

#include "draw.hpp"

using namespace tenet;

namespace {
// The largest distance of the Gram matrix of rows (or columns) from gain^2 times the identity.
double misfit(const std::vector<float>& m, std::size_t rows, std::size_t columns, double gain) {
    const bool by_rows = rows <= columns;
    const std::size_t count = by_rows ? rows : columns, length = by_rows ? columns : rows;
    double worst = 0;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j) {
            double dot = 0;
            for (std::size_t k = 0; k < length; ++k)
                dot += by_rows ? 1.0 * m[i * columns + k] * m[j * columns + k]
                               : 1.0 * m[k * columns + i] * m[k * columns + j];
            worst = std::fmax(worst, std::abs(dot - (i == j ? gain * gain : 0.0)));
        }
    return worst;
}
}  // namespace

BOOST_AUTO_TEST_CASE(rows_or_columns_are_orthonormal) {
    for (auto [rows, columns] : {std::pair{1, 1}, {3, 3}, {5, 17}, {17, 5}, {64, 64}, {1, 9}, {9, 1}}) {
        const TensorInfo tensor{"w", Shape{rows, columns}, columns, rows};
        const auto m = draw(Orthogonal{.gain = 1.5f}, tensor);
        BOOST_TEST(misfit(m, static_cast<std::size_t>(rows), static_cast<std::size_t>(columns), 1.5) < 1e-6,
                   rows << " x " << columns);
    }
}

BOOST_AUTO_TEST_CASE(axes_after_the_first_are_one) {
    const TensorInfo convolution{"w", Shape{8, 3, 5, 5}, 75, 200};
    BOOST_TEST(misfit(draw(Orthogonal{}, convolution), 8, 75, 1.0) < 1e-6);
}

// Uniform over the orthogonal matrices: every entry has mean 0 and variance 1 / n, and both determinants occur.
BOOST_AUTO_TEST_CASE(all_directions_are_equally_frequent) {
    const TensorInfo tensor{"w", Shape{2, 2}, 2, 2};
    double sums[4]{}, squares[4]{};
    int reflections = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const auto m = draw(Orthogonal{}, tensor, seed);
        for (std::size_t i = 0; i < 4; ++i) sums[i] += m[i], squares[i] += m[i] * m[i];
        reflections += m[0] * m[3] - m[1] * m[2] < 0;
    }
    for (double sum : sums) BOOST_TEST(std::abs(sum / 2000) < 4 * std::sqrt(0.5 / 2000));
    for (double square : squares) BOOST_TEST(std::abs(square / 2000 - 0.5) < 0.04);
    BOOST_TEST(std::abs(reflections - 1000) < 100);
}

BOOST_AUTO_TEST_CASE(a_vector_is_refused) {
    const TensorInfo bias{"0.bias", Shape{4}, 4, 4};
    BOOST_CHECK_EXCEPTION(draw(Orthogonal{}, bias), std::invalid_argument, [](const std::invalid_argument& e) {
        return std::string(e.what()) == "Orthogonal: tensor 0.bias has 1 axes, expected 2 or more";
    });
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const auto& initializer) {
        return testing::message_of<std::invalid_argument>([&] { draw(initializer, wide); });
    };
    BOOST_TEST(said(Orthogonal{.gain = NAN}) == "Orthogonal: gain: expected a finite number, found nan");
}
