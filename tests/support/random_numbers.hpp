#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include <support/boost_test.hpp>

namespace tenet::testing {

/// The seed of this run: TENET_TEST_SEED in the environment, or 1. Printed with every failure.
inline std::uint32_t run_seed() {
    static const std::uint32_t seed = [] {
        const char* const text = std::getenv("TENET_TEST_SEED");
        return text ? static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10)) : 1u;
    }();
    return seed;
}

#define TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT("TENET_TEST_SEED=" << ::tenet::testing::run_seed())

/// Random numbers of one case: others do not move them.
class RandomNumbers {
  public:
    explicit RandomNumbers(std::uint32_t of_case) {
        std::seed_seq sequence{run_seed(), of_case};
        engine_.seed(sequence);
    }

    int integer(int low, int high) { return low + static_cast<int>(engine_() % static_cast<unsigned>(high - low + 1)); }
    float uniform(float low, float high) {
        return low + (high - low) * static_cast<float>(engine_() >> 8) * 0x1p-24f;
    }
    std::vector<float> uniform(std::size_t count, float low, float high) {
        std::vector<float> numbers(count);
        for (float& number : numbers) number = uniform(low, high);
        return numbers;
    }
    /// `count` different numbers around 0 in random order, neighbours `gap` apart and none nearer to a multiple of `gap`
    /// than half of it: a step of less than half a gap passes no other number, no 0 and no 1.
    std::vector<float> spread(std::size_t count, float gap) {
        std::vector<float> numbers(count);
        for (std::size_t i = 0; i < count; ++i)
            numbers[i] = (static_cast<float>(i) - static_cast<float>(count / 2) + 0.5f) * gap;
        for (std::size_t i = count; i > 1; --i)
            std::swap(numbers[i - 1], numbers[static_cast<std::size_t>(integer(0, static_cast<int>(i) - 1))]);
        return numbers;
    }

  private:
    std::mt19937 engine_;
};

}  // namespace tenet::testing
