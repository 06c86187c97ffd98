#define BOOST_TEST_MODULE golden_max_pooling
#include <tenet/layers/pool.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(maximum_pooling) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<Network<Input<4, 11>, MaxPool1d<2>>>("max_pool1d_basic"));
    cases.push_back(golden::layer<Network<Input<4, 11>, MaxPool1d<2, CeilMode>>>("max_pool1d_ceil"));
    cases.push_back(golden::layer<Network<Input<4, 11>, MaxPool1d<3, Stride<2>, Padding<1>, CeilMode>>>(
        "max_pool1d_ceil_padding"));
    cases.push_back(golden::layer<Network<Input<4, 11>, MaxPool1d<2, Stride<3>>>>("max_pool1d_gaps"));
    cases.push_back(golden::layer<Network<Input<4, 11>, MaxPool1d<3, Stride<1>>>>("max_pool1d_overlap"));
    cases.push_back(golden::layer<Network<Input<4, 11>, MaxPool1d<3, Stride<2>, Padding<1>>>>("max_pool1d_padding"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, MaxPool2d<2>>>("max_pool2d_basic"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, MaxPool2d<2, CeilMode>>>("max_pool2d_ceil"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, MaxPool2d<3, Stride<2>, Padding<1>, CeilMode>>>(
        "max_pool2d_ceil_padding"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, MaxPool2d<2, Stride<3>>>>("max_pool2d_gaps"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, MaxPool2d<0, Kernel<2, 3>, Stride<1, 2>, Padding<1, 0>>>>(
        "max_pool2d_nonsquare"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, MaxPool2d<3, Stride<1>>>>("max_pool2d_overlap"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, MaxPool2d<3, Stride<2>, Padding<1>>>>("max_pool2d_padding"));
    cases.push_back(golden::layer<Network<Input<2, 6, 6>, MaxPool2d<3, Stride<2>>>>("max_pool2d_ties"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, MaxPool3d<2>>>("max_pool3d_basic"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, MaxPool3d<2, CeilMode>>>("max_pool3d_ceil"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, MaxPool3d<3, Stride<2>, Padding<1>, CeilMode>>>(
        "max_pool3d_ceil_padding"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, MaxPool3d<2, Stride<3>>>>("max_pool3d_gaps"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, MaxPool3d<0, Kernel<1, 2, 3>, Stride<2, 1, 2>, Padding<0, 1, 1>>>>(
        "max_pool3d_nonsquare"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, MaxPool3d<3, Stride<1>>>>("max_pool3d_overlap"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, MaxPool3d<3, Stride<2>, Padding<1>>>>(
        "max_pool3d_padding"));
    golden::check_layers("max_pooling", cases);
}
