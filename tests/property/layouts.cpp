#define BOOST_TEST_MODULE property_layouts
#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/networks.hpp>
#include <support/random_numbers.hpp>

// What a sample gives does not depend on where it is computed: alone or in lanes, on which instruction set, in which batch.

using namespace tenet;
using namespace tenet::testing;

namespace {

constexpr double tolerance = 3e-6;

/// Outputs of any batch, one instruction set against the next, lanes against one sample at a time.
void check_outputs(AnyNetwork& network) {
    RandomNumbers random{2};
    const Numbers input = random.uniform(40 * network.input_count(), -2.0f, 2.0f);
    const Numbers expected = network.outputs(all_lanes().front(), input, 1);
    for (const int lanes : all_lanes())
        BOOST_TEST_CONTEXT(lanes << " lanes") {
            for (const int at_once : {1, 2, 3, 5, 8, 13, 16, 17, 31, 32, 40})
                check_close(std::to_string(at_once) + " at once: output", network.outputs(lanes, input, at_once), expected,
                            tolerance);
        }
}

/// The gradients of a batch are the sum of its samples' gradients, for batches that fill any part of the last lanes.
void check_batches(AnyNetwork& network) {
    constexpr std::size_t most = 40;
    RandomNumbers random{3};
    const std::size_t in = network.input_count(), out = network.output_count();
    const Numbers input = random.uniform(most * in, -2.0f, 2.0f), target = random.uniform(most * out, -1.0f, 1.0f);
    const auto part = [](const Numbers& numbers, std::size_t first, std::size_t count) {
        return Numbers(numbers.begin() + static_cast<std::ptrdiff_t>(first),
                       numbers.begin() + static_cast<std::ptrdiff_t>(first + count));
    };
    std::vector<Pass> alone;
    for (std::size_t n = 0; n < most; ++n)
        alone.push_back(network.pass(all_lanes().front(), part(input, n * in, in), part(target, n * out, out)));
    for (const int lanes : all_lanes())
        // From large to small: what a larger batch has left behind must not matter.
        for (std::size_t batch = most; batch >= 1; --batch)
            BOOST_TEST_CONTEXT(lanes << " lanes, batch " << batch) {
                const Pass pass = network.pass(lanes, part(input, 0, batch * in), part(target, 0, batch * out));
                double loss = 0.0;
                Numbers input_gradient;
                for (std::size_t n = 0; n < batch; ++n) {
                    loss += alone[n].loss;
                    input_gradient.insert(input_gradient.end(), alone[n].input_gradient.begin(), alone[n].input_gradient.end());
                }
                BOOST_TEST(std::abs(pass.loss - loss) <= 1e-5 * (1 + std::abs(loss)));
                check_close("input gradient", pass.input_gradient, input_gradient, tolerance);
                for (int i = 0; i < network.tensor_count(); ++i) {
                    const auto tensor = static_cast<std::size_t>(i);
                    if (!network.trained(i)) continue;
                    std::vector<double> sum(pass.gradients[tensor].size()), magnitudes(sum.size());
                    for (std::size_t n = 0; n < batch; ++n)
                        for (std::size_t k = 0; k < sum.size(); ++k) {
                            sum[k] += alone[n].gradients[tensor][k];
                            magnitudes[k] += std::abs(alone[n].gradients[tensor][k]);
                        }
                    check_close("gradient of " + std::string(network.tensor(i).name), pass.gradients[tensor],
                                Numbers(sum.begin(), sum.end()), tolerance, Numbers(magnitudes.begin(), magnitudes.end()));
                }
            }
}

}  // namespace

BOOST_AUTO_TEST_CASE(outputs_do_not_depend_on_the_layout) {
    TENET_TEST_SEED_CONTEXT for_each_network([]<class Net>(const char* name) {
        BOOST_TEST_CONTEXT(name) check_outputs(*any_network<Net>(Seed{run_seed()}));
    });
}

BOOST_AUTO_TEST_CASE(a_batch_is_the_sum_of_its_samples) {
    TENET_TEST_SEED_CONTEXT for_each_network([]<class Net>(const char* name) {
        // A mask belongs to the sample's place in the batch.
        if constexpr (!std::same_as<Net, DropoutMlp> && !std::same_as<Net, Sequence>) BOOST_TEST_CONTEXT(name)
            check_batches(*any_network<Net>(Seed{run_seed()}));
    });
}
