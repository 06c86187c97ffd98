#define BOOST_TEST_MODULE property_plans
#include <tenet/schedule/program.hpp>

#include <support/boost_test.hpp>
#include <support/networks.hpp>
#include <support/random_numbers.hpp>

// Memory plans: buffers that live at the same time never overlap, and the block is never smaller than what lives at once.

using namespace tenet;
using namespace tenet::testing;

namespace {

/// As memory::sound, by a map of the block: who holds each number at each step.
template <int B>
bool no_number_is_held_twice(const memory::Plan<B>& plan) {
    int steps = 0;
    for (const memory::Buffer& buffer : plan.buffers) steps = std::max(steps, buffer.last + 1);
    for (int step = 0; step < steps; ++step) {
        std::vector<bool> held(static_cast<std::size_t>(plan.peak));
        for (const memory::Buffer& buffer : plan.buffers)
            for (std::int64_t i = 0; i < buffer.size && buffer.first <= step && step <= buffer.last; ++i) {
                if (buffer.offset + i >= plan.peak || held[static_cast<std::size_t>(buffer.offset + i)]) return false;
                held[static_cast<std::size_t>(buffer.offset + i)] = true;
            }
    }
    return true;
}

template <int B>
void check_plan(const memory::Plan<B>& plan) {
    BOOST_TEST(memory::sound(plan));
    BOOST_TEST(no_number_is_held_twice(plan));
    BOOST_TEST(plan.peak >= plan.bound);
    BOOST_TEST(plan.peak <= plan.total);
}

template <class Net, Mode M, bool InputGradient, class Rules>
void check_program() {
    using Program = schedule::Program<Net, M, InputGradient, Rules>;
    check_plan(Program::plan);
    // Every group finds its input written before, and not yet given away.
    for (int g = 0; g < Program::group_count; ++g) {
        const fusion::Group& group = Program::outline.group(g);
        const memory::Buffer& out = Program::plan.buffers[group.output.storage];
        for (int k = 0; k < group.input_count; ++k) {
            const memory::Buffer& in = Program::plan.buffers[group.inputs[k].storage];
            BOOST_TEST((in.first <= g && g + 1 <= in.last));
        }
        BOOST_TEST((out.first <= g + 1 && group.output.offset + group.output.count <= out.size));
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(plans_of_networks_are_sound) {
    for_each_network([]<class Net>(const char* name) {
        BOOST_TEST_CONTEXT(name) {
            check_program<Net, Mode::inference, false, fusion::Rules>();
            check_program<Net, Mode::training, false, fusion::Rules>();
            check_program<Net, Mode::training, true, fusion::Rules>();
            check_program<Net, Mode::training, true, fusion::NoRules>();
            check_program<Net, Mode::inference, false, fusion::NoRules>();
        }
    });
}

BOOST_AUTO_TEST_CASE(a_chain_runs_in_its_two_largest_neighbours) {
    using Chain = Network<Input<100>, Linear<50>, ReLU, Linear<70>, ReLU, Linear<30>, ReLU, Linear<80>, ReLU, Linear<5>>;
    using Program = schedule::Program<Chain, Mode::inference>;
    BOOST_TEST(Program::plan.bound == 150);
    BOOST_TEST(Program::plan.peak == 150);
    BOOST_TEST(Program::plan.total == 335);
}

BOOST_AUTO_TEST_CASE(plans_of_random_lifetimes_are_sound) {
    RandomNumbers random{10};
    constexpr int buffers = 24;
    double waste = 0.0;
    constexpr int trials = 500;
    for (int trial = 0; trial < trials; ++trial)
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT("trial " << trial) {
            memory::Plan<buffers> plan;
            for (memory::Buffer& buffer : plan.buffers) {
                buffer.size = random.integer(0, 9) == 0 ? 0 : random.integer(1, 60);
                buffer.first = random.integer(0, 15);
                buffer.last = buffer.first + random.integer(0, 8);
            }
            const auto placed = memory::place(plan);
            check_plan(placed);
            waste += static_cast<double>(placed.peak) / static_cast<double>(placed.bound) / trials;
        }
    BOOST_TEST(waste < 1.15);
}

BOOST_AUTO_TEST_CASE(the_check_finds_overlaps) {
    memory::Plan<2> plan;
    plan.buffers[0] = {4, 0, 3, 0};
    plan.buffers[1] = {4, 3, 5, 3};
    plan.peak = 7;
    BOOST_TEST(!memory::sound(plan));
    BOOST_TEST(!no_number_is_held_twice(plan));
    plan.buffers[1].offset = 4;
    plan.peak = 8;
    BOOST_TEST(memory::sound(plan));
    BOOST_TEST(no_number_is_held_twice(plan));
    plan.buffers[1] = {4, 4, 5, 0};  // after the other's end
    BOOST_TEST(memory::sound(plan));
    BOOST_TEST(no_number_is_held_twice(plan));
}
