#define BOOST_TEST_MODULE property_gradients_of_resampling
#include <tenet/layers/pad.hpp>
#include <tenet/layers/pixel_shuffle.hpp>
#include <tenet/layers/upsample.hpp>

#include <support/boost_test.hpp>
#include <support/finite_differences.hpp>

// Gradients of layers that pad, resize and rearrange images, held to finite differences of their own outputs.

using namespace tenet;
using testing::check_gradients, testing::pick;

BOOST_AUTO_TEST_CASE(padding) {
    check_gradients<Network<Input<2, pick(1, 1, 4), pick(2, 1, 4)>, ZeroPad2d<2>>>("ZeroPad2d");
    check_gradients<Network<Input<2, pick(3, 3, 5), pick(4, 4, 6)>, ReflectionPad2d<1, 3, 2, 0>>>("ReflectionPad2d");
    check_gradients<Network<Input<2, pick(5, 1, 4), pick(6, 1, 4)>, ReplicationPad2d<0, 5, 3, 1>>>("ReplicationPad2d");
}

BOOST_AUTO_TEST_CASE(resizing) {
    check_gradients<Network<Input<2, pick(10, 1, 9)>, Upsample<ScaleFactor<pick(11, 1, 3)>>>>("Upsample of a sequence");
    check_gradients<Network<Input<2, pick(12, 1, 4), pick(13, 1, 4)>, Upsample<OutputSize<pick(14, 1, 6), 3>>>>(
        "Upsample");
    check_gradients<Network<Input<2, 2, pick(15, 1, 3), 2>, Upsample<ScaleFactor<1, 2, 3>>>>("Upsample of a volume");
    check_gradients<Network<Input<2, pick(16, 1, 4), pick(17, 1, 4)>, Upsample<ScaleFactor<2>, Bilinear>>>("Bilinear");
    check_gradients<Network<Input<2, pick(18, 1, 5), 3>, Upsample<OutputSize<4, pick(19, 1, 7)>, Bilinear>>>(
        "Bilinear to a size");
    check_gradients<Network<Input<8, pick(20, 1, 3), pick(21, 1, 3)>, PixelShuffle<2>>>("PixelShuffle");
}
