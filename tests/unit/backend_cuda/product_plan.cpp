#define BOOST_TEST_MODULE product_plan
#include <boost/test/unit_test.hpp>

#include <tenet/backend/cuda/product_plan.hpp>

using namespace tenet;
using cuda::product_plan;

// A layer of ResNet: enough large tiles. Its weight gradient: few tiles of long sums, cut into parts.
static_assert(product_plan({1, 64, 128 * 32 * 32, 576}).large_tiles &&
              product_plan({1, 64, 128 * 32 * 32, 576}).parts == 1);
static_assert(product_plan({1, 64, 576, 128 * 32 * 32}).large_tiles &&
              product_plan({1, 64, 576, 128 * 32 * 32}).parts > 32);
// The first layer of LeNet has 6 channels, an MLP at batch 256 few outputs: small tiles.
static_assert(!product_plan({1, 6, 256 * 784, 25}).large_tiles);
static_assert(!product_plan({1, 256, 256, 784}).large_tiles);
static_assert(product_plan({1, 64, 64, 64}).scratch({1, 64, 64, 64}) == 0);
static_assert(product_plan({2, 10, 20, 1024}).parts == 4 &&
              product_plan({2, 10, 20, 1024}).scratch({2, 10, 20, 1024}) == 1600);
static_assert(product_plan({1, 0, 20, 5}).blocks == 0);
static_assert(product_plan({1, 10, 20, 0}).blocks == 1);
// A column of ones beside a weight's gradient: where the last tile has room, or few tiles leave a device idle.
static_assert(cuda::has_room_for_a_column({1, 256, 784, 256}) && cuda::has_room_for_a_column({1, 10, 256, 256}));
static_assert(!cuda::has_room_for_a_column({1, 512, 4608, 4096}));

BOOST_AUTO_TEST_CASE(parts_cover_each_sum_once) {
    for (const bool large : {false, true})
        for (int k = 1; k < 5000; k += 37)
            for (const int n : {1, 64, 1000, 70000}) {
                const auto plan = cuda::detail::plan_with_tiles({1, 40, n, k}, large);
                BOOST_REQUIRE_GE(plan.parts, 1);
                BOOST_REQUIRE_GE(plan.parts * plan.part_length, k);
                BOOST_REQUIRE_LT((plan.parts - 1) * plan.part_length, k);
                BOOST_REQUIRE_EQUAL(plan.blocks, std::int64_t{plan.parts} * plan.row_tiles * plan.column_tiles);
                if (plan.parts > 1) BOOST_REQUIRE_GE(plan.part_length, 256);
            }
}
