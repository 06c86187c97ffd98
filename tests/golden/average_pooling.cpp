#define BOOST_TEST_MODULE golden_average_pooling
#include <tenet/layers/pool.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(average_pooling) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<Network<Input<4, 11>, AvgPool1d<2>>>("avg_pool1d_basic"));
    cases.push_back(golden::layer<Network<Input<4, 11>, AvgPool1d<2, CeilMode>>>("avg_pool1d_ceil"));
    cases.push_back(golden::layer<Network<Input<4, 11>, AvgPool1d<3, Stride<2>, Padding<1>, CeilMode>>>(
        "avg_pool1d_ceil_padding"));
    cases.push_back(golden::layer<Network<Input<4, 11>, AvgPool1d<2, Stride<3>>>>("avg_pool1d_gaps"));
    cases.push_back(golden::layer<Network<Input<4, 11>, AvgPool1d<3, Stride<1>>>>("avg_pool1d_overlap"));
    cases.push_back(golden::layer<Network<Input<4, 11>, AvgPool1d<3, Stride<2>, Padding<1>>>>("avg_pool1d_padding"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, AvgPool2d<2>>>("avg_pool2d_basic"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, AvgPool2d<2, CeilMode>>>("avg_pool2d_ceil"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, AvgPool2d<3, Stride<2>, Padding<1>, CeilMode>>>(
        "avg_pool2d_ceil_padding"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, AvgPool2d<2, Stride<3>>>>("avg_pool2d_gaps"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, AvgPool2d<0, Kernel<2, 3>, Stride<1, 2>, Padding<1, 0>>>>(
        "avg_pool2d_nonsquare"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, AvgPool2d<3, Stride<1>>>>("avg_pool2d_overlap"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, AvgPool2d<3, Stride<2>, Padding<1>>>>("avg_pool2d_padding"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, AvgPool3d<2>>>("avg_pool3d_basic"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, AvgPool3d<2, CeilMode>>>("avg_pool3d_ceil"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, AvgPool3d<3, Stride<2>, Padding<1>, CeilMode>>>(
        "avg_pool3d_ceil_padding"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, AvgPool3d<2, Stride<3>>>>("avg_pool3d_gaps"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, AvgPool3d<0, Kernel<1, 2, 3>, Stride<2, 1, 2>, Padding<0, 1, 1>>>>(
        "avg_pool3d_nonsquare"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, AvgPool3d<3, Stride<1>>>>("avg_pool3d_overlap"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, AvgPool3d<3, Stride<2>, Padding<1>>>>(
        "avg_pool3d_padding"));
    cases.push_back(golden::layer<Network<Input<4, 11>, GlobalAvgPool>>("global_avg_pool1d"));
    cases.push_back(golden::layer<Network<Input<2, 8, 9>, GlobalAvgPool>>("global_avg_pool2d"));
    cases.push_back(golden::layer<Network<Input<2, 4, 5, 5>, GlobalAvgPool>>("global_avg_pool3d"));
    cases.push_back(golden::layer<Network<Input<4, 11>, AdaptiveAvgPool1d<4>>>("adaptive_avg_pool1d"));
    cases.push_back(golden::layer<Network<Input<4, 3>, AdaptiveAvgPool1d<5>>>("adaptive_avg_pool1d_larger"));
    cases.push_back(golden::layer<Network<Input<2, 8, 7>, AdaptiveAvgPool2d<3>>>("adaptive_avg_pool2d"));
    cases.push_back(golden::layer<Network<Input<2, 8, 4>, AdaptiveAvgPool2d<4, 2>>>("adaptive_avg_pool2d_divides"));
    cases.push_back(golden::layer<Network<Input<2, 8, 6>, AdaptiveAvgPool2d<5, 7>>>("adaptive_avg_pool2d_overlap"));
    golden::check_layers("average_pooling", cases);
}
