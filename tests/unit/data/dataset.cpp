#define BOOST_TEST_MODULE dataset
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/data/dataset.hpp>

#include "support/message_of.hpp"

using namespace tenet;
using namespace tenet::testing;

static_assert(data::SampleSource<data::Dataset<float, float>>);
static_assert(data::SampleSource<data::Dataset<std::uint8_t, data::Label>>);

namespace {
using Images = data::Dataset<std::uint8_t, data::Label>;
using Numbers = data::Dataset<float, float>;

Images four_images() {
    return {Shape{1, 1, 2}, {0, 255, 10, 20, 30, 40, 51, 102}, {3, 1, 0, 2}, {"a", "b", "c", "d"}};
}

template <class Action>
std::string error_of(Action&& action) {
    return message_of<std::invalid_argument>(action);
}
}  // namespace

BOOST_AUTO_TEST_CASE(samples_with_labels) {
    const Images images = four_images();
    BOOST_TEST(images.size() == 4);
    BOOST_CHECK((images.input_shape() == Shape{1, 1, 2}));
    BOOST_CHECK(images.target_shape() == Shape{});
    BOOST_TEST(images.class_names().at(3) == "d");
    BOOST_TEST(images.label(0) == 3);
    BOOST_TEST(images.target(2).size() == 1u);
    BOOST_TEST(*images.target_data(3) == 2);
    BOOST_TEST(images.input(1).size() == 2u);
    BOOST_TEST(images.input(1)[1] == 20);
    BOOST_TEST(images.input_data(3)[0] == 51);
}

BOOST_AUTO_TEST_CASE(samples_with_target_tensors) {
    const Numbers numbers{Shape{1}, {0, 1, 2}, Shape{2}, {1, 2, 3, 4, 5, 6}};
    BOOST_TEST(numbers.size() == 3);
    BOOST_CHECK(numbers.target_shape() == Shape{2});
    BOOST_TEST(numbers.target(2)[0] == 5);
    BOOST_TEST(numbers.target(2)[1] == 6);
    BOOST_TEST(numbers.class_names().empty());
}

BOOST_AUTO_TEST_CASE(bytes_are_read_as_0_to_1_and_floats_as_they_are) {
    BOOST_TEST(four_images().converted_input(0) == (std::vector<float>{0, 1}));
    BOOST_TEST(four_images().converted_input(3)[0] == 0.2f, boost::test_tools::tolerance(1e-6f));
    const Numbers numbers{Shape{2}, {-3, 7}, Shape{1}, {1}};
    BOOST_TEST(numbers.converted_input(0) == (std::vector<float>{-3, 7}));
    BOOST_CHECK(numbers.conversion() == data::Conversion{});
}

BOOST_AUTO_TEST_CASE(normalized_is_to_tensor_then_normalize) {
    const Images images = four_images();
    const Images normalized = images.normalized(0.5f, 0.25f).normalized(1, 2);
    for (std::int64_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 2; ++j) {
            const double expected = ((images.input(i)[j] / 255.0 - 0.5) / 0.25 - 1) / 2;
            BOOST_TEST(normalized.converted_input(i)[j] == expected, boost::test_tools::tolerance(1e-5));
        }
    BOOST_TEST(images.converted_input(0)[1] == 1);
    BOOST_TEST(normalized.input_data(0) == images.input_data(0));
    BOOST_TEST(error_of([&] { images.normalized(0, 0); }) ==
               "normalized: expected a deviation above 0, found 0.000000");
    BOOST_TEST(error_of([&] { images.normalized(0, INFINITY); }) ==
               "normalized: deviation: expected a finite number, found inf");
    BOOST_TEST(error_of([&] { images.normalized(0.5f, 1e-42f); }) ==
               "normalized: 1 / deviation: expected a finite number, found inf");
    BOOST_TEST(error_of([&] { images.normalized(1e30f, 1e-10f); }) ==
               "normalized: mean / deviation: expected a finite number, found -inf");
    BOOST_TEST(error_of([&] { images.normalized(NAN, 1); }) == "normalized: mean: expected a finite number, found nan");
}

BOOST_AUTO_TEST_CASE(take_slice_and_subset_are_views) {
    const Images images = four_images();
    const std::vector<std::int64_t> numbers{3, 0, 3};
    const Images some = images.subset(numbers);
    BOOST_TEST(some.size() == 3);
    BOOST_TEST(some.input_data(0) == images.input_data(3));
    BOOST_TEST(some.input_data(1) == images.input_data(0));
    BOOST_TEST(some.label(2) == 2);
    const Images of_some = some.slice(1, 2).subset(std::vector<std::int64_t>{1, 0});
    BOOST_TEST(of_some.input_data(0) == images.input_data(3));
    BOOST_TEST(of_some.input_data(1) == images.input_data(0));
    BOOST_TEST(images.slice(2, 2).take(1).label(0) == 0);
    BOOST_TEST(images.slice(1, 3).slice(1, 2).label(1) == 2);
    BOOST_TEST(images.take(2).size() == 2);
    BOOST_TEST(images.take(100).size() == 4);
    BOOST_TEST(images.normalized(1, 2).take(1).conversion().scale == images.normalized(1, 2).conversion().scale);
    BOOST_TEST(images.slice(4, 0).size() == 0);
}

