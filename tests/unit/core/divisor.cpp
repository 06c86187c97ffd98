#define BOOST_TEST_MODULE divisor
#include <initializer_list>

#include <boost/test/unit_test.hpp>

#include <tenet/core/divisor.hpp>

using tenet::Divisor;

namespace {

constexpr int greatest = 0x7fffffff;

static_assert(Divisor{}.quotient(greatest) == greatest && Divisor(1).remainder(greatest) == 0);
static_assert(Divisor(7).quotient(48) == 6 && Divisor(7).remainder(48) == 6 && Divisor(7).quotient(49) == 7);
static_assert(Divisor(greatest).quotient(greatest) == 1 && Divisor(greatest).quotient(greatest - 1) == 0);
static_assert(Divisor(7).divisor() == 7);

}  // namespace

// A quotient is wrong first next to a multiple of the divisor.
BOOST_AUTO_TEST_CASE(quotients_and_remainders_are_those_of_division) {
    const auto check = [](int d) {
        const Divisor divisor(d);
        for (const int multiple : {1, 2, 3, greatest / d / 2, greatest / d - 1, greatest / d})
            for (const int offset : {-1, 0, 1}) {
                const long long n = static_cast<long long>(multiple) * d + offset;
                if (n < 0 || n > greatest) continue;
                BOOST_REQUIRE_EQUAL(divisor.quotient(static_cast<int>(n)), n / d);
                BOOST_REQUIRE_EQUAL(divisor.remainder(static_cast<int>(n)), n % d);
            }
        BOOST_REQUIRE_EQUAL(divisor.quotient(greatest), greatest / d);
    };
    for (int d = 1; d < 5000; ++d) check(d);
    for (int bit = 12; bit < 31; ++bit)
        for (int offset = -2; offset <= 2; ++offset) check((1 << bit) + offset);
    for (int d = greatest; d > 5000; d -= d / 1000 + 1) check(d);
}
