#define BOOST_TEST_MODULE dropout
#include <tenet/layers/dropout.hpp>
#include <tenet/network/network.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

/// What a network of one random layer multiplies the elements of 40 samples by, while training.
template <class Net>
Numbers factors(int lanes) {
    const auto network = any_network<Net>();
    const Numbers ones(40 * network->output_count(), 1.0f);
    return network->pass(lanes, ones, ones).input_gradient;
}

/// Each number `times` times.
Numbers spread(const Numbers& numbers, std::size_t times) {
    Numbers result;
    for (const float number : numbers) result.insert(result.end(), times, number);
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(neighbours_share_what_a_vector_draws) {
    for (const int lanes : all_ways()) BOOST_TEST_CONTEXT(lanes << " lanes") {
            const Numbers channels = factors<Network<Input<11>, Dropout<0.25f>>>(lanes);
            check_identical("Dropout1d", factors<Network<Input<11, 4>, Dropout1d<0.25f>>>(lanes), spread(channels, 4));
            check_identical("Dropout2d", factors<Network<Input<11, 2, 3>, Dropout2d<0.25f>>>(lanes),
                            spread(channels, 6));
            check_identical("Dropout3d", factors<Network<Input<11, 2, 1, 2>, Dropout3d<0.25f>>>(lanes),
                            spread(channels, 4));
            check_identical("StochasticDepth", factors<Network<Input<3, 5>, StochasticDepth<0.25f>>>(lanes),
                            spread(factors<Network<Input<1>, Dropout<0.25f>>>(lanes), 15));
            std::size_t dropped = 0;
            for (const float factor : channels) {
                BOOST_TEST((factor == 0.0f || factor == 1.0f / 0.75f));
                dropped += factor == 0.0f;
            }
            BOOST_TEST(dropped > channels.size() / 6);
            BOOST_TEST(dropped < channels.size() / 3);
        }
}

BOOST_AUTO_TEST_CASE(inference_changes_nothing) {
    const auto network = any_network<Network<Input<3, 2, 2>, Dropout2d<>, StochasticDepth<0.9f>>>();
    Numbers input(20 * 12);
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i) - 9.0f;
    for (const int lanes : all_ways()) {
        check_identical("one by one", network->outputs(lanes, input, 1), input);
        check_identical("together", network->outputs(lanes, input, 20), input);
    }
}
