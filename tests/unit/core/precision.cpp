#define BOOST_TEST_MODULE precision
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>

#include <boost/test/unit_test.hpp>

#include <tenet/core/precision.hpp>

using namespace tenet;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

using Precisions = std::tuple<FP32, TF32, BF16, FP16>;

constexpr bool is_nan(float x) {
    return x != x;
}

template <class T>
constexpr bool plain = std::is_trivial_v<T>&& std::is_standard_layout_v<T> && sizeof(T) == 2 &&
                       alignof(T) == 2 && std::is_convertible_v<T, float> && !std::is_convertible_v<float, T>;
static_assert(plain<bfloat16> && plain<float16>);

// To nearest, and to even in the middle: 1 + 2^-8 lies between 1 and 1 + 2^-7, 1 + 3 2^-8 above the odd of the two.
static_assert(bfloat16(1.0f).bits == 0x3f80 && bfloat16(-2.5f).bits == 0xc020);
static_assert(bfloat16(0x1.01p0f) == 1.0f && bfloat16(0x1.010002p0f) == 0x1.02p0f && bfloat16(0x1.03p0f) == 0x1.04p0f);
static_assert(bfloat16(0x1.fffffep127f) == infinity && bfloat16(0x1.fep127f) == 0x1.fep127f);
static_assert(bfloat16(-infinity) == -infinity && bfloat16(-0.0f).bits == 0x8000);
static_assert(bfloat16(0x1p-133f).bits == 1 && bfloat16(0x1p-134f).bits == 0 && bfloat16(0x1.8p-134f).bits == 1);
static_assert(is_nan(bfloat16(std::bit_cast<float>(0x7f800001u))) &&
              is_nan(bfloat16(std::bit_cast<float>(0xffffffffu))));

static_assert(float16(1.0f).bits == 0x3c00 && float16(-2.5f).bits == 0xc100);
static_assert(float16(0x1.002p0f) == 1.0f && float16(0x1.002002p0f) == 0x1.004p0f && float16(0x1.006p0f) == 0x1.008p0f);
static_assert(float16(65504.0f).bits == 0x7bff && float16(65519.0f) == 65504.0f && float16(65520.0f) == infinity);
static_assert(float16(-infinity) == -infinity && float16(-0.0f).bits == 0x8000 && float16(-1e9f) == -infinity);
static_assert(float16(0x1p-14f).bits == 0x400 && float16(0x1.ff8p-15f).bits == 0x3ff &&
              float16(0x1.ffcp-15f).bits == 0x400);
static_assert(float16(0x1p-24f).bits == 1 && float16(0x1p-25f).bits == 0 && float16(0x1.8p-24f).bits == 2 &&
              float16(0x1p-149f).bits == 0);
static_assert(is_nan(float16(std::bit_cast<float>(0x7f800001u))) && is_nan(float16(std::bit_cast<float>(0xffffffffu))));

static_assert(TF32::round(0x1.002p0f) == 0x1.004p0f && TF32::round(0x1.001ffep0f) == 1.0f &&
              TF32::round(-0x1.002p0f) == -0x1.004p0f);
static_assert(TF32::round(0x1.fffffep127f) == infinity && TF32::round(-infinity) == -infinity);
static_assert(is_nan(TF32::round(std::bit_cast<float>(0x7f800001u))) &&
              is_nan(TF32::round(std::bit_cast<float>(0x7fffffffu))));
static_assert(FP32::round(0.1f) == 0.1f && BF16::round(0.1f) == bfloat16(0.1f) && FP16::round(0.1f) == float16(0.1f));

}  // namespace

BOOST_AUTO_TEST_CASE(every_bfloat16_is_its_float_rounded) {
    for (int bits = 0; bits < 0x10000; ++bits) {
        const auto number = bfloat16::from_bits(static_cast<std::uint16_t>(bits));
        if (is_nan(number))
            BOOST_REQUIRE(is_nan(bfloat16(float(number))));
        else
            BOOST_REQUIRE_EQUAL(bfloat16(float(number)).bits, bits);
    }
}

BOOST_AUTO_TEST_CASE(every_half_has_the_value_that_its_fields_state) {
    for (int bits = 0; bits < 0x10000; ++bits) {
        const int exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
        const auto half = float16::from_bits(static_cast<std::uint16_t>(bits));
        const float value = half;
        BOOST_REQUIRE_EQUAL(std::signbit(value), bits >= 0x8000);
        if (exponent == 31) {
            BOOST_REQUIRE(fraction ? std::isnan(value) : std::isinf(value));
            BOOST_REQUIRE(fraction ? std::isnan(float16(value)) : float16(value).bits == bits);
        } else {
            const double expected = exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24);
            BOOST_REQUIRE_EQUAL(std::fabs(value), expected);
            BOOST_REQUIRE_EQUAL(float16(value).bits, bits);
        }
    }
}

// Between two neighbours: below the middle the lower one, above it the upper one, in the middle the even one.
BOOST_AUTO_TEST_CASE(halves_are_rounded_to_nearest_even) {
    for (int bits = 0; bits < 0x7bff; ++bits) {
        const float lower = float16::from_bits(static_cast<std::uint16_t>(bits));
        const float upper = float16::from_bits(static_cast<std::uint16_t>(bits + 1));
        const float middle = (lower + upper) / 2;
        BOOST_REQUIRE_EQUAL(float16(middle).bits, bits + (bits & 1));
        BOOST_REQUIRE_EQUAL(float16(std::nextafter(middle, 0.0f)).bits, bits);
        BOOST_REQUIRE_EQUAL(float16(-std::nextafter(middle, infinity)).bits, 0x8000 + bits + 1);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rounding_stays_within_its_unit, Precision, Precisions) {
    for (float x = 1e-4f; x < 6e4f; x *= 1.00037f) {
        const float rounded = Precision::round(x);
        BOOST_REQUIRE_LE(std::fabs(rounded - x), Precision::unit_roundoff * x);
        BOOST_REQUIRE_EQUAL(static_cast<float>(typename Precision::Storage(rounded)), rounded);
        BOOST_REQUIRE_EQUAL(Precision::round(rounded), rounded);
    }
}
