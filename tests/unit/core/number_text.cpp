#define BOOST_TEST_MODULE number_text
#include <bit>
#include <clocale>
#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include <tenet/core/number_text.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(texts_of_numbers) {
    const auto text = [](auto append, auto... arguments) {
        std::string result;
        append(result, arguments...);
        return result;
    };
    BOOST_TEST(text(append_fixed, 0.43, 4) == "0.4300");
    BOOST_TEST(text(append_fixed, 1e300, 4) == "1e+300");
    BOOST_TEST(text(append_fixed, std::nan(""), 4) == "nan");
    BOOST_TEST(text(append_grouped, std::int64_t{0}) == "0");
    BOOST_TEST(text(append_grouped, std::int64_t{999}) == "999");
    BOOST_TEST(text(append_grouped, std::int64_t{-1234}) == "-1,234");
    BOOST_TEST(text(append_grouped, std::int64_t{203530}) == "203,530");
    BOOST_TEST(text(append_grouped, std::int64_t{1000000}) == "1,000,000");
    const auto scaled = [](double number) {
        std::string result;
        append_scaled(result, number);
        return result;
    };
    BOOST_TEST(scaled(0) == "0");
    BOOST_TEST(scaled(12) == "12");
    BOOST_TEST(scaled(3.14159) == "3.14");
    BOOST_TEST(scaled(999) == "999");
    BOOST_TEST(scaled(999.9) == "1.00k");
    BOOST_TEST(scaled(62400) == "62.4k");
    BOOST_TEST(scaled(999499) == "999k");
    BOOST_TEST(scaled(999999) == "1.00M");
    BOOST_TEST(scaled(3.5e6) == "3.50M");
    BOOST_TEST(text(append_bytes, std::int64_t{512}) == "512 B");
    BOOST_TEST(text(append_bytes, std::int64_t{1024}) == "1.00 KiB");
    BOOST_TEST(text(append_bytes, std::int64_t{25088}) == "24.5 KiB");
    BOOST_TEST(text(append_bytes, std::int64_t{1} << 20) == "1.00 MiB");
}

// Both ways to read, the one that libc++ needs as well.
BOOST_AUTO_TEST_CASE(numbers_of_texts) {
    const auto by_strtod = [](std::string_view text, double& number) {
        return detail::read_by_strtod(std::string{text}, number);
    };
    const auto check = [](const auto& read) {
        using Limits = std::numeric_limits<double>;
        for (const double number :
             {0.0, -0.0, 0.1, -2.5, 1e300, 1.0 / 3, Limits::max(), Limits::denorm_min(), Limits::infinity()}) {
            std::string text;
            append_number(text, number);
            double found = 7;
            BOOST_TEST_CONTEXT(text) {
                BOOST_TEST(read(text, found));
                BOOST_TEST(std::bit_cast<std::uint64_t>(found) == std::bit_cast<std::uint64_t>(number));
            }
        }
        double found = 7;
        BOOST_TEST((read("-nan", found) && std::isnan(found)));
        found = 7;
        for (const std::string_view text :
             {"", "-", " 1", "1 ", "+1", "0x1p3", "1,5", "1.5.", "e5", "-+1", "1e999", "infinit", "n", "1n"})
            BOOST_TEST(!read(text, found), "'" << text << "' was read");
    };
    check([](std::string_view text, double& number) { return read_number(text, number); });
    check(by_strtod);
    // Another locale's comma changes nothing. The tests' machines may have none such: then this is said twice.
    const char* const there = std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
    check(by_strtod);
    if (there) std::setlocale(LC_NUMERIC, "C");
}
