#define BOOST_TEST_MODULE math_value
#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include <tenet/math/value.hpp>

#include <support/widths.hpp>

using namespace tenet;

namespace {

struct Select {
    template <class T>
    TENET_INLINE static T apply(T x) {
        return select(x > T(0.f), T(1.f), select(x < T(-1.f), x, T(7.f)));
    }
};
struct SelectInteger {
    template <class T>
    TENET_INLINE static T apply(T x) {
        return to_float(select(x <= T(1.f), truncate(x), integer_of<T>(99)) << 1);
    }
};
struct MultiplyAdd {
    template <class T>
    TENET_INLINE static T apply(T x) {
        return multiply_add(x, T(2.f), T(1.f));
    }
};
struct SquareRoot {
    template <class T>
    TENET_INLINE static T apply(T x) {
        return square_root(x);
    }
};
struct SignBit {
    template <class T>
    TENET_INLINE static T apply(T x) {
        return from_bits(bits_of(x) & ~integer_of<T>(0x7fffffff));
    }
};

template <class Formula>
void check(float (*expected)(float)) {
    std::vector<float> x;
    for (int i = -8; i < 8; ++i) x.push_back(0.75f * static_cast<float>(i));
    testing::for_each_width([&](int width) {
        const std::vector<float> y = testing::apply<Formula>(width, x);
        for (std::size_t i = 0; i < x.size(); ++i)
            BOOST_TEST((y[i] == expected(x[i]) || (std::isnan(y[i]) && std::isnan(expected(x[i])))),
                       "at " << x[i] << " over " << width << " lanes: " << y[i]);
    });
}

}  // namespace

static_assert(lanes_of<float> == 1 && lanes_of<Lanes<8>> == 8);
static_assert(sizeof(Lanes<4>) == 16 && alignof(Lanes<16>) == alignof(float));
static_assert(Real<float> && Real<Lanes<4>> && !Real<double> && !Real<int>);
static_assert(square_root(2.f) == 1.41421356f && square_root(1e-40f) > 9.9e-21f && square_root(3e38f) < 1.74e19f);
static_assert(truncate(-1.75f) == -1 && from_bits(bits_of(-2.5f)) == -2.5f);

BOOST_AUTO_TEST_CASE(every_width_computes_what_float_does) {
    check<Select>([](float x) { return x > 0 ? 1 : x < -1 ? x : 7; });
    check<SelectInteger>([](float x) { return x <= 1 ? 2 * std::trunc(x) : 198.f; });
    check<MultiplyAdd>([](float x) { return 2 * x + 1; });
    check<SquareRoot>([](float x) { return std::sqrt(x); });
    check<SignBit>([](float x) { return x < 0 ? -0.f : 0.f; });
}

BOOST_AUTO_TEST_CASE(lanes_lie_in_memory_in_order_and_add_up) {
    float numbers[6] = {0, 1, 2, 3, 4, 0};
    const auto four = load<Lanes<4>>(numbers + 1);  // not aligned
    for (int i = 0; i < 4; ++i) BOOST_TEST(lane(four, i) == static_cast<float>(i + 1));
    BOOST_TEST(sum_lanes(four) == 10.f);
    BOOST_TEST(sum_lanes(3.f) == 3.f);
    store(numbers, four * 2.f);
    BOOST_TEST(numbers[0] == 2.f);
    BOOST_TEST(numbers[3] == 8.f);
    BOOST_TEST(numbers[4] == 4.f);
}

BOOST_AUTO_TEST_CASE(a_broadcast_keeps_the_sign_of_zero_and_infinities) {
    BOOST_TEST(std::signbit(lane(Lanes<4>(-0.f), 2)));
    BOOST_TEST(lane(Lanes<4>(std::numeric_limits<float>::infinity()), 3) == std::numeric_limits<float>::infinity());
}
