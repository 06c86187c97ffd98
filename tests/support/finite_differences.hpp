#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/random_numbers.hpp>

namespace tenet::testing {

/// How a layer is differentiated: inputs lie `gap` apart, and where the layer has kinks, these are at multiples of `gap`.
/// With gap 0, inputs fill [-2, 2].
struct Smoothness {
    float gap, step;
};
inline constexpr Smoothness smooth{0.0f, 0.04f};
/// Kinks at multiples of 1/4, or where two inputs meet.
inline constexpr Smoothness kinked{0.25f, 0.05f};

/// The slope of loss() by `number`, by differences of the fourth order.
template <class Loss>
double slope(float& number, float step, const Loss& loss) {
    const float at = number;
    const auto value = [&](float x) {
        number = x;
        const double result = loss();
        number = at;
        return result;
    };
    // What is added is what floats hold: differences of the points themselves.
    const float p1 = at + step, m1 = at - step, p2 = at + 2 * step, m2 = at - 2 * step;
    const double narrow = (value(p1) - value(m1)) / (double{p1} - m1), wide = (value(p2) - value(m2)) / (double{p2} - m2);
    return (4 * narrow - wide) / 3;
}

/// Holds every gradient of a network, in training, to finite differences of its own forward pass.
inline void check_gradients(const std::string& what, AnyNetwork& network, const Smoothness& smoothness = smooth,
                            double tolerance = 1e-3) {
    constexpr std::size_t samples = 3;
    RandomNumbers random{static_cast<std::uint32_t>(std::hash<std::string>{}(what))};
    const std::size_t inputs = samples * network.input_count();
    Numbers input = random.spread(inputs, smoothness.gap > 0 ? smoothness.gap : 4.0f / static_cast<float>(inputs));
    const Numbers target = random.uniform(samples * network.output_count(), -1.0f, 1.0f);
    // PyTorch's first values shrink gradients from layer to layer, in the end below what differences of floats resolve.
    for (int i = 0; i < network.tensor_count(); ++i)
        for (float& number : network.tensor(i).values) number *= 2.0f;
    for (const int lanes : all_ways())
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(what << ", " << lanes << " lanes") {
            const Pass pass = network.pass(lanes, input, target);
            const auto loss = [&] { return network.pass(lanes, input, target).loss; };
            const auto slopes = [&](std::span<float> numbers) {
                Numbers result;
                for (float& number : numbers) result.push_back(static_cast<float>(slope(number, smoothness.step, loss)));
                return result;
            };
            // What the loss is rounded by comes back divided by the step, however small the slope is.
            const double rounding = 5e-7 * (1.0 + std::abs(pass.loss)) / smoothness.step;
            const auto check = [&](const std::string& name, const Numbers& gradient, std::span<float> numbers) {
                const Numbers expected = slopes(numbers);
                Numbers magnitudes;
                for (const float e : expected) magnitudes.push_back(static_cast<float>(std::abs(e) + rounding / tolerance));
                check_close(name, gradient, expected, tolerance, magnitudes);
            };
            check("input gradient", pass.input_gradient, input);
            for (int i = 0; i < network.tensor_count(); ++i)
                if (network.trained(i))
                    check("gradient of " + std::string(network.tensor(i).name), pass.gradients[static_cast<std::size_t>(i)],
                          network.tensor(i).values);
        }
}

template <class Net>
void check_gradients(const std::string& what, const Smoothness& smoothness = smooth, double tolerance = 1e-3) {
    const auto network = any_network<Net>(Seed{run_seed()});
    check_gradients(what, *network, smoothness, tolerance);
}

#if !defined(TENET_TEST_SHAPES)
#define TENET_TEST_SHAPES 1
#endif

/// Number `index` of the extents that shapes are made of, in [low, high]: other ones with -DTENET_TEST_SHAPES=2.
constexpr int pick(int index, int low, int high) {
    std::uint64_t bits = (std::uint64_t{TENET_TEST_SHAPES} << 32 | static_cast<std::uint32_t>(index)) * 0x9e3779b97f4a7c15u;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    return low + static_cast<int>((bits >> 33) % static_cast<std::uint64_t>(high - low + 1));
}

}  // namespace tenet::testing
