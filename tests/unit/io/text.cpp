#define BOOST_TEST_MODULE text
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include <tenet/io/text.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(pieces_of_every_kind) {
    BOOST_TEST(io::joined({}) == "");
    BOOST_TEST(io::joined({"a ", std::string{"b\0", 2}, std::string_view{" c"}, "", 0, short{0}, -7, 42u}) ==
               (std::string{"a b\0 c00-742", 12}));
}

BOOST_AUTO_TEST_CASE(the_limits_of_integers) {
    BOOST_TEST(io::joined({std::numeric_limits<std::int64_t>::min()}) == "-9223372036854775808");
    BOOST_TEST(io::joined({std::numeric_limits<std::uint64_t>::max()}) == "18446744073709551615");
    BOOST_TEST(io::joined({std::numeric_limits<std::int8_t>::min()}) == "-128");
}
