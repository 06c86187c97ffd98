#define BOOST_TEST_MODULE confusion_matrix
#include <boost/test/unit_test.hpp>

#include <tenet/metrics/confusion_matrix.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(counts_precision_and_recall) {
    constexpr auto matrix = [] {
        ConfusionMatrix<3> m;
        m.add(0, 0), m.add(0, 0), m.add(0, 1);
        m.add(1, 1), m.add(1, 0), m.add(1, 2), m.add(1, 1);
        return m;
    }();
    static_assert(matrix.counts[0][1] == 1 && matrix.counts[1][0] == 1 && matrix.counts[1][1] == 2);
    BOOST_TEST(matrix.count() == 7);
    BOOST_TEST(matrix.accuracy() == 4.0 / 7);
    BOOST_TEST(matrix.recall(0) == 2.0 / 3);
    BOOST_TEST(matrix.recall(1) == 0.5);
    BOOST_TEST(matrix.recall(2) == 0.0);
    BOOST_TEST(matrix.precision(0) == 2.0 / 3);
    BOOST_TEST(matrix.precision(1) == 2.0 / 3);
    BOOST_TEST(matrix.precision(2) == 0.0);
    BOOST_TEST(ConfusionMatrix<2>{}.accuracy() == 0.0);
}

BOOST_AUTO_TEST_CASE(lanes_beyond_the_samples_are_not_counted) {
    Lanes<4> outputs[2];
    for (int n = 0; n < 4; ++n) outputs[0].v[n] = 0.0f, outputs[1].v[n] = n == 1 ? 1.0f : -1.0f;  // argmax: 0 1 0 0
    IntLanes<4> labels(0);
    labels.v[2] = 1;
    ConfusionMatrix<2> matrix, sum;
    matrix.add(outputs, labels, 3);
    const ConfusionMatrix<2> expected{{{1, 1}, {1, 0}}};
    BOOST_TEST((matrix == expected));
    sum += matrix;
    sum += matrix;
    BOOST_TEST(sum.count() == 6);
    BOOST_TEST(sum.counts[1][0] == 2);
}

BOOST_AUTO_TEST_CASE(counts_that_no_float_holds_add_up) {
    constexpr std::int64_t many = (std::int64_t{1} << 53) + 1;
    ConfusionMatrix<2> whole, part;
    whole.counts[0][1] = many;
    part.add(0, 1);
    whole += part;
    BOOST_TEST(whole.count() == many + 1);
    BOOST_TEST(whole.precision(1) == 0.0);
}
