#define BOOST_TEST_MODULE type_name
#include <cstdlib>
#include <limits>
#include <string>

#include <tenet/diagnostics/type_name.hpp>
#include <tenet/network.hpp>

#include <support/boost_test.hpp>

namespace other {
struct tenet_like {};
template <class>
struct Box {};
namespace tenet {
struct Inner {};
}  // namespace tenet
}  // namespace other

struct Mine {};

using namespace tenet;

namespace {

template <class T>
std::string name() {
    return std::string(type_name<T>().view());
}
template <class T>
std::string kind() {
    return std::string(kind_name<T>().view());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_type_is_spelled_as_its_user_spells_it) {
    BOOST_TEST(name<int>() == "int");
    BOOST_TEST(name<ReLU>() == "ReLU");
    BOOST_TEST(name<Mine>() == "Mine");
    BOOST_TEST((name<Linear<256>>() == "Linear<256>"));
    BOOST_TEST((name<Linear<256, NoBias>>() == "Linear<256,NoBias>"));
    BOOST_TEST((name<Conv2d<16, Kernel<7, 5>, Padding<1>>>() == "Conv2d<16,Kernel<7,5>,Padding<1>>"));
    BOOST_TEST((name<Conv2d<16, Kernel<7, 5>, Padding<-1>>>() == "Conv2d<16,Kernel<7,5>,Padding<-1>>"));
    BOOST_TEST((name<Frozen<Sequential<ReLU, Mine>>>() == "Frozen<Sequential<ReLU,Mine>>"));
}

BOOST_AUTO_TEST_CASE(floats_are_spelled_with_the_fewest_digits) {
    BOOST_TEST(name<Dropout<0.2f>>() == "Dropout<0.2f>");
    BOOST_TEST(name<Dropout<0.0f>>() == "Dropout<0.0f>");
    BOOST_TEST((name<HardTanh<-20.0f, 1e7f>>() == "HardTanh<-20.0f,1e7f>"));
    BOOST_TEST((name<BatchNorm2d<Eps<1e-5f>, Momentum<0.25f>>>() == "BatchNorm2d<Eps<1e-5f>,Momentum<0.25f>>"));
    BOOST_TEST((name<Named<"1.50", ReLU>>().find("1.50f") == std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_number_is_written_with_the_fewest_digits_that_give_it_back) {
    const auto written = [](double value, bool is_float) {
        return std::string(detail::as_written(value, is_float).view());
    };
    for (const char* text : {"0.1f", "0.2f", "0.3f", "1.5f", "0.001f", "0.0001f", "1.5e-5f", "9999999.0f",
                             "1.6777216e7f", "123456.79f", "3.4028235e38f", "1e-45f", "1.1754944e-38f"})
        BOOST_TEST(std::strtof(written(std::strtof(text, nullptr), true).c_str(), nullptr) ==
                   std::strtof(text, nullptr));
    for (const char* text : {"0.1f", "0.2f", "0.3f", "1.5f", "0.001f", "0.0001f", "1.5e-5f", "9999999.0f",
                             "1.6777216e7f", "123456.79f", "1e-45f"})
        BOOST_TEST(written(std::strtof(text, nullptr), true) == text);
    for (const char* text : {"0.1", "0.5", "20.0", "1e-5", "0.3333333333333333", "1234567.5"})
        BOOST_TEST(written(std::strtod(text, nullptr), false) == text);
    BOOST_TEST(written(-1e300 * 1e300, true) == "-infinity");
    BOOST_TEST(written(std::numeric_limits<double>::quiet_NaN(), true) == "NaN");
}

BOOST_AUTO_TEST_CASE(namespaces_of_others_stay) {
    BOOST_TEST(name<other::tenet_like>() == "other::tenet_like");
    BOOST_TEST((name<other::Box<Linear<3>>>() == "other::Box<Linear<3>>"));
}

BOOST_AUTO_TEST_CASE(the_kind_is_the_name_of_the_template) {
    BOOST_TEST((kind<Conv2d<16, Kernel<7>>>() == "Conv2d"));
    BOOST_TEST(kind<ReLU>() == "ReLU");
    BOOST_TEST((kind<other::Box<int>>() == "other::Box"));
}

BOOST_AUTO_TEST_CASE(a_text_takes_numbers_and_ends_at_its_capacity) {
    BOOST_TEST((Text{} << "a" << ' ' << 0 << ' ' << -17 << ' ' << 1234567890123456789LL).view() ==
               "a 0 -17 1234567890123456789");
    BOOST_TEST((Text{} << (-9223372036854775807LL - 1)).view() == "-9223372036854775808");
    Text full;
    for (int i = 0; i < 1000; ++i) full << 'x';
    BOOST_TEST(full.length == Text::capacity - 1);
    BOOST_TEST(full.view().back() == 'x');
}
