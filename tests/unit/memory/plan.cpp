#define BOOST_TEST_MODULE plan
#include <algorithm>
#include <vector>

#include <tenet/memory/plan.hpp>
#include <tenet/models/lenet.hpp>
#include <tenet/network.hpp>
#include <tenet/schedule/program.hpp>

#include <support/boost_test.hpp>
#include <support/random_numbers.hpp>

using namespace tenet;
using namespace tenet::testing;
using memory::Plan, memory::Buffer;

namespace {

template <int B>
std::int64_t bound_of(const Plan<B>& plan) {
    std::int64_t most = 0;
    for (int step = 0; step < 1000; ++step) {
        std::int64_t alive = 0;
        for (const Buffer& b : plan.buffers) alive += b.first <= step && step <= b.last ? b.size : 0;
        most = std::max(most, alive);
    }
    return most;
}

/// Marks every number of the block with its owner, step by step: no owner's mark may be lost while it lives.
template <int B>
bool nobody_overwrites(const Plan<B>& plan, int steps) {
    std::vector<int> block(static_cast<std::size_t>(plan.peak), -1);
    for (int step = 0; step < steps; ++step)
        for (int b = 0; b < B; ++b) {
            const Buffer& buffer = plan.buffers[b];
            const auto begin = block.begin() + buffer.offset, end = begin + buffer.size;
            if (buffer.first == step && buffer.last >= step) std::fill(begin, end, b);
            if (buffer.first > step || buffer.last < step) continue;
            if (!std::all_of(begin, end, [&](int owner) { return owner == b; })) return false;
        }
    return true;
}

template <class Net, Mode M>
constexpr const auto& plan_of = schedule::Program<Net, M>::plan;

}  // namespace

BOOST_AUTO_TEST_CASE(random_lifetimes_never_overlap) {
    constexpr int count = 24, steps = 16;
    double waste = 0;
    for (std::uint32_t trial = 0; trial < 2000; ++trial) {
        RandomNumbers random{trial};
        Plan<count> plan;
        std::int64_t total = 0;
        const int largest = trial % 2 == 0 ? 5 : 60;
        for (Buffer& buffer : plan.buffers) {
            const int a = random.integer(0, steps - 1), b = random.integer(0, steps - 1);
            buffer = {random.integer(0, largest), std::min(a, b), std::max(a, b), 0};
            total += buffer.size;
        }
        const Plan<count> placed = memory::place(plan);
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT("trial " << trial) {
            BOOST_TEST(memory::sound(placed));
            BOOST_TEST(nobody_overwrites(placed, steps));
            BOOST_TEST(placed.bound == bound_of(plan));
            BOOST_TEST(placed.peak >= placed.bound);
            BOOST_TEST(placed.peak <= placed.total);
            BOOST_TEST(placed.total == total);
        }
        for (int i = 0; i < count; ++i) {
            BOOST_TEST_REQUIRE(placed.buffers[i].size == plan.buffers[i].size);
            BOOST_TEST_REQUIRE(placed.buffers[i].first == plan.buffers[i].first);
            BOOST_TEST_REQUIRE(placed.buffers[i].last == plan.buffers[i].last);
            BOOST_TEST_REQUIRE(placed.buffers[i].offset >= 0);
            BOOST_TEST_REQUIRE(placed.buffers[i].offset + placed.buffers[i].size <= placed.peak);
        }
        waste += static_cast<double>(placed.peak) / static_cast<double>(placed.bound) - 1;
    }
    BOOST_TEST(waste / 2000 < 0.1);
}

BOOST_AUTO_TEST_CASE(an_unsound_plan_is_seen) {
    Plan<2> plan;
    plan.buffers[0] = {4, 0, 2, 0};
    plan.buffers[1] = {3, 2, 5, 3};
    BOOST_TEST(!memory::sound(plan));
    plan.buffers[1].offset = 4;
    BOOST_TEST(memory::sound(plan));
    plan.buffers[1] = {3, 3, 5, 0};
    BOOST_TEST(memory::sound(plan));
    plan.buffers[1] = {0, 0, 5, 1};
    BOOST_TEST(memory::sound(plan));
    plan.buffers[0] = {4, 0, 2, 1};
    plan.buffers[1] = {9, 1, 1, 0};  // one inside the other
    BOOST_TEST(!memory::sound(plan));
}

BOOST_AUTO_TEST_CASE(a_gap_of_the_right_size_is_used) {
    Plan<4> plan;
    plan.buffers[0] = {10, 0, 1, 0};  // dies, and leaves a gap below the second
    plan.buffers[1] = {9, 0, 5, 0};
    plan.buffers[2] = {8, 2, 5, 0};
    plan.buffers[3] = {2, 3, 5, 0};
    plan = memory::place(plan);
    BOOST_TEST(memory::sound(plan));
    BOOST_TEST(plan.peak == 19);
    BOOST_TEST(plan.bound == 19);
    BOOST_TEST(plan.buffers[2].offset + plan.buffers[2].size <= 10);
    BOOST_TEST(plan.buffers[3].offset + plan.buffers[3].size <= 10);
}

BOOST_AUTO_TEST_CASE(a_plan_of_nothing) {
    const Plan<1> plan = memory::place(Plan<1>{});
    BOOST_TEST(plan.peak == 0);
    BOOST_TEST(plan.bound == 0);
    BOOST_TEST(memory::sound(plan));
}

// A chain needs its two neighbouring values at most, and the plan finds that.
using MLP = Network<Input<30>, Linear<50>, ReLU, Linear<20>, Tanh, Linear<70>, ReLU, Linear<10>>;
static_assert(plan_of<MLP, Mode::inference>.peak == 20 + 70 && plan_of<MLP, Mode::inference>.bound == 20 + 70);
using LeNet = models::LeNet<>;
static_assert(plan_of<LeNet, Mode::inference>.peak == 6 * 28 * 28 + 6 * 14 * 14);
static_assert(plan_of<LeNet, Mode::inference>.bound == plan_of<LeNet, Mode::inference>.peak);
static_assert(plan_of<LeNet, Mode::inference>.total > plan_of<LeNet, Mode::inference>.peak);
// Training keeps more, but less than every value and gradient.
static_assert(plan_of<LeNet, Mode::training>.bound <= plan_of<LeNet, Mode::training>.peak);
static_assert(plan_of<LeNet, Mode::training>.peak < plan_of<LeNet, Mode::training>.total);
static_assert(plan_of<LeNet, Mode::inference>.peak < plan_of<LeNet, Mode::training>.peak);
// Views and fused activations take no memory of their own.
using Viewed = Network<Input<4, 6>, Reshape<6, 4>, Flatten, Dropout<0.0f>, Linear<5>, ReLU, Reshape<5, 1>>;
static_assert(plan_of<Viewed, Mode::inference>.peak == 24 + 5);
