#define BOOST_TEST_MODULE property_formulas
#include <cfenv>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <boost/test/unit_test.hpp>

#include <tenet/math/activation.hpp>
#include <tenet/math/formula.hpp>
#include <tenet/math/formulas.hpp>

#include <support/formulas.hpp>

// Laws that every formula obeys: it is the textbook's, its derivative is the textbook's slope, and all widths agree.

using namespace tenet;

namespace {

std::vector<float> points() {
    std::vector<float> x;
    for (int i = 0; i < 4096; ++i) x.push_back(-12.0007f + 24.f * static_cast<float>(i) / 4095.f);
    return x;
}

/// Holds `Formula` to `exact`, except for the slope where that jumps. Errors are relative to 1 + |exact|.
template <class Formula>
void check(const std::string& name, const std::function<double(double)>& exact, std::vector<double> kinks = {},
           double tolerance = 5e-7) {
    const std::vector<float> x = points();
    const std::vector<float> value1 = testing::apply<testing::Value<Formula>>(1, x);
    const std::vector<float> derivative1 = testing::apply<testing::Derivative<Formula>>(1, x);
    testing::for_each_width([&](int width) {
        const std::vector<float> value = testing::apply<testing::Value<Formula>>(width, x);
        const std::vector<float> derivative = testing::apply<testing::Derivative<Formula>>(width, x);
        double value_error = 0, derivative_error = 0, difference = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double at = x[i], h = 1e-5;
            const double expected = exact(at);
            const auto worse = [](double& worst, double error) {
                if (!(error <= worst)) worst = error;
            };
            worse(value_error, std::fabs(value[i] - expected) / (1 + std::fabs(expected)));
            bool smooth = true;
            for (double kink : kinks) smooth = smooth && std::fabs(at - kink) > 2 * h;
            const double slope = (exact(at + h) - exact(at - h)) / (2 * h);
            if (smooth) worse(derivative_error, std::fabs(derivative[i] - slope) / (1 + std::fabs(slope)));
            worse(difference, std::fabs(value[i] - value1[i]) / (1 + std::fabs(value1[i])));
            worse(difference, std::fabs(derivative[i] - derivative1[i]) / (1 + std::fabs(derivative1[i])));
            if (width == 4) {  // without fused multiply-adds the same operations give the same bits
                worse(difference, value[i] == value1[i] ? 0 : 1);
                worse(difference, derivative[i] == derivative1[i] ? 0 : 1);
            }
        }
        BOOST_TEST_MESSAGE(name << " over " << width << " lanes: value " << value_error << ", derivative "
                                << derivative_error << ", from float " << difference);
        BOOST_TEST(value_error <= tolerance, name << " over " << width << " lanes: value off by " << value_error);
        BOOST_TEST(derivative_error <= tolerance,
                   name << " over " << width << " lanes: slope off by " << derivative_error);
        BOOST_TEST(difference <= 2 * tolerance, name << " over " << width << " lanes is not what float gives");
    });
}

/// Finite numbers of every size, each of both signs, and those around which the formulas change their ways.
std::vector<float> finite_extremes() {
    using Limits = std::numeric_limits<float>;
    std::vector<float> x = {0.f,       Limits::denorm_min(),
                            1e-40f,    Limits::min(),
                            88.37f,    88.38f,
                            88.72283f, 88.72284f,
                            89.f,      105.f,
                            20.f,      1000.f,
                            1e30f,     Limits::max(),
                            3.f,       6.f,
                            1.f,       1.5f};
    for (std::int32_t bits = 0; bits < 0x7f800000; bits += 0x00234567) x.push_back(from_bits(bits));
    for (std::size_t i = 0, count = x.size(); i < count; ++i) x.push_back(-x[i]);
    return x;
}

std::string names_of_flags(int flags) {
    return std::string(flags & FE_INVALID ? " invalid" : "") + (flags & FE_OVERFLOW ? " overflow" : "") +
           (flags & FE_DIVBYZERO ? " division by zero" : "");
}

