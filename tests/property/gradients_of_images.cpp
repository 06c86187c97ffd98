#define BOOST_TEST_MODULE property_gradients_of_images
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/convolution_transpose.hpp>
#include <tenet/layers/pool.hpp>

#include <support/boost_test.hpp>
#include <support/finite_differences.hpp>

// Gradients of convolutions and pooling, held to finite differences of the layers' own outputs.

using namespace tenet;
using testing::check_gradients, testing::kinked, testing::pick;

BOOST_AUTO_TEST_CASE(pooling) {
    check_gradients<Network<Input<2, pick(1, 4, 9)>, MaxPool1d<2, Stride<1>>>>("MaxPool1d", kinked);
    check_gradients<Network<Input<2, pick(2, 4, 6), pick(3, 4, 6)>, MaxPool2d<3, Stride<2>, Padding<1>, CeilMode>>>(
        "MaxPool2d", kinked);
    check_gradients<Network<Input<2, 3, pick(4, 2, 4), 3>, MaxPool3d<2, Stride<1>>>>("MaxPool3d", kinked);
    check_gradients<Network<Input<2, pick(5, 4, 9)>, AvgPool1d<3, Stride<2>, Padding<1>>>>("AvgPool1d");
    check_gradients<Network<Input<2, pick(6, 4, 6), pick(7, 4, 6)>, AvgPool2d<3, Stride<2>, Padding<1>, CeilMode>>>("AvgPool2d");
    check_gradients<Network<Input<2, 3, pick(8, 2, 4), 3>, AvgPool3d<2, Stride<1>>>>("AvgPool3d");
    check_gradients<Network<Input<3, pick(9, 1, 4), pick(10, 1, 4)>, GlobalAvgPool>>("GlobalAvgPool");
    check_gradients<Network<Input<3, pick(40, 1, 9)>, AdaptiveAvgPool1d<pick(41, 1, 6)>>>("AdaptiveAvgPool1d");
    check_gradients<Network<Input<3, pick(42, 1, 6), pick(43, 1, 6)>, AdaptiveAvgPool2d<pick(44, 1, 4), 3>>>("AdaptiveAvgPool2d");
}

BOOST_AUTO_TEST_CASE(convolutions) {
    check_gradients<Network<Input<pick(20, 1, 4), pick(21, 5, 9)>, Conv1d<pick(22, 1, 5), Kernel<pick(23, 1, 5)>>>>("Conv1d");
    check_gradients<Network<Input<2, pick(24, 5, 9)>, Conv1d<2, Kernel<3>, Stride<2>, Padding<2>, Dilation<2>>>>(
        "Conv1d with all extents");
    check_gradients<Network<Input<pick(25, 1, 3), pick(26, 3, 6), pick(27, 3, 6)>,
                            Conv2d<pick(28, 1, 5), Kernel<pick(29, 1, 3), pick(30, 1, 3)>>>>("Conv2d");
    check_gradients<Network<Input<2, pick(31, 4, 6), 5>, Conv2d<3, Kernel<3>, Stride<pick(32, 1, 3)>, Padding<1>>>>(
        "Conv2d with stride and padding");
    check_gradients<Network<Input<4, 4, pick(33, 3, 5)>, Conv2d<6, Kernel<3, 2>, Padding<1, 0>, Groups<2>, NoBias>>>(
        "Conv2d in groups");
    check_gradients<Network<Input<3, 4, pick(34, 3, 5)>, Conv2d<3, Kernel<3>, Padding<1>, Groups<3>>>>("Conv2d by depth");
    check_gradients<Network<Input<2, 4, pick(35, 3, 5)>, Conv2d<2, Kernel<3>, Padding<2, 1>, PaddingMode<reflect>>>>("reflect");
    check_gradients<Network<Input<2, 4, pick(36, 3, 5)>, Conv2d<2, Kernel<3>, Padding<2, 1>, PaddingMode<replicate>>>>(
        "replicate");
    check_gradients<Network<Input<2, 4, pick(37, 3, 5)>, Conv2d<2, Kernel<3>, Stride<2>, Padding<2, 1>, PaddingMode<circular>>>>(
        "circular");
    check_gradients<Network<Input<2, 2, pick(38, 2, 4), 3>, Conv3d<2, Kernel<2>, Padding<1, 0, 1>>>>("Conv3d");
    check_gradients<Network<Input<2, 3, 3, pick(39, 2, 3)>, Conv3d<2, Kernel<2>, Stride<2>, Padding<1>, PaddingMode<circular>>>>(
        "Conv3d, circular");
}

BOOST_AUTO_TEST_CASE(transposed_convolutions) {
    check_gradients<Network<Input<pick(45, 1, 4), pick(46, 1, 6)>,
                            ConvTranspose1d<pick(47, 1, 5), Kernel<pick(48, 1, 5)>, Stride<pick(49, 1, 3)>>>>(
        "ConvTranspose1d");
    check_gradients<Network<Input<2, pick(50, 3, 5), pick(51, 3, 5)>,
                            ConvTranspose2d<pick(52, 1, 5), Kernel<3>, Stride<2>, Padding<1>, OutputPadding<1>>>>(
        "ConvTranspose2d with all extents");
    check_gradients<Network<Input<4, 3, pick(53, 2, 4)>, ConvTranspose2d<6, Kernel<2>, Stride<2>, Groups<2>, NoBias>>>(
        "ConvTranspose2d in groups");
    check_gradients<Network<Input<2, pick(54, 2, 4), 3>,
                            ConvTranspose2d<3, Kernel<pick(55, 1, 3)>, Dilation<2>, Padding<1, 0>, OutputPadding<1>>>>(
        "ConvTranspose2d with dilation");
}
