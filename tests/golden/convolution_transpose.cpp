#define BOOST_TEST_MODULE golden_convolution_transpose
#include <tenet/layers/convolution_transpose.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

namespace {

template <class In, int Out, class... Option>
golden::LayerCase one(const char* suffix) {
    return golden::layer<Network<In, ConvTranspose1d<Out, Option...>>>(std::string("conv_transpose1d") + suffix);
}

template <class In, int Out, class... Option>
golden::LayerCase two(const char* suffix) {
    return golden::layer<Network<In, ConvTranspose2d<Out, Option...>>>(std::string("conv_transpose2d") + suffix);
}

}  // namespace

BOOST_AUTO_TEST_CASE(convolution_transpose) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(one<Input<3, 7>, 4, Kernel<3>>(""));
    cases.push_back(one<Input<2, 5>, 5, Kernel<4>, Stride<3>, Padding<1>, OutputPadding<2>>("_stride"));
    cases.push_back(one<Input<2, 6>, 3, Kernel<3>, Padding<3>, Dilation<2>, OutputPadding<1>>("_dilation"));
    cases.push_back(one<Input<4, 5>, 6, Kernel<3>, Groups<2>, NoBias>("_groups_no_bias"));
    cases.push_back(two<Input<3, 5, 4>, 4, Kernel<3>>(""));
    cases.push_back(two<Input<5, 4, 5>, 6, Kernel<2>, Stride<2>>("_doubles"));
    cases.push_back(two<Input<3, 4, 5>, 4, Kernel<3>, Stride<2>, Padding<1>, OutputPadding<1>>("_stride"));
    cases.push_back(two<Input<2, 3, 4>, 3, Kernel<2>, Stride<3>, OutputPadding<2, 1>>("_stride_beyond_kernel"));
    cases.push_back(two<Input<2, 5, 6>, 3, Kernel<1, 2>, Padding<1, 2>>("_cropped"));
    cases.push_back(
        two<Input<2, 5, 4>, 3, Kernel<3, 2>, Stride<2, 1>, Padding<2, 1>, OutputPadding<1, 2>, Dilation<1, 3>>(
            "_nonsquare_all"));
    cases.push_back(two<Input<2, 4, 5>, 3, Kernel<3>, Stride<2>, Padding<2>, Dilation<3>>("_dilation_stride"));
    cases.push_back(two<Input<4, 4, 4>, 6, Kernel<4>, Stride<2>, Padding<1>, Groups<2>>("_groups"));
    cases.push_back(two<Input<5, 4, 5>, 5, Kernel<3>, Padding<1>, Groups<5>>("_depthwise"));
    cases.push_back(two<Input<2, 3, 4>, 4, Kernel<3>, Stride<2>, NoBias>("_no_bias"));
    cases.push_back(two<Input<18, 3, 3>, 20, Kernel<2>, Stride<2>>("_wide"));
    golden::check_layers("convolution_transpose", cases);
}