/// No number `x` for which `allowed(x)` is false makes `Function` raise a flag of its own, in any of the lanes.
template <class Function>
void check_flags(const std::string& name, const std::function<bool(double)>& allowed) {
    constexpr int errors = FE_INVALID | FE_OVERFLOW | FE_DIVBYZERO;
    testing::for_each_width([&](int width) {
        for (float at : finite_extremes()) {
            if (allowed(at)) continue;
            const std::vector<float> x(16, at);
            std::feclearexcept(FE_ALL_EXCEPT);
            const std::vector<float> y = testing::apply<Function>(width, x);
            const int raised = std::fetestexcept(errors);
            BOOST_TEST(!raised, name << " at " << at << " over " << width << " lanes raises" << names_of_flags(raised));
            BOOST_TEST(std::isfinite(y[3]), name << " at " << at << " over " << width << " lanes is " << y[3]);
        }
    });
}

constexpr double largest = std::numeric_limits<float>::max();
bool never(double) {
    return false;
}

template <class Formula>
void check_flags_of_formula(const std::string& name, const std::function<bool(double)>& value_overflows = never,
                            const std::function<bool(double)>& slope_overflows = never) {
    check_flags<testing::Value<Formula>>(name, value_overflows);
    // Without optimisation the value is computed there too, and with the value of a dual number its derivative.
    check_flags<testing::Derivative<Formula>>("the derivative of " + name,
                                              [&](double x) { return slope_overflows(x) || value_overflows(x); });
}

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}
double soft_plus(double x) {
    return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
}
// Both lose digits where 1 + erf or 1 - tanh^2 cancels: hence tolerances of their own below.
double gelu(double x) {
    return x * 0.5 * std::erfc(-x / std::sqrt(2.));
}
double gelu_by_tanh(double x) {
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.)) * (x + 0.044715 * x * x * x)));
}
double elu(double x, double alpha) {
    return x > 0 ? x : alpha * std::expm1(x);
}

}  // namespace

BOOST_AUTO_TEST_CASE(piecewise_linear_formulas) {
    check<math::Identity>("Identity", [](double x) { return x; });
    check<math::ReLU>("ReLU", [](double x) { return std::fmax(x, 0); }, {0});
    check<math::ReLU6>("ReLU6", [](double x) { return std::fmin(std::fmax(x, 0), 6); }, {0, 6});
    check<math::LeakyReLU<>>("LeakyReLU", [](double x) { return x > 0 ? x : 0.01f * x; }, {0});
    check<math::LeakyReLU<-0.5f>>("LeakyReLU(-0.5)", [](double x) { return x > 0 ? x : -0.5 * x; }, {0});
    check<math::HardTanh<-2.f, 0.5f>>("HardTanh", [](double x) { return std::fmin(std::fmax(x, -2), 0.5); }, {-2, 0.5});
    check<math::HardSigmoid>("HardSigmoid", [](double x) { return std::fmin(std::fmax(x + 3, 0), 6) / 6; }, {-3, 3});
    check<math::HardSwish>("HardSwish", [](double x) { return x * std::fmin(std::fmax(x + 3, 0), 6) / 6; }, {-3, 3});
}

BOOST_AUTO_TEST_CASE(exponential_formulas) {
    check<math::ELU<>>("ELU", [](double x) { return elu(x, 1); }, {0});
    check<math::ELU<0.7f>>("ELU(0.7)", [](double x) { return elu(x, 0.7f); }, {0});
    check<math::CELU<1.5f>>("CELU(1.5)", [](double x) { return x > 0 ? x : 1.5 * std::expm1(x / 1.5); }, {0});
    check<math::SELU>("SELU", [](double x) { return 1.0507009873554805 * elu(x, 1.6732632423543772); }, {0});
    check<math::Sigmoid>("Sigmoid", logistic);
    check<math::Tanh>(
        "Tanh", [](double x) { return std::tanh(x); }, {}, 7e-7);
    check<math::SiLU>("SiLU", [](double x) { return x * logistic(x); });
    check<math::Mish>("Mish", [](double x) { return x * std::tanh(soft_plus(x)); });
    check<math::GELU>("GELU", gelu, {}, 6e-7);
    check<math::GELUTanh>("GELUTanh", gelu_by_tanh);
    check<math::Softplus<>>("Softplus", soft_plus);
    check<math::Softplus<3.f>>("Softplus(3)", [](double x) { return soft_plus(3 * x) / 3; }, {20. / 3});
    check<math::Softsign>("Softsign", [](double x) { return x / (1 + std::fabs(x)); });
    check<math::LogSigmoid>("LogSigmoid", [](double x) { return -soft_plus(-x); });
    check<math::Tanhshrink>("Tanhshrink", [](double x) { return x - std::tanh(x); });
}

