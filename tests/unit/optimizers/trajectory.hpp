#pragma once

#include <array>
#include <cmath>

#include <boost/test/unit_test.hpp>

#include <tenet/optimizers/optimizer.hpp>

using Trajectory = std::array<std::array<float, 4>, 10>;

/// Ten steps from w = [1, -2, 0.5, 0] on a quadratic whose slope jumps about: with T = float, each weight alone, and
/// with Lanes, all of them in every group of four lanes.
template <class T, class Optimizer>
Trajectory descend(const Optimizer& optimizer) {
    constexpr float start[4] = {1.0f, -2.0f, 0.5f, 0.0f}, q[4] = {1.0f, 3.0f, -2.0f, 0.5f},
                    r[4] = {0.25f, -1.0f, 0.125f, 1.0f};
    constexpr float p[10] = {8.0f, 1.0f, 4.0f, 0.5f, -2.0f, 0.125f, 3.0f, -1.0f, 0.25f, 0.0625f};
    constexpr int width = tenet::lanes_of<T>;
    Trajectory result;
    for (std::size_t i = 0; i < 4; i += width < 4 ? 1 : 4) {
        const auto filled = [&](const float(&values)[4]) {
            float all[width];
            for (std::size_t l = 0; l < width; ++l) all[l] = values[(i + l) % 4];
            return tenet::load<T>(all);
        };
        T weight = filled(start), state[Optimizer::state_count];
        for (T& s : state) s = T(0.0f);
        for (int k = 0; k < 10; ++k) {
            const T gradient = filled(q) * weight + T(p[k]) * filled(r);
            optimizer.update(weight, gradient, state, optimizer.constants(k + 1));
            for (std::size_t l = 0; l < (width < 4 ? 1 : 4); ++l)
                result[static_cast<std::size_t>(k)][i + l] = tenet::lane(weight, static_cast<int>(l));
        }
    }
    return result;
}

template <class Optimizer>
void check_trajectory(const Optimizer& optimizer, const Trajectory& torch) {
    static_assert(tenet::Optimizer<Optimizer>);
    const Trajectory scalar = descend<float>(optimizer), lanes = descend<tenet::Lanes<4>>(optimizer);
    for (std::size_t k = 0; k < 10; ++k)
        for (std::size_t i = 0; i < 4; ++i) {
            // Rounding alone; it grows with the size of the steps.
            const float tolerance = 2e-6f * std::max(1.0f, std::abs(torch[k][i]));
            BOOST_TEST_CONTEXT("step " << k + 1 << ", weight " << i) {
                BOOST_TEST(std::abs(scalar[k][i] - torch[k][i]) <= tolerance, scalar[k][i] << " != " << torch[k][i]);
                BOOST_TEST(std::abs(lanes[k][i] - torch[k][i]) <= tolerance, lanes[k][i] << " != " << torch[k][i]);
            }
        }
}
