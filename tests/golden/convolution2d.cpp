#define BOOST_TEST_MODULE golden_convolution2d
#include <tenet/layers/convolution.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(convolution2d) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<Network<Input<5, 4, 5>, Conv2d<7, Kernel<1>>>>("conv2d_1x1"));
    cases.push_back(golden::layer<Network<Input<3, 6, 7>, Conv2d<4, Kernel<1>, Stride<2>>>>("conv2d_1x1_stride"));
    cases.push_back(golden::layer<Network<Input<3, 6, 7>, Conv2d<4, Kernel<3>>>>("conv2d_basic"));
    cases.push_back(golden::layer<Network<Input<2, 5, 6>, Conv2d<3, Kernel<3, 5>, Padding<1, 2>, PaddingMode<circular>>>>(
        "conv2d_circular"));
    cases.push_back(golden::layer<Network<Input<2, 6, 5>, Conv2d<3, Kernel<3>, Stride<2>, Padding<1>, PaddingMode<circular>>>>(
        "conv2d_circular_stride"));
    cases.push_back(golden::layer<Network<Input<5, 5, 4>, Conv2d<5, Kernel<3>, Padding<1>, Groups<5>>>>(
        "conv2d_depthwise"));
    cases.push_back(golden::layer<Network<Input<3, 7, 8>, Conv2d<6, Kernel<3>, Stride<2>, Padding<1>, Groups<3>>>>(
        "conv2d_depthwise_multiplier"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, Conv2d<4, Kernel<3>, Dilation<2>>>>("conv2d_dilation"));
    cases.push_back(golden::layer<Network<Input<2, 8, 7>, Conv2d<3, Kernel<3>, Stride<2>, Padding<2>, Dilation<2>>>>(
        "conv2d_dilation_padding_stride"));
    cases.push_back(golden::layer<Network<Input<4, 6, 6>, Conv2d<6, Kernel<3>, Padding<1>, Groups<2>>>>(
        "conv2d_groups"));
    cases.push_back(golden::layer<Network<Input<1, 12, 12>, Conv2d<6, Kernel<5>, Padding<2>>>>("conv2d_lenet_first"));
    cases.push_back(golden::layer<Network<Input<2, 6, 5>, Conv2d<4, Kernel<3>, NoBias>>>("conv2d_no_bias"));
    cases.push_back(golden::layer<Network<Input<2, 7, 9>, Conv2d<4, Kernel<3, 5>>>>("conv2d_nonsquare"));
    cases.push_back(golden::layer<Network<Input<2, 8, 7>, Conv2d<3, Kernel<3, 2>, Stride<2, 1>, Padding<2, 1>, Dilation<1, 3>>>>(
        "conv2d_nonsquare_all"));
    cases.push_back(golden::layer<Network<Input<2, 5, 6>, Conv2d<3, Kernel<3, 5>, Padding<1, 2>, PaddingMode<reflect>>>>(
        "conv2d_reflect"));
    cases.push_back(golden::layer<Network<Input<2, 5, 6>, Conv2d<3, Kernel<3, 5>, Padding<1, 2>, PaddingMode<replicate>>>>(
        "conv2d_replicate"));
    cases.push_back(golden::layer<Network<Input<5, 4, 5>, Conv2d<8, Kernel<3>, Padding<1>>>>("conv2d_same"));
    cases.push_back(golden::layer<Network<Input<3, 8, 9>, Conv2d<4, Kernel<3>, Stride<2>>>>("conv2d_stride"));
    cases.push_back(golden::layer<Network<Input<2, 9, 10>, Conv2d<3, Kernel<2>, Stride<3>>>>(
        "conv2d_stride_beyond_kernel"));
    cases.push_back(golden::layer<Network<Input<3, 8, 9>, Conv2d<4, Kernel<3>, Stride<2>, Padding<1>>>>(
        "conv2d_stride_padding"));
    cases.push_back(golden::layer<Network<Input<3, 5, 4>, Conv2d<4, Kernel<5, 4>>>>("conv2d_whole_image"));
    cases.push_back(golden::layer<Network<Input<18, 5, 6>, Conv2d<20, Kernel<3>, Padding<1>>>>("conv2d_wide"));
    cases.push_back(golden::layer<
                    Network<Input<2, 3, 2>, Conv2d<3, Kernel<3>, Stride<2>, Padding<7, 3>, PaddingMode<replicate>>>>(
        "conv2d_replicate_wide"));
    cases.push_back(golden::layer<Network<Input<2, 2, 3>, Conv2d<3, Kernel<3>, Padding<5, 4>>>>("conv2d_zeros_wide"));
    golden::check_layers("convolution2d", cases);
}