namespace users {
inline constexpr auto swish = [](auto x) { return x * sigmoid(x); };
inline constexpr auto exact_gelu = [](auto x) { return 0.5f * x * (1.f + erf(x * 0.70710678f)); };
inline constexpr auto softplus_of_square = [](auto x) { return log1p(exp(-x * x)); };
inline constexpr auto hard_swish = [](auto x) { return x * clamp(x + 3.f, 0.f, 6.f) / 6.f; };
inline constexpr auto leaky = [](auto x) { return select(x > 0.f, x, 0.1f * x); };
inline constexpr auto root = [](auto x) { return sqrt(1.f + x * x) - log(2.f + abs(x)); };
inline constexpr auto fraction = [](auto x) { return expm1(-abs(x)) / (1.f + max(x, 0.f)) - min(-x, 1.f); };

using tenet::formula::x;
using Swish = math::FromCallable<x * sigmoid(x)>;
using Leaky = math::FromCallable<select(less(x, 0), 0.1f * x, x)>;
using Mish = math::FromCallable<x * tanh(softplus(x))>;
using TanhGELU = math::FromCallable<0.5f * x*(1.f + tanh(0.7978845608f * (x + 0.044715f * x * x * x)))>;
using Root = math::FromCallable<sqrt(1 + x * x) - log(2 + abs(x))>;
using Bounded = math::FromCallable<select(greater(x, 2), min(1, 3 - x), max(-1, x))>;
using Clamped = math::FromCallable<-clamp(x, -1, 1) + log1p(exp(-x* x)) * erf(x) / (expm1(-abs(x)) + 2)>;
}  // namespace users

BOOST_AUTO_TEST_CASE(users_formulas) {
    const auto swish = [](double x) { return x * logistic(x); };
    const auto leaky = [](double x) { return x > 0 ? x : 0.1f * x; };
    const auto root = [](double x) { return std::sqrt(1 + x * x) - std::log(2 + std::fabs(x)); };
    check<math::FromCallable<users::swish>>("swish", swish);
    check<math::FromCallable<users::exact_gelu>>("gelu", gelu, {}, 6e-7);
    check<math::FromCallable<users::softplus_of_square>>("log1p(exp(-x x))",
                                                         [](double x) { return std::log1p(std::exp(-x * x)); });
    check<math::FromCallable<users::hard_swish>>(
        "hard_swish", [](double x) { return x * std::fmin(std::fmax(x + 3, 0), 6) / 6; }, {-3, 3});
    check<math::FromCallable<users::leaky>>("leaky", leaky, {0});
    check<math::FromCallable<users::root>>("root", root, {0});
    check<math::FromCallable<users::fraction>>(
        "fraction", [](double x) { return std::expm1(-std::fabs(x)) / (1 + std::fmax(x, 0)) - std::fmin(-x, 1); },
        {-1, 0});

    check<users::Swish>("x * sigmoid(x)", swish);
    check<users::Leaky>("select(less(x, 0), 0.1 x, x)", leaky, {0});
    check<users::Root>("sqrt(1 + x x) - log(2 + abs(x))", root, {0});
    check<users::Bounded>("select(greater(x, 2), min(1, 3 - x), max(-1, x))",
                          [](double x) { return x > 2 ? std::fmin(1, 3 - x) : std::fmax(-1, x); }, {-1, 2});
    check<users::Mish>("x * tanh(softplus(x))", [](double x) { return x * std::tanh(soft_plus(x)); }, {}, 3e-6);
    check<users::TanhGELU>("gelu by tanh", gelu_by_tanh, {}, 4e-6);
    check<users::Clamped>("clamped",
                          [](double x) {
                              return -std::fmin(std::fmax(x, -1), 1) +
                                     std::log1p(std::exp(-x * x)) * std::erf(x) / (std::expm1(-std::fabs(x)) + 2);
                          },
                          {-1, 0, 1});
}

