#define BOOST_TEST_MODULE math_functions
#include <cmath>
#include <cstdint>
#include <limits>

#include <boost/test/unit_test.hpp>

#include <tenet/math/functions.hpp>

#include <support/widths.hpp>

using namespace tenet;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

#define FUNCTION(Name, function, reference_function)                     \
    struct Name {                                                        \
        template <class T>                                               \
        TENET_INLINE static T apply(T x) {                               \
            return math::function(x);                                    \
        }                                                                \
        static double reference(double x) { return reference_function; } \
    };
FUNCTION(Exp, exp, std::exp(x))
FUNCTION(Expm1, expm1, std::expm1(x))
FUNCTION(Log, log, std::log(x))
FUNCTION(Log1p, log1p, std::log1p(x))
FUNCTION(Tanh, tanh, std::tanh(x))
FUNCTION(Sigmoid, sigmoid, 1 / (1 + std::exp(-x)))
FUNCTION(Softplus, softplus, std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x))))
FUNCTION(Erf, erf, std::erf(x))
FUNCTION(Sqrt, sqrt, std::sqrt(x))

// A prime, so that all of the low bits come by. An emulated processor takes a tenth: all would take it a minute.
#if defined(TENET_TEST_EMULATED)
constexpr std::uint32_t stride = 6133;
#else
constexpr std::uint32_t stride = 613;
#endif

/// Every `stride`th float from `low` to `high`, of both signs if `low` is negative.
std::vector<float> floats_between(float low, float high) {
    std::vector<float> x;
    const std::uint32_t most = 0x7f800000;
    for (std::uint32_t bits = 0; bits < most; bits += stride) {
        const float positive = from_bits(static_cast<std::int32_t>(bits));
        if (positive >= low && positive <= high) x.push_back(positive);
        if (-positive >= low && -positive <= high) x.push_back(-positive);
    }
    x.push_back(low);
    x.push_back(high);
    while (x.size() % 16 != 0) x.push_back(high);
    return x;
}

/// The distance of `y` from `exact` in units of the last place of a float of that size (the smallest normal's, below).
double ulps(float y, double exact) {
    const int exponent = std::max(exact == 0 ? -126 : std::ilogb(exact), -126);
    return std::fabs(y - exact) / std::ldexp(1., exponent - 23);
}

template <class Function>
void check_ulps(const char* name, float low, float high, double bound) {
    const std::vector<float> x = floats_between(low, high);
    std::vector<double> exact(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) exact[i] = Function::reference(x[i]);
    testing::for_each_width([&](int width) {
        const std::vector<float> y = testing::apply<Function>(width, x);
        double worst = 0;
        float at = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double error = ulps(y[i], exact[i]);
            if (!(error <= worst)) worst = error, at = x[i];
        }
        BOOST_TEST_MESSAGE(name << " over " << width << " lanes on [" << low << ", " << high << "]: " << worst
                                << " ulp at " << at);
        BOOST_TEST(worst <= bound, name << " over " << width << " lanes: " << worst << " ulp at " << at);
    });
}

template <class Function>
void check_at(float x, float expected) {
    testing::for_each_width([&](int width) {
        const float y = testing::apply<Function>(width, std::vector<float>(16, x))[7];
        BOOST_TEST((y == expected || (std::isnan(y) && std::isnan(expected))),
                   "f(" << x << ") over " << width << " lanes is " << y << ", not " << expected);
    });
}

}  // namespace

static_assert(math::detail::polynomial(2.f, 3.f, -5.f, 0.f, 7.f) == 11.f && math::detail::polynomial(2.f, 4.f) == 4.f);
static_assert(math::exp(0.f) == 1.f && math::exp(-200.f) == 0.f && math::exp(200.f) == infinity);
static_assert(math::expm1(1e-10f) == 1e-10f && math::expm1(-50.f) == -1.f);
static_assert(math::log(1.f) == 0.f && math::log(0.f) == -infinity && math::log1p(1e-10f) == 1e-10f);
static_assert(math::tanh(0.f) == 0.f && math::tanh(20.f) == 1.f && math::tanh(-20.f) == -1.f);
static_assert(math::sigmoid(0.f) == 0.5f && math::sigmoid(-100.f) == 0.f && math::erf(0.f) == 0.f &&
              math::erf(9.f) == 1.f);
static_assert(math::sqrt(9.f) == 3.f && math::sqrt(2.f) == 1.41421356f && math::sqrt(0.f) == 0.f);
static_assert(math::abs(-2.f) == 2.f && math::max(1.f, 2.f) == 2.f && math::min(1.f, 2.f) == 1.f);
static_assert(math::clamp(7.f, 0.f, 6.f) == 6.f && math::clamp(-7.f, 0.f, 6.f) == 0.f);

