#define BOOST_TEST_MODULE dropout
#include <cstdint>

#include <tenet/network.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

/// What a network of one random layer multiplies the elements of 32 samples by, while training.
template <class Net>
Numbers factors(int lanes, std::uint64_t step = 0) {
    const auto network = any_network<Net>(Seed{5});
    const Numbers ones(32 * network->output_count(), 1.0f);
    return network->pass(lanes, ones, ones, step).input_gradient;
}

/// The decisions are the same wherever they are made, and others at each step.
template <class Net>
void check_everywhere(const char* name) {
    const std::uint64_t late = std::uint64_t{1} << 33;
    const Numbers first = factors<Net>(all_ways().front(), 3), later = factors<Net>(all_ways().front(), late);
    BOOST_TEST((first != later), name << ": the same at another step");
    for (const int way : all_ways()) BOOST_TEST_CONTEXT(name << ", way " << way) {
            check_identical("step 3", factors<Net>(way, 3), first);
            check_identical("a late step", factors<Net>(way, late), later);
        }
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

BOOST_AUTO_TEST_CASE(every_way_draws_the_same) {
    check_everywhere<Network<Input<37>, Dropout<0.5f>>>("Dropout");
    check_everywhere<Network<Input<2, 3, 3>, ReLU, Dropout<0.125f>>>("the second layer's");
    check_everywhere<Network<Input<5, 7>, Dropout1d<0.5f>>>("Dropout1d");
    check_everywhere<Network<Input<5, 2, 3>, Dropout2d<0.75f>>>("Dropout2d");
    check_everywhere<Network<Input<5, 2, 1, 2>, Dropout3d<0.3f>>>("Dropout3d");
    check_everywhere<Network<Input<3, 4>, StochasticDepth<0.4f>>>("StochasticDepth");
    check_everywhere<Network<Input<6>, Residual<StochasticDepth<0.4f>>>>("StochasticDepth in a block");
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
