#define BOOST_TEST_MODULE golden_softmax
#include <tenet/layers/softmax.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(softmax) {
    std::vector<golden::LayerCase> cases;
    cases.push_back(golden::layer<Network<Input<10>, LogSoftmax>>("log_softmax"));
    cases.push_back(golden::layer<Network<Input<5, 3, 4>, LogSoftmax>>("log_softmax_images"));
    cases.push_back(golden::layer<Network<Input<10>, LogSoftmax>>("log_softmax_large_values"));
    cases.push_back(golden::layer<Network<Input<10>, Softmax>>("softmax"));
    cases.push_back(golden::layer<Network<Input<5, 3, 4>, Softmax>>("softmax_images"));
    // All gradients are differences of nearly equal numbers.
    cases.push_back(golden::layer<Network<Input<10>, Softmax>>("softmax_large_values", 2e-6, 2e-4));
    golden::check_layers("softmax", cases);
}
