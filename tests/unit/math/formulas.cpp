#define BOOST_TEST_MODULE math_formulas
#include <cmath>
#include <limits>
#include <string>

#include <boost/test/unit_test.hpp>

#include <tenet/math/formulas.hpp>

#include <support/formulas.hpp>

using namespace tenet;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

bool same(float a, float b, float tolerance) {
    return a == b || (std::isnan(a) && std::isnan(b)) || std::fabs(a - b) <= tolerance * (1 + std::fabs(b));
}

struct Expected {
    float x, value, derivative;
};

/// PyTorch 2.15's value and gradient (but for GELUTanh at 1e30, where its gradient is NaN).
template <class Formula>
void check(const char* name, std::vector<Expected> points) {
    for (const Expected& point : points)
        for (int width : {1, 4}) {  // the property tests hold the others equal
            const std::vector<float> x(16, point.x);
            const float value = testing::apply_anywhere<testing::Value<Formula>>(width, x).back();
            const float derivative = testing::apply_anywhere<testing::Derivative<Formula>>(width, x).back();
            const std::string at =
                std::string(name) + " at " + std::to_string(point.x) + " over " + std::to_string(width) + " lanes";
            BOOST_TEST(same(value, point.value, 2e-6f), at << " is " << value << ", not " << point.value);
            BOOST_TEST(same(derivative, point.derivative, 2e-6f),
                       at << ": derivative " << derivative << ", not " << point.derivative);
        }
}

/// The formula must not read x where it says so, and must keep a NaN.
template <class... Formula>
void check_all() {
    (
        [] {
            if constexpr (Formula::derivative_from_output)
                for (float x : {-2.f, -0.5f, 0.f, 0.5f, 2.f}) {
                    const float y = Formula::value(x);
                    BOOST_TEST(Formula::derivative(x, y) == Formula::derivative(not_a_number, y));
                }
            const std::vector<float> x(16, not_a_number);
            BOOST_TEST(std::isnan(testing::apply_anywhere<testing::Value<Formula>>(4, x)[0]));
        }(),
        ...);
}

}  // namespace

static_assert(math::ReLU::value(-1.f) == 0.f && math::ReLU::derivative(0.f, 0.f) == 0.f);
static_assert(math::Sigmoid::value(0.f) == 0.5f && math::Sigmoid::derivative(0.f, 0.5f) == 0.25f);
static_assert(math::Tanh::value(0.f) == 0.f && math::Tanh::derivative(0.f, 0.f) == 1.f);
static_assert(math::GELU::value(0.f) == 0.f && math::GELU::derivative(0.f, 0.f) == 0.5f);
static_assert(math::GELUTanh::value(100.f) == 100.f && math::GELUTanh::value(-100.f) == 0.f);
static_assert(math::SiLU::value(0.f) == 0.f && math::SiLU::derivative(0.f, 0.f) == 0.5f);
static_assert(math::HardTanh<-2.f, 3.f>::value(9.f) == 3.f && math::ReLU6::value(9.f) == 6.f);
static_assert(math::ELU<>::derivative(0.f, 0.f) == 1.f && math::LeakyReLU<0.1f>::value(-1.f) == -0.1f);
static_assert(math::Softplus<>::value(50.f) == 50.f && math::Mish::value(0.f) == 0.f);
static_assert(!math::LeakyReLU<-1.f>::derivative_from_output && !math::ELU<-1.f>::derivative_from_output);

