#define BOOST_TEST_MODULE golden_convolution3d
#include <tenet/layers/convolution.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(convolution3d) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<Network<Input<3, 2, 3, 4>, Conv3d<4, Kernel<1>>>>("conv3d_1x1"));
    cases.push_back(golden::layer<Network<Input<2, 4, 3, 4>, Conv3d<3, Kernel<2>>>>("conv3d_basic"));
    cases.push_back(golden::layer<Network<Input<2, 3, 4, 3>, Conv3d<2, Kernel<3>, Padding<1>, PaddingMode<circular>>>>(
        "conv3d_circular"));
    cases.push_back(golden::layer<Network<Input<2, 5, 4, 5>, Conv3d<2, Kernel<2>, Stride<2>, Padding<1>, Dilation<2>>>>(
        "conv3d_dilation"));
    cases.push_back(golden::layer<Network<Input<4, 3, 3, 4>, Conv3d<4, Kernel<2>, Groups<2>, NoBias>>>(
        "conv3d_groups_no_bias"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 4>, Conv3d<3, Kernel<3, 1, 2>, Stride<1, 2, 1>, Padding<1, 0, 1>>>>(
        "conv3d_nonsquare"));
    cases.push_back(golden::layer<Network<Input<2, 3, 4, 3>, Conv3d<2, Kernel<3>, Padding<1>, PaddingMode<reflect>>>>(
        "conv3d_reflect"));
    cases.push_back(golden::layer<Network<Input<2, 3, 4, 3>, Conv3d<2, Kernel<3>, Padding<1>, PaddingMode<replicate>>>>(
        "conv3d_replicate"));
    golden::check_layers("convolution3d", cases);
}
