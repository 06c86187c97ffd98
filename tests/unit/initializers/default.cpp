#define BOOST_TEST_MODULE default_initializer
#include <boost/test/unit_test.hpp>

#include <tenet/initializers/default.hpp>

#include "draw.hpp"

using namespace tenet;

// A layer's table of parameters is a constant.
constexpr DefaultInitializer weight{InitialValue::torch_weight()}, bias{InitialValue::torch_bias()};

// torch 2.x: nn.Linear(500, 200).weight lies within 1 / sqrt(500) = 0.0447214
BOOST_AUTO_TEST_CASE(weights_and_biases_lie_where_torch_puts_them) {
    for (const Statistics s : {Statistics(draw(weight, wide)), Statistics(draw(bias, wide))}) {
        BOOST_TEST((s.most < 0.0447215 && s.most > 0.0447));
        BOOST_TEST((s.least > -0.0447215 && s.least < -0.0447));
        BOOST_TEST(std::abs(s.std - 0.0447214 / std::sqrt(3.0)) < 3e-4);
    }
    BOOST_TEST((draw(weight, wide) == draw(DefaultWeight{}, wide)));
    BOOST_TEST((draw(bias, wide) == draw(DefaultBias{}, wide)));
}

BOOST_AUTO_TEST_CASE(each_kind_draws_from_its_distribution) {
    using Kind = InitialValue::Kind;
    BOOST_TEST((draw(DefaultInitializer{}, wide) == draw(Zeros{}, wide)));
    BOOST_TEST((draw(DefaultInitializer{InitialValue::ones()}, wide) == draw(Ones{}, wide)));
    BOOST_TEST((draw(DefaultInitializer{InitialValue::constant(0.25f)}, wide) == draw(Constant{0.25f}, wide)));
    BOOST_TEST((draw(DefaultInitializer{{Kind::uniform, -2.0f, 1.0f}}, wide) == draw(Uniform{-2.0f, 1.0f}, wide)));
    BOOST_TEST((draw(DefaultInitializer{{Kind::normal, 1.0f, 3.0f}}, wide) == draw(Normal{1.0f, 3.0f}, wide)));
    BOOST_TEST(
        (draw(DefaultInitializer{{Kind::kaiming_uniform, 0.5f, 0.0f}}, wide) == draw(KaimingUniform{0.5f}, wide)));
}
