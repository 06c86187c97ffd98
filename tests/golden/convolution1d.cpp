#define BOOST_TEST_MODULE golden_convolution1d
#include <tenet/layers/convolution.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(convolution1d) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<Network<Input<3, 6>, Conv1d<5, Kernel<1>>>>("conv1d_1x1"));
    cases.push_back(golden::layer<Network<Input<3, 11>, Conv1d<4, Kernel<3>>>>("conv1d_basic"));
    cases.push_back(golden::layer<Network<Input<2, 8>, Conv1d<3, Kernel<5>, Padding<2>, PaddingMode<circular>>>>(
        "conv1d_circular"));
    cases.push_back(golden::layer<Network<Input<2, 10>, Conv1d<3, Kernel<3>, Padding<2>, Dilation<2>>>>(
        "conv1d_dilation"));
    cases.push_back(golden::layer<Network<Input<4, 9>, Conv1d<6, Kernel<3>, Groups<2>, NoBias>>>(
        "conv1d_groups_no_bias"));
    cases.push_back(golden::layer<Network<Input<2, 8>, Conv1d<3, Kernel<5>, Padding<2>, PaddingMode<reflect>>>>(
        "conv1d_reflect"));
    cases.push_back(golden::layer<Network<Input<2, 8>, Conv1d<3, Kernel<5>, Padding<2>, PaddingMode<replicate>>>>(
        "conv1d_replicate"));
    cases.push_back(golden::layer<Network<Input<2, 13>, Conv1d<5, Kernel<4>, Stride<2>, Padding<1>>>>(
        "conv1d_stride_padding"));
    cases.push_back(golden::layer<Network<Input<2, 3>, Conv1d<2, Kernel<2>, Padding<3>, PaddingMode<circular>>>>(
        "conv1d_circular_wide"));
    cases.push_back(golden::layer<Network<Input<2, 3>, Conv1d<2, Kernel<2>, Padding<2>, PaddingMode<reflect>>>>(
        "conv1d_reflect_wide"));
    cases.push_back(golden::layer<Network<Input<2, 3>, Conv1d<2, Kernel<2>, Padding<5>, PaddingMode<replicate>>>>(
        "conv1d_replicate_wide"));
    cases.push_back(golden::layer<Network<Input<2, 3>, Conv1d<2, Kernel<2>, Padding<5>, PaddingMode<zeros>>>>(
        "conv1d_zeros_wide"));
    golden::check_layers("convolution1d", cases);
}
