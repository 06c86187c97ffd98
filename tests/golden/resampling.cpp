#define BOOST_TEST_MODULE golden_resampling
#include <tenet/layers/pad.hpp>
#include <tenet/layers/pixel_shuffle.hpp>
#include <tenet/layers/upsample.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

template <class Layer>
using OnImage = Network<Input<2, 5, 6>, Layer>;

BOOST_AUTO_TEST_CASE(resampling) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<OnImage<ZeroPad2d<2>>>("zero_pad2d"));
    cases.push_back(golden::layer<OnImage<ZeroPad2d<1, 3, 0, 2>>>("zero_pad2d_sides"));
    cases.push_back(golden::layer<OnImage<ReflectionPad2d<2>>>("reflection_pad2d"));
    cases.push_back(golden::layer<OnImage<ReflectionPad2d<1, 3, 0, 2>>>("reflection_pad2d_sides"));
    cases.push_back(golden::layer<OnImage<ReplicationPad2d<2>>>("replication_pad2d"));
    cases.push_back(golden::layer<OnImage<ReplicationPad2d<1, 3, 0, 2>>>("replication_pad2d_sides"));
    cases.push_back(golden::layer<OnImage<Upsample<ScaleFactor<2>>>>("upsample_nearest"));
    cases.push_back(golden::layer<Network<Input<2, 7>, Upsample<ScaleFactor<3>>>>("upsample_nearest_line"));
    cases.push_back(
        golden::layer<Network<Input<2, 2, 3, 4>, Upsample<ScaleFactor<2, 1, 3>>>>("upsample_nearest_volume"));
    cases.push_back(golden::layer<OnImage<Upsample<OutputSize<7, 4>>>>("upsample_nearest_size"));
    cases.push_back(golden::layer<OnImage<Upsample<ScaleFactor<2>, Bilinear>>>("upsample_bilinear"));
    cases.push_back(golden::layer<OnImage<Upsample<ScaleFactor<1, 3>, Bilinear>>>("upsample_bilinear_oblong"));
    cases.push_back(golden::layer<OnImage<Upsample<Bilinear, OutputSize<7, 4>>>>("upsample_bilinear_size"));
    cases.push_back(golden::layer<Network<Input<8, 3, 4>, PixelShuffle<2>>>("pixel_shuffle"));
    cases.push_back(golden::layer<Network<Input<9, 2, 2>, PixelShuffle<3>>>("pixel_shuffle_three"));
    golden::check_layers("resampling", cases);
}
