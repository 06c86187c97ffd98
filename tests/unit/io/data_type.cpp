#define BOOST_TEST_MODULE data_type
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <boost/test/unit_test.hpp>

#include <tenet/io/data_type.hpp>

using namespace tenet;

static_assert(io::name_of(io::DataType::BF16) == "BF16" && io::size_of(io::DataType::BF16) == 2);
static_assert(io::name_of(io::DataType::F64) == "F64" && io::size_of(io::DataType::F64) == 8);
static_assert(io::data_type_of<float> == io::DataType::F32 && io::data_type_of<std::int64_t> == io::DataType::I64);
static_assert(io::data_type_of<float16> == io::DataType::F16 && io::data_type_of<bfloat16> == io::DataType::BF16);

BOOST_AUTO_TEST_CASE(elements_need_no_alignment) {
    std::byte bytes[9]{};
    const double value = -0.1;
    std::memcpy(bytes + 1, &value, sizeof value);
    BOOST_TEST(io::to_float(io::DataType::F64, bytes + 1) == -0.1f);
}

BOOST_AUTO_TEST_CASE(halves_and_bfloat16s_are_read_as_their_values) {
    const std::byte half[]{std::byte{0x00}, std::byte{0xc1}};
    BOOST_TEST(io::to_float(io::DataType::F16, half) == -2.5f);
    const std::byte bfloat[]{std::byte{0x20}, std::byte{0xc0}};
    BOOST_TEST(io::to_float(io::DataType::BF16, bfloat) == -2.5f);
}
