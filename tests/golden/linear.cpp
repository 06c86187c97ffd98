#define BOOST_TEST_MODULE golden_linear
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(linear_and_flatten) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<Network<Input<2, 3, 4>, Flatten>>("flatten"));
    cases.push_back(golden::layer<Network<Input<7>, Linear<5>>>("linear"));
    cases.push_back(golden::layer<Network<Input<7>, Linear<5, NoBias>>>("linear_no_bias"));
    cases.push_back(golden::layer<Network<Input<3>, Linear<1>>>("linear_one_output"));
    cases.push_back(golden::layer<Network<Input<50>, Linear<33>>>("linear_wide"));
    golden::check_layers("linear", cases);
}