// A trap on such a flag would end a program (feenableexcept) that computes nothing but finite numbers.
BOOST_AUTO_TEST_CASE(finite_numbers_raise_no_flag_unless_the_result_overflows) {
    check_flags_of_formula<math::Identity>("Identity");
    check_flags_of_formula<math::ReLU>("ReLU");
    check_flags_of_formula<math::ReLU6>("ReLU6");
    check_flags_of_formula<math::LeakyReLU<>>("LeakyReLU");
    check_flags_of_formula<math::LeakyReLU<3.f>>("LeakyReLU(3)", [](double x) { return 3 * x < -largest; });
    check_flags_of_formula<math::LeakyReLU<-2.f>>("LeakyReLU(-2)", [](double x) { return -2 * x > largest; });
    check_flags_of_formula<math::HardTanh<>>("HardTanh");
    check_flags_of_formula<math::HardTanh<-3e38f, 3e38f>>("HardTanh(-3e38, 3e38)");
    check_flags_of_formula<math::HardTanh<0.f, 1e-30f>>("HardTanh(0, 1e-30)");
    check_flags_of_formula<math::HardSigmoid>("HardSigmoid");
    check_flags_of_formula<math::HardSwish>("HardSwish");
    check_flags_of_formula<math::ELU<>>("ELU");
    check_flags_of_formula<math::ELU<-1.f>>("ELU(-1)");
    check_flags_of_formula<math::CELU<>>("CELU");
    check_flags_of_formula<math::CELU<0.01f>>("CELU(0.01)");
    check_flags_of_formula<math::CELU<50.f>>("CELU(50)");
    check_flags_of_formula<math::SELU>("SELU", [](double x) { return 1.0507 * x > largest; });
    check_flags_of_formula<math::Sigmoid>("Sigmoid");
    check_flags_of_formula<math::Tanh>("Tanh");
    check_flags_of_formula<math::SiLU>("SiLU");
    check_flags_of_formula<math::Mish>("Mish");
    check_flags_of_formula<math::GELU>("GELU");
    check_flags_of_formula<math::GELUTanh>("GELUTanh");
    check_flags_of_formula<math::Softplus<>>("Softplus");
    check_flags_of_formula<math::Softplus<30.f, 2.f>>("Softplus(30, 2)");
    check_flags_of_formula<math::Softplus<0.1f>>("Softplus(0.1)");
    check_flags_of_formula<math::Softsign>("Softsign");
    check_flags_of_formula<math::LogSigmoid>("LogSigmoid");
    check_flags_of_formula<math::Tanhshrink>("Tanhshrink");
    BOOST_TEST((math::HardTanh<0.f, 1e-30f>::derivative(0.f, 5e-31f)) == 1.f);
}

namespace users {
using Exp = math::FromCallable<exp(x)>;
using Expm1 = math::FromCallable<expm1(x)>;
using Log = math::FromCallable<log(x)>;
using Log1p = math::FromCallable<log1p(x)>;
using Sqrt = math::FromCallable<sqrt(x)>;
using Abs = math::FromCallable<abs(x)>;
using Erf = math::FromCallable<erf(x)>;
using Tanh = math::FromCallable<tanh(x)>;
using Sigmoid = math::FromCallable<sigmoid(x)>;
using Softplus = math::FromCallable<softplus(x)>;
using Unselected = math::FromCallable<select(greater(x, 1), log(max(x, 1)), min(x, 1) - 1)>;
}  // namespace users

BOOST_AUTO_TEST_CASE(functions_and_their_duals_raise_no_flag_unless_the_result_overflows) {
    const auto above = [](double x) { return x > 88.72; };
    check_flags_of_formula<users::Exp>("exp", above, above);
    check_flags_of_formula<users::Expm1>("expm1", above, above);
    check_flags_of_formula<users::Log>(
        "log", [](double x) { return x <= 0; }, [](double x) { return x < 1 / largest; });
    check_flags_of_formula<users::Log1p>(
        "log1p", [](double x) { return x <= -1; }, [](double x) { return x <= -1; });
    check_flags_of_formula<users::Sqrt>(
        "sqrt", [](double x) { return x <= 0; }, [](double x) { return x <= 0; });
    check_flags_of_formula<users::Abs>("abs");
    check_flags_of_formula<users::Erf>("erf");
    check_flags_of_formula<users::Tanh>("tanh");
    check_flags_of_formula<users::Sigmoid>("sigmoid");
    check_flags_of_formula<users::Softplus>("softplus");
    check_flags_of_formula<users::Swish>("x * sigmoid(x)");
    check_flags_of_formula<users::Leaky>("select(less(x, 0), 0.1 x, x)");
    check_flags_of_formula<users::Bounded>("bounded");
    check_flags_of_formula<users::Unselected>("a logarithm of limited numbers");
}
