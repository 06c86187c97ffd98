#define BOOST_TEST_MODULE math_dual
#include <boost/test/unit_test.hpp>

#include <tenet/math/dual.hpp>

using namespace tenet;
using math::Dual;

namespace {

constexpr bool equal(Dual<float> a, float value, float derivative) {
    return a.value == value && a.derivative == derivative;
}
constexpr Dual<float> x{3.f, 1.f};

}  // namespace

static_assert(equal(x + 2.f, 5.f, 1.f) && equal(2.f + x, 5.f, 1.f) && equal(x + x, 6.f, 2.f));
static_assert(equal(x - 2.f, 1.f, 1.f) && equal(2.f - x, -1.f, -1.f) && equal(-x, -3.f, -1.f));
static_assert(equal(x * 2.f, 6.f, 2.f) && equal(2.f * x, 6.f, 2.f) && equal(x * x, 9.f, 6.f));
static_assert(equal(x / 2.f, 1.5f, 0.5f) && equal(9.f / x, 3.f, -1.f) && equal(x * x / x, 3.f, 1.f));
static_assert(x > 2.f && x < 4.f && x >= 3.f && x <= 3.f && x == 3.f && !(x < Dual{3.f, 9.f}));
static_assert(equal(select(x > 0.f, x, 0.f), 3.f, 1.f) && equal(select(x < 0.f, x, 0.f), 0.f, 0.f));
static_assert(equal(max(x, 0.f), 3.f, 1.f) && equal(min(x, 0.f), 0.f, 0.f) && equal(clamp(x, 0.f, 1.f), 1.f, 0.f));
static_assert(equal(abs(x), 3.f, 1.f) && equal(abs(-x), 3.f, 1.f) && equal(abs(x - 3.f), 0.f, 0.f));
static_assert(equal(sqrt(Dual{4.f, 1.f}), 2.f, 0.25f) && equal(exp(Dual{0.f, 5.f}), 1.f, 5.f));
static_assert(equal(sigmoid(Dual{0.f, 1.f}), 0.5f, 0.25f) && equal(tanh(Dual{0.f, 2.f}), 0.f, 2.f));
static_assert(equal(log(Dual{1.f, 3.f}), 0.f, 3.f) && equal(log1p(Dual{0.f, 3.f}), 0.f, 3.f));
static_assert(equal(expm1(Dual{0.f, 3.f}), 0.f, 3.f) && erf(Dual{0.f, 1.f}).derivative == 1.128379167f);

BOOST_AUTO_TEST_CASE(compound_assignments_follow_the_rules_of_the_operators) {
    Dual<float> y = x;
    y += 1.f;  // (4, 1)
    y *= y;    // (16, 8)
    y -= x;    // (13, 7)
    y /= 2.f;  // (6.5, 3.5)
    BOOST_TEST(y.value == 6.5f);
    BOOST_TEST(y.derivative == 3.5f);
}

BOOST_AUTO_TEST_CASE(lanes_choose_each_for_itself) {
    const float numbers[4] = {-2, -1, 1, 2};
    const Dual<Lanes<4>> z{load<Lanes<4>>(numbers), 1.f};
    const auto leaky = select(z > 0.f, z * z, 0.5f * z);
    for (int i = 0; i < 4; ++i) {
        BOOST_TEST(lane(leaky.value, i) == (numbers[i] > 0 ? numbers[i] * numbers[i] : 0.5f * numbers[i]));
        BOOST_TEST(lane(leaky.derivative, i) == (numbers[i] > 0 ? 2 * numbers[i] : 0.5f));
    }
}
