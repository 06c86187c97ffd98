#define BOOST_TEST_MODULE property_fusion
#include <support/boost_test.hpp>

#include <support/any_network.hpp>
#include <support/close.hpp>
#include <support/networks.hpp>
#include <support/random_numbers.hpp>

// A network computes the same whether layers are fused or not.

using namespace tenet;
using namespace tenet::testing;

namespace {

template <class Net, Mode M, class Rules>
constexpr int group_count = fusion::grouping<Net, M, Rules>().count;

// What is compared differs: an activation is fused in inference, in training if its derivative follows from its output.
template <class Net>
constexpr bool fuses(int inference, int training) {
    return group_count<Net, Mode::inference, fusion::NoRules> - group_count<Net, Mode::inference, fusion::Rules> == inference &&
           group_count<Net, Mode::training, fusion::NoRules> - group_count<Net, Mode::training, fusion::Rules> == training;
}
static_assert(fuses<FusedMlp>(3, 3));
static_assert(fuses<UnfusedMlp>(3, 0));
static_assert(fuses<DropoutMlp>(2, 2));
static_assert(fuses<MixedMlp>(2, 2));
static_assert(fuses<SmallLeNet>(3, 3));
static_assert(fuses<ManyConvolutions>(2, 1));
static_assert(fuses<Sequence>(2, 1));
static_assert(fuses<Volume>(2, 1));
static_assert(fuses<NoLayersWithNumbers>(0, 0));

void check(const std::string& name, AnyNetwork& fused, AnyNetwork& unfused) {
    constexpr double tolerance = 2e-6;
    RandomNumbers random{1};
    for (int i = 0; i < fused.tensor_count(); ++i) {
        const std::span<float> values = fused.tensor(i).values;
        for (float& value : values) value = random.uniform(-0.5f, 0.5f);
        std::copy(values.begin(), values.end(), unfused.tensor(i).values.begin());
    }
    for (const int batch : {1, 3, 16, 41})
        for (const int lanes : all_lanes())
            TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name << ", batch " << batch << ", " << lanes << " lanes") {
                const auto samples = static_cast<std::size_t>(batch);
                const Numbers input = random.uniform(samples * fused.input_count(), -2.0f, 2.0f);
                const Numbers target = random.uniform(samples * fused.output_count(), -1.0f, 1.0f);
                for (const int at_once : {1, batch})
                    check_close("output", fused.outputs(lanes, input, at_once), unfused.outputs(lanes, input, at_once),
                                tolerance);
                const Pass one = fused.pass(lanes, input, target, 7), other = unfused.pass(lanes, input, target, 7);
                BOOST_TEST(std::abs(one.loss - other.loss) <= 1e-5 * (1 + std::abs(other.loss)));
                check_close("input gradient", one.input_gradient, other.input_gradient, tolerance);
                for (std::size_t i = 0; i < one.gradients.size(); ++i)
                    check_close(std::string(fused.tensor(static_cast<int>(i)).name), one.gradients[i], other.gradients[i],
                                tolerance);
            }
}

}  // namespace

BOOST_AUTO_TEST_CASE(fused_equals_unfused) {
    for_each_network([]<class Net>(const char* name) {
        check(name, *any_network<Net>(), *any_network<Net, fusion::NoRules>());
    });
}
