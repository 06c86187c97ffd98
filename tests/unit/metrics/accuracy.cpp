#define BOOST_TEST_MODULE accuracy
#include <boost/test/unit_test.hpp>

#include <tenet/metrics/accuracy.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(argmax_takes_the_first_of_equal_numbers) {
    const float numbers[4] = {-1.0f, 2.0f, 2.0f, -3.0f};
    BOOST_TEST(argmax(numbers, 4) == 1);
    BOOST_TEST(argmax(numbers, 1) == 0);
    const float negative[3] = {-3.0f, -2.0f, -1.0f};
    BOOST_TEST(argmax(negative, 3) == 2);
}

BOOST_AUTO_TEST_CASE(lanes_have_their_own_labels) {
    Lanes<4> outputs[3];
    IntLanes<4> labels(0);
    for (int n = 0; n < 4; ++n) {
        for (int i = 0; i < 3; ++i) outputs[i].v[n] = i == n % 3 ? 1.0f : 0.0f;  // argmax: 0 1 2 0
    }
    labels.v[1] = 1;
    labels.v[2] = 0;
    for (int n = 0; n < 4; ++n) BOOST_TEST(argmax(outputs, 3)[n] == n % 3);

    Accuracy all, three, last;
    all.add(outputs, 3, labels);
    BOOST_TEST((all == Accuracy{3, 4}));
    three.add(outputs, 3, labels, 3);
    BOOST_TEST((three == Accuracy{2, 3}));
    BOOST_TEST(three.value() == 2.0 / 3);

    const float single[3] = {0.0f, 0.0f, 5.0f};
    last.add(single, 3, 2);
    last += three;
    BOOST_TEST((last == Accuracy{3, 4}));
}

BOOST_AUTO_TEST_CASE(nothing_counted_is_zero) {
    BOOST_TEST(Accuracy{}.value() == 0.0);
}
