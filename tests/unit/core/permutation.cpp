#define BOOST_TEST_MODULE permutation
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/core/permutation.hpp>

using namespace tenet;

namespace {
bool is_bijection(const Permutation& order, std::int64_t n) {
    std::vector<bool> seen(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t place = order(i);
        if (place < 0 || place >= n || seen[static_cast<std::size_t>(place)]) return false;
        seen[static_cast<std::size_t>(place)] = true;
    }
    return true;
}
}  // namespace

BOOST_AUTO_TEST_CASE(every_place_is_taken_once) {
    for (std::int64_t n = 1; n <= 300; ++n)
        for (std::uint32_t epoch = 0; epoch < 3; ++epoch) BOOST_TEST(is_bijection({Seed{5}, epoch, n}, n), "n = " << n);
    for (std::int64_t n : {1 << 16, 60'000, (1 << 16) + 1, 1'000'003})
        BOOST_TEST(is_bijection({Seed{5}, 1, n}, n), "n = " << n);
}

BOOST_AUTO_TEST_CASE(large_sets_stay_within_their_bounds) {
    const std::int64_t n = std::int64_t{1} << 32;
    for (std::int64_t size : {n, n - 1, n / 2 + 1}) {
        const Permutation order{Seed{1}, 0, size};
        std::int64_t largest = 0;
        for (std::int64_t i = 0; i < 1000; ++i) {
            const std::int64_t place = order(size - 1 - i);
            BOOST_TEST_REQUIRE((place >= 0 && place < size));
            largest = std::max(largest, place);
        }
        BOOST_TEST(largest > size / 10 * 9);
    }
}

BOOST_AUTO_TEST_CASE(all_orders_of_a_few_things_are_equally_frequent) {
    for (int n = 2, orders = 2; n <= 6; ++n, orders *= n) {
        const int trials = 200 * orders;
        std::map<int, int> counts;
        for (int epoch = 0; epoch < trials; ++epoch) {
            const Permutation order{Seed{11}, static_cast<std::uint32_t>(epoch), n};
            int code = 0;
            for (int i = 0; i < n; ++i) code = code * n + static_cast<int>(order(i));
            ++counts[code];
        }
        double chi_squared = 200.0 * (orders - static_cast<int>(counts.size()));
        for (const auto& [code, count] : counts) chi_squared += (count - 200.0) * (count - 200.0) / 200.0;
        const double freedom = orders - 1;
        BOOST_TEST(std::abs(chi_squared - freedom) < 5 * std::sqrt(2 * freedom), "n = " << n << ": " << chi_squared);
    }
}

BOOST_AUTO_TEST_CASE(places_and_neighbours_are_unrelated) {
    constexpr int n = 60'000;
    const Permutation order{Seed{3}, 0, n}, next{Seed{3}, 1, n};
    double with_index = 0, with_neighbour = 0, with_next = 0;
    int fixed = 0, follows = 0;
    const auto centred = [](std::int64_t i) { return (static_cast<double>(i) + 0.5) / n - 0.5; };
    for (int i = 0; i + 1 < n; ++i) {
        with_index += centred(i) * centred(order(i));
        with_neighbour += centred(order(i)) * centred(order(i + 1));
        with_next += centred(order(i)) * centred(next(i));
        fixed += order(i) == i;
        follows += order(i + 1) == order(i) + 1;
    }
    const double bound = 4 * n / 12.0 / std::sqrt(n);
    BOOST_TEST(std::abs(with_index) < bound);
    BOOST_TEST(std::abs(with_neighbour) < bound);
    BOOST_TEST(std::abs(with_next) < bound);
    BOOST_TEST(fixed < 7);
    BOOST_TEST(follows < 7);
}

BOOST_AUTO_TEST_CASE(first_batches_of_epochs_are_spread_over_the_set) {
    constexpr int n = 60'000, bins = 60, epochs = 40, batch = 256;
    int counts[bins]{};
    for (std::uint32_t epoch = 0; epoch < epochs; ++epoch) {
        const Permutation order{Seed{8}, epoch, n};
        for (int i = 0; i < batch; ++i) ++counts[order(i) / (n / bins)];
    }
    double chi_squared = 0;
    constexpr double expected = 1.0 * epochs * batch / bins;
    for (int count : counts) chi_squared += (count - expected) * (count - expected) / expected;
    BOOST_TEST((chi_squared > 25 && chi_squared < 115));  // 59 degrees of freedom
}
