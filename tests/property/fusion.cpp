#define BOOST_TEST_MODULE property_fusion
#include <support/fusion_law.hpp>

using namespace tenet::testing;

static_assert(fuses<FusedMlp>(3, 3));
static_assert(fuses<UnfusedMlp>(3, 0));
static_assert(fuses<DropoutMlp>(2, 2));
static_assert(fuses<MixedMlp>(2, 2));
static_assert(fuses<NoLayersWithNumbers>(0, 0));

BOOST_AUTO_TEST_CASE(fused_equals_unfused) {
    for_each_vector_network([]<class Net>(const char* name) { check_fusion<Net>(name); });
}