BOOST_AUTO_TEST_CASE(exp_is_within_1_1_ulp) {
    check_ulps<Exp>("exp", -110.f, 88.7228f, 1.1);
}
BOOST_AUTO_TEST_CASE(expm1_is_within_2_ulp) {
    check_ulps<Expm1>("expm1", -110.f, 88.7228f, 2.);
}
BOOST_AUTO_TEST_CASE(log_is_within_1_ulp) {
    check_ulps<Log>("log", 1e-45f, 3.4e38f, 1.);
}
BOOST_AUTO_TEST_CASE(log1p_is_within_2_ulp) {
    check_ulps<Log1p>("log1p", -0.9999999f, 3.4e38f, 2.);
}
BOOST_AUTO_TEST_CASE(tanh_is_within_5_ulp) {
    check_ulps<Tanh>("tanh", -3.4e38f, 3.4e38f, 5.);
}
BOOST_AUTO_TEST_CASE(sigmoid_is_within_3_ulp) {
    check_ulps<Sigmoid>("sigmoid", -87.f, 3.4e38f, 3.);
}
BOOST_AUTO_TEST_CASE(softplus_is_within_2_ulp) { check_ulps<Softplus>("softplus", -87.f, 3.4e38f, 2.); }
BOOST_AUTO_TEST_CASE(erf_is_within_5_5_ulp) {
    check_ulps<Erf>("erf", -3.4e38f, 3.4e38f, 5.5);
}
BOOST_AUTO_TEST_CASE(sqrt_is_correctly_rounded) {
    check_ulps<Sqrt>("sqrt", 0.f, 3.4e38f, 0.5);
}

BOOST_AUTO_TEST_CASE(a_nan_stays_a_nan) {
    for (float x : {not_a_number, -not_a_number}) {
        check_at<Exp>(x, not_a_number);
        check_at<Expm1>(x, not_a_number);
        check_at<Log>(x, not_a_number);
        check_at<Log1p>(x, not_a_number);
        check_at<Tanh>(x, not_a_number);
        check_at<Sigmoid>(x, not_a_number);
        check_at<Softplus>(x, not_a_number);
        check_at<Erf>(x, not_a_number);
        check_at<Sqrt>(x, not_a_number);
    }
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_range_have_their_limits) {
    check_at<Exp>(infinity, infinity);
    check_at<Exp>(-infinity, 0.f);
    check_at<Exp>(88.73f, infinity);
    check_at<Exp>(-104.f, 0.f);
    check_at<Expm1>(infinity, infinity);
    check_at<Expm1>(88.73f, infinity);
    check_at<Expm1>(-infinity, -1.f);
    check_at<Log>(0.f, -infinity);
    check_at<Log>(-0.f, -infinity);
    check_at<Log>(-1.f, not_a_number);
    check_at<Log>(-1e-40f, not_a_number);
    check_at<Log>(-infinity, not_a_number);
    check_at<Log>(infinity, infinity);
    check_at<Log1p>(-1.f, -infinity);
    check_at<Log1p>(-2.f, not_a_number);
    check_at<Log1p>(infinity, infinity);
    check_at<Tanh>(infinity, 1.f);
    check_at<Tanh>(-infinity, -1.f);
    check_at<Sigmoid>(infinity, 1.f);
    check_at<Sigmoid>(-infinity, 0.f);
    check_at<Softplus>(infinity, infinity);
    check_at<Softplus>(-infinity, 0.f);
    check_at<Erf>(infinity, 1.f);
    check_at<Erf>(-infinity, -1.f);
    check_at<Sqrt>(infinity, infinity);
    check_at<Sqrt>(-1.f, not_a_number);
}

BOOST_AUTO_TEST_CASE(bounded_functions_stay_in_their_bounds) {
    const std::vector<float> x = floats_between(-20.f, 20.f);
    testing::for_each_width([&](int width) {
        const std::vector<float> t = testing::apply<Tanh>(width, x);
        const std::vector<float> e = testing::apply<Erf>(width, x);
        const std::vector<float> s = testing::apply<Sigmoid>(width, x);
        bool inside = true;
        for (std::size_t i = 0; i < x.size(); ++i)
            inside = inside && std::fabs(t[i]) <= 1 && std::fabs(e[i]) <= 1 && s[i] >= 0 && s[i] <= 1;
        BOOST_TEST(inside);
    });
}

BOOST_AUTO_TEST_CASE(the_first_of_max_and_min_keeps_its_nan) {
    BOOST_TEST(std::isnan(math::max(not_a_number, 0.f)));
    BOOST_TEST(std::isnan(math::min(not_a_number, 0.f)));
    BOOST_TEST(std::isnan(math::clamp(not_a_number, 0.f, 1.f)));
    BOOST_TEST(math::max(0.f, not_a_number) == 0.f);
}
