#define BOOST_TEST_MODULE property_fusion_of_images
#include <support/fusion_law.hpp>

using namespace tenet::testing;

static_assert(fuses<SmallLeNet>(3, 3));
static_assert(fuses<ManyConvolutions>(2, 1));
static_assert(fuses<Sequence>(2, 1));
static_assert(fuses<Volume>(2, 1));

BOOST_AUTO_TEST_CASE(fused_equals_unfused) {
    for_each_image_network([]<class Net>(const char* name) { check_fusion<Net>(name); });
}
