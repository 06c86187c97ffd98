#define BOOST_TEST_MODULE backend_isa
#include <cstdlib>
#include <set>
#include <string>

#include <tenet/backend/cpu/isa.hpp>

#include <support/boost_test.hpp>

namespace cpu = tenet::cpu;

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

BOOST_AUTO_TEST_CASE(the_environment_can_lower_the_instruction_set) {
    // Before the first dispatch: the choice is made once.
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
