#define BOOST_TEST_MODULE backend_isa
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string>

#include <tenet/backend/cpu/isa.hpp>

#include <support/boost_test.hpp>
#include <support/message_of.hpp>

namespace cpu = tenet::cpu;
using tenet::testing::message_of;

namespace {

struct LanesOfValue {
    template <class T>
    static TENET_INLINE int run(int factor) {
        return tenet::lanes_of<T> * factor;
    }
};

struct CallsItself {
    template <class T>
    static TENET_INLINE int run() {
        return cpu::call_block<T, LanesOfValue>(10);
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_instruction_set_that_the_machine_lacks_or_nobody_has_is_named) {
    using cpu::detail::lanes_of_name;
    for (const int widest : {4, 8, 16}) {
        BOOST_TEST(lanes_of_name(nullptr, widest) == widest);
        BOOST_TEST(lanes_of_name("", widest) == widest);
        BOOST_TEST(lanes_of_name("baseline", widest) == 0);
    }
    BOOST_TEST(lanes_of_name("avx2", 16) == 8);
    BOOST_TEST(lanes_of_name("avx512", 16) == 16);
    const auto refused = [](const char* name, int widest) {
        return message_of<std::runtime_error>([&] { lanes_of_name(name, widest); });
    };
    BOOST_TEST(refused("avx512", 8) == "TENET_ISA is avx512, which this machine does not have");
    BOOST_TEST(refused("avx2", 4) == "TENET_ISA is avx2, which this machine does not have");
    for (const std::string name : {"sse9", "AVX2", "avx2 ", "16"})
        BOOST_TEST(refused(name.c_str(), 16) == "TENET_ISA is " + name + ", expected avx512, avx2 or baseline");
}

BOOST_AUTO_TEST_CASE(the_environment_can_lower_the_instruction_set) {
    // Before the first dispatch that succeeds: the choice is made once.
#if TENET_DISPATCH
    BOOST_REQUIRE_EQUAL(setenv("TENET_ISA", "sse9", 1), 0);
    for (int time = 0; time < 2; ++time)
        BOOST_TEST(message_of<std::runtime_error>([] { cpu::dispatch([]<class Isa>() {}); }) ==
                   "TENET_ISA is sse9, expected avx512, avx2 or baseline");
#endif
    BOOST_REQUIRE_EQUAL(setenv("TENET_ISA", "baseline", 1), 0);
    const int lanes = cpu::dispatch([]<class Isa>() { return Isa::lanes; });
    BOOST_TEST(lanes == int{cpu::Baseline::lanes});
    unsetenv("TENET_ISA");
    BOOST_TEST(cpu::dispatch([]<class Isa>() { return Isa::lanes; }) == lanes);
}

BOOST_AUTO_TEST_CASE(a_call_passes_arguments_and_results_at_every_width) {
    cpu::for_each_isa([]<class Isa>() {
        BOOST_TEST((cpu::call<Isa, LanesOfValue>(3)) == 3 * Isa::lanes);
        BOOST_TEST((cpu::call<Isa, CallsItself>()) == 10 * Isa::lanes);
    });
}

BOOST_AUTO_TEST_CASE(every_machine_has_the_baseline_and_each_set_comes_once) {
    std::set<std::string> names;
    int count = 0;
    cpu::for_each_isa([&]<class Isa>() {
        BOOST_TEST(cpu::supported<Isa>());
        names.insert(Isa::name);
        ++count;
    });
    BOOST_TEST(names.count("baseline") == 1U);
    BOOST_TEST(names.size() == static_cast<std::size_t>(count));
}
