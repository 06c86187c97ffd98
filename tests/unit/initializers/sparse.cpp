#define BOOST_TEST_MODULE sparse
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/initializers/sparse.hpp>

#include <support/message_of.hpp>

#include "draw.hpp"

using namespace tenet;

BOOST_AUTO_TEST_CASE(each_column_has_its_share_of_zeros) {
    const auto values = draw(Sparse{.sparsity = 0.123f, .std = 0.5f}, wide);
    int by_row[200]{};
    double squares = 0;
    for (std::size_t column = 0; column < 500; ++column) {
        int zeros = 0;
        for (std::size_t row = 0; row < 200; ++row) {
            const float x = values[row * 500 + column];
            squares += x * x;
            by_row[row] += x == 0.0f;
            zeros += x == 0.0f;
        }
        BOOST_TEST(zeros == 25);  // ceil(24.6)
    }
    BOOST_TEST(std::abs(squares / 87'500 - 0.25) < 0.005);
    for (int zeros : by_row) BOOST_TEST((zeros > 25 && zeros < 105));  // 62.5 +- 7.4
}

BOOST_AUTO_TEST_CASE(the_ends_of_sparsity) {
    for (float x : draw(Sparse{.sparsity = 1.0f}, wide)) BOOST_TEST_REQUIRE(x == 0.0f);
    int zeros = 0;
    for (float x : draw(Sparse{.sparsity = 0.0f}, wide)) zeros += x == 0.0f;
    BOOST_TEST(zeros == 0);
}

BOOST_AUTO_TEST_CASE(misuse_is_refused) {
    BOOST_CHECK_THROW(draw(Sparse{}, TensorInfo{"w", Shape{4}, 4, 4}), std::invalid_argument);
    BOOST_CHECK_THROW(draw(Sparse{}, TensorInfo{"w", Shape{4, 1, 3, 3}, 9, 36}), std::invalid_argument);
    BOOST_CHECK_THROW(draw(Sparse{.sparsity = 1.5f}, wide), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const auto& initializer) {
        return testing::message_of<std::invalid_argument>([&] { draw(initializer, wide); });
    };
    BOOST_TEST(said(Sparse{.std = -1.0f}) == "Sparse: std: expected a finite number of 0 or more, found -1");
}
