#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/networks.hpp>
#include <support/random_numbers.hpp>

/// The law: a network computes the same whether layers are fused or not.
namespace tenet::testing {

template <class Net, Mode M, class Rules>
constexpr int group_count = fusion::grouping<Net, M, Rules>().count;

/// Whether so many groups fewer run because of fusion: an activation is fused in inference, and in training if its
/// derivative follows from its output.
template <class Net>
constexpr bool fuses(int inference, int training) {
    return group_count<Net, Mode::inference, fusion::NoRules> - group_count<Net, Mode::inference, fusion::Rules> == inference &&
           group_count<Net, Mode::training, fusion::NoRules> - group_count<Net, Mode::training, fusion::Rules> == training;
}

/// Holds a network to the same one without fusion: outputs, loss and gradients.
inline void check_fusion(const std::string& name, AnyNetwork& fused, AnyNetwork& unfused) {
    constexpr double tolerance = 2e-6;
    RandomNumbers random{1};
    for (int i = 0; i < fused.tensor_count(); ++i) {
        const std::span<float> values = fused.tensor(i).values;
        const float least = fused.tensor(i).name.ends_with("running_var") ? 0.5f : -0.5f;
        for (float& value : values) value = random.uniform(least, least + 1.0f);
        std::copy(values.begin(), values.end(), unfused.tensor(i).values.begin());
    }
    for (const int batch : {1, 3, 16, 41})
        for (const int lanes : all_ways())
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

template <class Net>
void check_fusion(const char* name) {
    check_fusion(name, *any_network<Net>(), *any_network<Net, fusion::NoRules>());
}

}  // namespace tenet::testing
