#define BOOST_TEST_MODULE property_parity
#include <support/boost_test.hpp>
#include <support/device.hpp>
#include <support/layer_networks.hpp>
#include <support/networks.hpp>
#include <support/parity.hpp>

// The program that holds a GPU to the CPU (benchmarks/gpu), on a system that needs none, in small parts.

using namespace tenet;
using namespace tenet::testing;

BOOST_AUTO_TEST_CASE(networks) {
    ParityReport report{"BF16"};
    const auto check = [&]<class Net>(const char* name) { check_parity<TestSystemWith<BF16>, Net>(report, name); };
    check.template operator()<FusedMlp>("FusedMlp");
    check.template operator()<SmallLeNet>("SmallLeNet");
    check.template operator()<Graphs>("Graphs");
    BOOST_TEST(report.failures() == 0);
}

BOOST_AUTO_TEST_CASE(optimizers_and_random_decisions) {
    ParityReport report{"FP16"};
    check_optimizers<TestSystemWith<FP16>>(report);
    check_random_decisions<TestSystemWith<FP16>>(report);
    BOOST_TEST(report.failures() == 0);
}

BOOST_AUTO_TEST_CASE(differences_are_found) {
    std::FILE* const nowhere = std::tmpfile();
    ParityReport report{"FP32", nowhere};
    report.close("a network", "equal within the tolerance", {1.0f, 2.0f}, {1.0f, 2.001f}, 1e-3);
    BOOST_TEST(report.failures() == 0);
    report.close("a network", "beyond", {1.0f, 2.0f}, {1.0f, 2.1f}, 1e-3);
    BOOST_TEST(report.failures() == 1);
    report.close("a network", "no number", {1.0f, NAN}, {1.0f, 2.0f}, 1e-3);
    BOOST_TEST(report.failures() == 2);
    report.close("a network", "something instead of zeros", {0.0f, 1e-9f}, {0.0f, 0.0f}, 1e-3);
    BOOST_TEST(report.failures() == 3);
    report.identical("a network", "another sign", {0.0f}, {-0.0f});
    BOOST_TEST(report.failures() == 4);
    report.at_least("a network", "accuracy", 0.8, 0.81);
    BOOST_TEST(report.failures() == 5);
    report.at_most("a network", "seconds", 1.1, 1.0);
    BOOST_TEST(report.failures() == 6);
    std::fclose(nowhere);
}
