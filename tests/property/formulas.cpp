#define BOOST_TEST_MODULE property_formulas
#include <cmath>
#include <functional>
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
