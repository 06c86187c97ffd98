#define BOOST_TEST_MODULE data_type
#include <cmath>
#include <cstdint>
#include <limits>

#include <boost/test/unit_test.hpp>

#include <tenet/io/data_type.hpp>

using namespace tenet;

static_assert(io::name_of(io::DataType::BF16) == "BF16" && io::size_of(io::DataType::BF16) == 2);
static_assert(io::name_of(io::DataType::F64) == "F64" && io::size_of(io::DataType::F64) == 8);
static_assert(io::data_type_of<float> == io::DataType::F32 && io::data_type_of<std::int64_t> == io::DataType::I64);

static_assert(io::half_to_float(0x3c00) == 1.0f && io::half_to_float(0xc100) == -2.5f);
static_assert(io::half_to_float(0x7bff) == 65504.0f && io::half_to_float(0x0001) == 0x1p-24f);
static_assert(io::half_to_float(0x7c00) == std::numeric_limits<float>::infinity());
static_assert(io::bfloat16_to_float(0x3f80) == 1.0f &&
              io::bfloat16_to_float(0xff80) == -std::numeric_limits<float>::infinity());

BOOST_AUTO_TEST_CASE(every_half_has_the_value_that_its_fields_state) {
    for (int bits = 0; bits < 0x10000; ++bits) {
        const int exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
        const float value = io::half_to_float(static_cast<std::uint16_t>(bits));
        BOOST_REQUIRE_EQUAL(std::signbit(value), bits >= 0x8000);
        if (exponent == 31) {
            BOOST_REQUIRE(fraction ? std::isnan(value) : std::isinf(value));
        } else {
            const double expected = exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24);
            BOOST_REQUIRE_EQUAL(std::fabs(value), expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(elements_need_no_alignment) {
    std::byte bytes[9]{};
    const double value = -0.1;
    std::memcpy(bytes + 1, &value, sizeof value);
    BOOST_TEST(io::to_float(io::DataType::F64, bytes + 1) == -0.1f);
}