BOOST_AUTO_TEST_CASE(values_and_gradients_are_those_of_pytorch) {
    check<math::Identity>("Identity", {{3, 3, 1}, {-infinity, -infinity, 1}});
    check<math::ReLU>("ReLU", {{0, 0, 0}, {-0.f, 0, 0}, {-1, 0, 0}, {1, 1, 1}, {infinity, infinity, 1}});
    check<math::ReLU6>("ReLU6", {{0, 0, 0}, {6, 6, 0}, {3, 3, 1}, {-infinity, 0, 0}, {infinity, 6, 0}});
    check<math::LeakyReLU<>>("LeakyReLU",
                             {{0, 0, 0.01f}, {-1, -0.01f, 0.01f}, {1, 1, 1}, {-infinity, -infinity, 0.01f}});
    check<math::LeakyReLU<-0.5f>>("LeakyReLU(-0.5)", {{0, 0, -0.5f}, {-1, 0.5f, -0.5f}, {1, 1, 1}});
    check<math::HardTanh<>>("HardTanh", {{-1, -1, 0}, {1, 1, 0}, {0, 0, 1}, {-infinity, -1, 0}, {infinity, 1, 0}});
    check<math::HardSigmoid>("HardSigmoid",
                             {{-3, 0, 0}, {3, 1, 0}, {0, 0.5f, 1 / 6.f}, {-infinity, 0, 0}, {infinity, 1, 0}});
    check<math::HardSwish>("HardSwish", {{-3, 0, 0}, {3, 3, 1}, {0, 0, 0.5f}, {infinity, infinity, 1}});
    check<math::ELU<>>(
        "ELU", {{0, 0, 1}, {-1, -0.63212055f, 0.36787945f}, {1, 1, 1}, {-infinity, -1, 0}, {infinity, infinity, 1}});
    check<math::ELU<-1.f>>("ELU(-1)", {{0, 0, -1}, {-1, 0.63212055f, -0.36787945f}, {1, 1, 1}});
    check<math::CELU<2.f>>("CELU(2)", {{0, 0, 1}, {-1, -0.78693867f, 0.60653067f}, {1, 1, 1}, {-infinity, -2, 0}});
    check<math::SELU>(
        "SELU",
        {{0, 0, 1.7580993f}, {-1, -1.1113307f, 0.64676863f}, {1, 1.0507010f, 1.0507010f}, {-infinity, -1.7580993f, 0}});
    check<math::Sigmoid>("Sigmoid", {{0, 0.5f, 0.25f}, {-infinity, 0, 0}, {infinity, 1, 0}});
    check<math::Tanh>("Tanh", {{0, 0, 1}, {1, 0.76159416f, 0.41997434f}, {-infinity, -1, 0}, {infinity, 1, 0}});
    check<math::SiLU>("SiLU", {{0, 0, 0.5f},
                               {-1, -0.26894143f, 0.072329484f},
                               {1, 0.73105858f, 0.92767054f},
                               {-100, -0.f, 0},
                               {infinity, infinity, not_a_number}});
    check<math::Mish>("Mish", {{0, 0, 0.6f},
                               {-1, -0.30340144f, 0.059216730f},
                               {1, 0.86509836f, 1.0490363f},
                               {-100, 0, 0},
                               {1e30f, 1e30f, 1},
                               {infinity, infinity, 1}});
    check<math::GELU>(
        "GELU",
        {{0, 0, 0.5f}, {-1, -0.15865526f, -0.083315432f}, {1, 0.84134471f, 1.0833154f}, {-100, 0, 0}, {100, 100, 1}});
    check<math::GELUTanh>("GELUTanh", {{0, 0, 0.5f},
                                       {-1, -0.15880801f, -0.08296408f},
                                       {1, 0.84119199f, 1.0829641f},
                                       {-1e30f, 0, 0},
                                       {1e30f, 1e30f, 1}});
    check<math::Softplus<>>(
        "Softplus", {{0, 0.69314718f, 0.5f}, {20, 20, 1}, {21, 21, 1}, {-infinity, 0, 0}, {infinity, infinity, 1}});
    check<math::Softplus<2.f, 1.f>>("Softplus(2, 1)",
                                    {{0, 0.34657359f, 0.5f}, {1, 1, 1}, {-0.5f, 0.15663084f, 0.26894142f}});
    check<math::Softsign>("Softsign", {{0, 0, 1}, {-1, -0.5f, 0.25f}, {1, 0.5f, 0.25f}});
    check<math::LogSigmoid>("LogSigmoid", {{0, -0.69314718f, 0.5f},
                                           {-1, -1.3132616f, 0.73105858f},
                                           {1, -0.31326169f, 0.26894142f},
                                           {-infinity, -infinity, 1},
                                           {infinity, 0, 0}});
    check<math::Tanhshrink>("Tanhshrink", {{0, 0, 0}, {1, 0.23840584f, 0.58002566f}});
}

BOOST_AUTO_TEST_CASE(a_small_result_keeps_its_digits) {
    BOOST_TEST(math::Softplus<>::value(-40.f) == std::exp(-40.f), boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(math::LogSigmoid::value(40.f) == -std::exp(-40.f), boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(math::ELU<>::value(-1e-6f) == -1e-6f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(math::Mish::value(-40.f) == -40.f * std::exp(-40.f), boost::test_tools::tolerance(1e-6f));
}

BOOST_AUTO_TEST_CASE(a_nan_stays_a_nan_and_a_derivative_from_the_output_leaves_x_alone) {
    check_all<math::Identity, math::ReLU, math::ReLU6, math::LeakyReLU<>, math::ELU<>, math::CELU<>, math::SELU,
              math::GELU, math::GELUTanh, math::SiLU, math::Sigmoid, math::Tanh, math::HardSigmoid, math::HardTanh<>,
              math::HardSwish, math::Softplus<>, math::Softsign, math::Mish, math::LogSigmoid, math::Tanhshrink>();
}
