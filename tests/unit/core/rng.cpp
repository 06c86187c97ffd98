#define BOOST_TEST_MODULE rng
#include <cmath>
#include <cstdint>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/core/rng.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(uniform_numbers_fill_the_unit_interval_evenly) {
    const Generator random{Seed{1}, Stream::data};
    constexpr int n = 200'000, bins = 64;
    int counts[bins]{};
    double sum = 0, squares = 0, neighbours = 0, before = 0;
    for (int i = 0; i < n; ++i) {
        const double u = random.uniform(static_cast<std::uint64_t>(i));
        BOOST_TEST_REQUIRE((u >= 0 && u < 1));
        BOOST_TEST_REQUIRE(u * 0x1p24 == std::floor(u * 0x1p24));
        ++counts[static_cast<int>(u * bins)];
        sum += u, squares += u * u, neighbours += (u - 0.5) * before, before = u - 0.5;
    }
    BOOST_TEST(std::abs(sum / n - 0.5) < 4 * std::sqrt(1.0 / 12 / n));
    BOOST_TEST(std::abs(squares / n - 1.0 / 3) < 4 * std::sqrt(4.0 / 45 / n));
    BOOST_TEST(std::abs(neighbours / n) < 4.0 / 12 / std::sqrt(n));
    double chi_squared = 0;
    for (int count : counts) chi_squared += (count - 1.0 * n / bins) * (count - 1.0 * n / bins) / (1.0 * n / bins);
    BOOST_TEST((chi_squared > 30 && chi_squared < 110));  // 63 degrees of freedom
}

BOOST_AUTO_TEST_CASE(normal_numbers_have_the_moments_and_tails_of_the_normal_distribution) {
    const Generator random{Seed{2}};
    constexpr int n = 400'000;
    double moments[5]{}, pairs = 0, before = 0;
    int beyond[4]{};
    for (int i = 0; i < n; ++i) {
        const double z = random.normal(static_cast<std::uint64_t>(i));
        double power = 1;
        for (double& moment : moments) moment += power, power *= z;
        for (int k = 0; k < 4; ++k) beyond[k] += std::abs(z) > k + 1;
        pairs += z * before, before = z;
    }
    BOOST_TEST(std::abs(moments[1] / n) < 4 / std::sqrt(n));
    BOOST_TEST(std::abs(moments[2] / n - 1) < 4 * std::sqrt(2.0 / n));
    BOOST_TEST(std::abs(moments[3] / n) < 4 * std::sqrt(15.0 / n));
    BOOST_TEST(std::abs(moments[4] / n - 3) < 4 * std::sqrt(96.0 / n));
    BOOST_TEST(std::abs(pairs / n) < 4 / std::sqrt(n));
    for (int k = 0; k < 4; ++k) {
        const double expected = n * std::erfc((k + 1) / std::sqrt(2.0));
        BOOST_TEST(std::abs(beyond[k] - expected) < 4 * std::sqrt(expected));
    }
}

BOOST_AUTO_TEST_CASE(own_logarithm_and_circle_agree_with_the_standard_library) {
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        const std::uint32_t word = Generator{Seed{3}}.bits(i) >> (i % 32);
        const double x = (word + 1.0) * 0x1p-32;
        BOOST_TEST_REQUIRE(std::abs(detail::deterministic_log(x) - std::log(x)) <= 4e-16 * std::abs(std::log(x)));
        const double angle = word * (2 * 3.14159265358979323846 / 0x1p32);
        const auto [sine, cosine] = detail::deterministic_sine_cosine(word);
        BOOST_TEST_REQUIRE(std::abs(sine - std::sin(angle)) < 2e-15);
        BOOST_TEST_REQUIRE(std::abs(cosine - std::cos(angle)) < 2e-15);
    }
    BOOST_TEST(detail::deterministic_log(1.0) == 0.0);
    for (std::uint32_t eighth = 0; eighth < 8; ++eighth) {
        const auto [sine, cosine] = detail::deterministic_sine_cosine(eighth << 29);
        BOOST_TEST(std::abs(sine * sine + cosine * cosine - 1) < 1e-15);
    }
    BOOST_TEST(detail::deterministic_sine_cosine(0x80000000u).cosine == -1.0);
    BOOST_TEST(detail::deterministic_sine_cosine(0x40000000u).sine == 1.0);
}

// The numbers every build, machine and device must give: a change here changes all seeded results.
BOOST_AUTO_TEST_CASE(numbers_are_fixed) {
    constexpr Generator random{Seed{42}, Stream::initialisation, 3, 0};
    static_assert(random.block(0) == philox<std::uint32_t>({{0, 0, 0, 3}}, 42));
    static_assert(Generator{Seed{1ull << 32 | 5}, Stream::shuffle, 7, 9}.block(1ull << 33 | 6) ==
                  philox<std::uint32_t>({{6, 2, 9, 2u << 24 | 7}}, 1ull << 32 | 5));
    static_assert(Generator{Seed{42}, Stream::dropout, 0xffff, 0xab'1234'5678}.block(1) ==
                  philox<std::uint32_t>({{1, 0, 0x12345678, 0x01abffff}}, 42));
    static_assert(random.bits(6) == random.block(1)[2]);
    BOOST_TEST(random.uniform(0) == 0x1.4a0abp-1f);
    BOOST_TEST(random.uniform(1) == 0x1.08f2a6p-1f);
    BOOST_TEST(random.normal(0) == -0x1.dceb9ap-1f);
    BOOST_TEST(random.normal(1) == -0x1.a4a4f4p-4f);
    BOOST_TEST(random.normal(2) == 0x1.68dc3ep+0f);
    BOOST_TEST(random.normal(3) == -0x1.35698ep-1f);
    BOOST_TEST(random.normal(1'000'000'000'000) == 0x1.2b1a02p-3f);
}

BOOST_AUTO_TEST_CASE(every_part_of_the_key_changes_the_numbers) {
    const Generator base{Seed{1}, Stream::dropout, 1, 1};
    const Generator others[] = {{Seed{2}, Stream::dropout, 1, 1},
                                {Seed{1ull << 32 | 1}, Stream::dropout, 1, 1},
                                {Seed{1}, Stream::data, 1, 1},
                                {Seed{1}, Stream::dropout, 2, 1},
                                {Seed{1}, Stream::dropout, 1, 2},
                                {Seed{1}, Stream::dropout, 1, 1ull << 32 | 1},
                                {Seed{1}, Stream::dropout, 1, 1ull << 39 | 1}};
    for (const Generator& other : others) {
        double correlation = 0;
        int equal = 0;
        for (std::uint64_t i = 0; i < 10'000; ++i) {
            correlation += (base.uniform(i) - 0.5) * (other.uniform(i) - 0.5);
            equal += base.bits(i) == other.bits(i);
        }
        BOOST_TEST(std::abs(correlation / 10'000) < 4.0 / 12 / 100);
        BOOST_TEST(equal == 0);
    }
}