BOOST_AUTO_TEST_CASE(a_view_keeps_the_samples_alive) {
    const Images view = [] { return four_images().slice(3, 1); }();
    BOOST_TEST(view.label(0) == 2);
    BOOST_TEST(view.class_names().at(2) == "c");
}

BOOST_AUTO_TEST_CASE(what_was_moved_from_stays_a_view) {
    Images images = four_images().slice(1, 3);
    const Images moved = std::move(images);
    BOOST_TEST(images.size() == 3);
    BOOST_TEST(images.label(2) == moved.label(2));
    BOOST_TEST(images.input_data(0) == moved.input_data(0));
    images = four_images();
    BOOST_TEST(images.size() == 4);
}

BOOST_AUTO_TEST_CASE(views_of_what_is_not_there) {
    const Images images = four_images();
    BOOST_TEST(error_of([&] { images.slice(3, 2); }) == "slice: expected samples of 0 to 4, found 2 from 3 on");
    BOOST_CHECK_THROW(images.slice(-1, 2), std::invalid_argument);
    BOOST_CHECK_THROW(images.slice(0, -1), std::invalid_argument);
    BOOST_CHECK_THROW(images.take(-1), std::invalid_argument);
    BOOST_CHECK_THROW(images.slice(1, std::int64_t{1} << 62), std::invalid_argument);
    BOOST_CHECK_THROW(images.slice(std::int64_t{1} << 62, std::int64_t{1} << 62), std::invalid_argument);
    BOOST_TEST(error_of([&] {
                   images.subset(std::vector<std::int64_t>{0, 4});
               }) == "subset: expected sample numbers of 0 to 3, found 4");
    BOOST_CHECK_THROW(images.subset(std::vector<std::int64_t>{-1}), std::invalid_argument);
    BOOST_CHECK_THROW(images.take(2).subset(std::vector<std::int64_t>{2}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(numbers_that_do_not_fit_each_other) {
    BOOST_TEST(error_of([] {
                   Images{Shape{1, 2, 2}, {1, 2, 3, 4, 5}, {0}};
               }) == "dataset: expected 4 input numbers, for 1 samples of [1, 2, 2], found 5");
    BOOST_TEST(error_of([] {
                   Images{Shape{2}, {1, 2, 3, 4}, {0}};
               }) == "dataset: expected 2 input numbers, for 1 samples of [2], found 4");
    BOOST_TEST(error_of([] {
                   Numbers{Shape{1}, {1}, Shape{2}, {1, 2, 3}};
               }) == "dataset: expected a multiple of 2 target numbers, for samples of [2], found 3");
    BOOST_TEST(error_of([] {
                   Numbers{Shape{0}, {}, Shape{1}, {}};
               }) == "dataset: expected an input shape of extents above 0, found [0]");
    BOOST_TEST(error_of([] {
                   Numbers{Shape{1}, {}, Shape{2, -1}, {}};
               }) == "dataset: expected a target shape of extents above 0, found [2, -1]");
    BOOST_TEST(error_of([] {
                   Images{Shape{1}, {1, 2}, {0, -1}};
               }) == "dataset: expected labels of 0 or more, found -1 at sample 1");
    BOOST_TEST(error_of([] {
                   Images{Shape{1}, {1, 2}, {2, 1}, {"a", "b"}};
               }) == "dataset: expected labels of 0 to 1, found 2 at sample 0");
    using Maps = data::Dataset<float, data::PixelLabel>;
    BOOST_TEST(error_of([] {
                   Maps{Shape{1}, {1, 2}, Shape{2}, {0, 1, 2}};
               }) == "dataset: expected a multiple of 2 target numbers, for samples of [2], found 3");
    BOOST_TEST(error_of([] {
                   Maps{Shape{1}, {1, 2}, Shape{2}, {0, 1, 2, 0}, {"a", "b"}};
               }) == "dataset: expected labels of 0 to 1, found 2 at sample 1");
    const int large = 2147483647;
    BOOST_CHECK_THROW((Images{Shape{large, large, large}, {}, std::vector<data::Label>{}}), std::invalid_argument);
}
