#define BOOST_TEST_MODULE uniform
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include <tenet/initializers/uniform.hpp>

#include <support/message_of.hpp>

#include "draw.hpp"

using namespace tenet;

BOOST_AUTO_TEST_CASE(fills_the_interval_evenly) {
    const Statistics s(draw(Uniform{-1.0f, 3.0f}, wide));
    BOOST_TEST((s.least >= -1.0 && s.least < -0.999));
    BOOST_TEST((s.most <= 3.0 && s.most > 2.999));
    BOOST_TEST(std::abs(s.mean - 1.0) < 0.02);
    BOOST_TEST(std::abs(s.std - 4 / std::sqrt(12.0)) < 0.01);
}

BOOST_AUTO_TEST_CASE(same_seed_same_numbers) {
    BOOST_TEST((draw(Uniform{}, wide, 7) == draw(Uniform{}, wide, 7)));
    BOOST_TEST((draw(Uniform{}, wide, 7) != draw(Uniform{}, wide, 8)));
    const auto values = draw(Uniform{}, wide, 7);
    BOOST_TEST(values[12'345] == Generator{Seed{7}}.uniform(12'345));
}

BOOST_AUTO_TEST_CASE(a_users_callable_is_an_initializer) {
    const auto rows = [](std::span<float> values, const TensorInfo& tensor, Generator) {
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(i / static_cast<std::size_t>(tensor.shape[1]));
    };
    const auto values = draw(rows, wide);
    BOOST_TEST(values.back() == 199.0f);
    static_assert(!Initializer<int>);
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_sense_are_refused) {
    const auto said = [](const auto& initializer) {
        return testing::message_of<std::invalid_argument>([&] { draw(initializer, wide); });
    };
    BOOST_TEST(said(Uniform{.a = 2.0f}) == "Uniform: b: expected a or more, found 1");
    BOOST_TEST(said(Uniform{.a = NAN}) == "Uniform: a: expected a finite number, found nan");
    BOOST_TEST(said(Uniform{.b = INFINITY}) == "Uniform: b: expected a finite number, found inf");
    draw(Uniform{.a = 1.0f}, wide);
}
