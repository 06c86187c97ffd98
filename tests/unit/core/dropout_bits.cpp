#define BOOST_TEST_MODULE dropout_bits
#include <cmath>
#include <cstdint>

#include <boost/test/unit_test.hpp>

#include <tenet/core/dropout_bits.hpp>

using namespace tenet;

namespace {
constexpr Generator generator{Seed{0x123456789abcdef0}, Stream::dropout, 5, 17};

template <int Width>
void check_lanes_against_samples() {
    for (std::uint32_t sample : {0u, 16u, 1000u})
        for (std::uint32_t block : {0u, 1u, 77u}) {
            IntLanes<Width> lanes[dropout_block];
            dropout_bits(generator, sample, block, lanes);
            for (std::uint32_t n = 0; n < Width; ++n) {
                std::int32_t one[dropout_block];
                dropout_bits(generator, sample + n, block, one);
                for (int i = 0; i < dropout_block; ++i) BOOST_TEST(lanes[i][static_cast<int>(n)] == one[i]);
            }
        }
}
}  // namespace

BOOST_AUTO_TEST_CASE(bits_do_not_depend_on_the_width) {
    check_lanes_against_samples<4>();
    check_lanes_against_samples<8>();
    check_lanes_against_samples<16>();
}

BOOST_AUTO_TEST_CASE(bits_are_the_halves_of_the_words) {
    std::int32_t bits[dropout_block];
    dropout_bits(generator, 3, 2, bits);
    const auto words = philox<std::uint32_t>({{2, 3, 17, 1u << 24 | 5}}, 0x123456789abcdef0);
    for (int i = 0; i < 4; ++i)
        BOOST_TEST((static_cast<std::uint32_t>(bits[2 * i + 1]) << 16 | static_cast<std::uint32_t>(bits[2 * i])) ==
                   words[i]);
}

BOOST_AUTO_TEST_CASE(factors_keep_the_mean) {
    for (float p : {0.0f, 0.1f, 0.5f, 0.9f}) {
        constexpr int samples = 64, blocks = 200;
        int dropped = 0;
        for (std::uint32_t sample = 0; sample < samples; sample += 8)
            for (std::uint32_t block = 0; block < blocks; ++block) {
                Lanes<8> factors[dropout_block];
                dropout_factors(generator, p, sample, block, factors);
                for (const Lanes<8>& factor : factors)
                    for (int n = 0; n < 8; ++n) {
                        BOOST_TEST_REQUIRE((factor[n] == 0.0f || factor[n] == 1 / (1 - p)));
                        dropped += factor[n] == 0.0f;
                    }
            }
        constexpr double n = samples * blocks * dropout_block;
        BOOST_TEST(std::abs(dropped - n * p) <= 4 * std::sqrt(n * p * (1 - p)), "p = " << p << ": " << dropped / n);
    }
}

BOOST_AUTO_TEST_CASE(exactly_the_numbers_below_the_probability_are_dropped) {
    for (int dropped : {0, 1, 32768, 65535, 65536}) {
        int kept = 0;
        for (std::uint32_t block = 0; block < 100'000; ++block) {
            std::int32_t bits[dropout_block];
            float factors[dropout_block];
            dropout_bits(generator, 0, block, bits);
            dropout_factors(generator, static_cast<float>(dropped) / 65536, 0, block, factors);
            for (int i = 0; i < dropout_block; ++i) {
                BOOST_TEST_REQUIRE((factors[i] != 0.0f) == (bits[i] >= dropped));
                kept += factors[i] != 0.0f;
            }
        }
        BOOST_TEST((kept == 0) == (dropped == 65536));
    }
}

BOOST_AUTO_TEST_CASE(one_element_is_kept_as_in_its_block) {
    Lanes<4> factors[dropout_block];
    dropout_factors(generator, 0.3f, 8, 6, factors);
    for (std::uint32_t i = 0; i < dropout_block; ++i) {
        const IntLanes<4> kept = dropout_keep<Lanes<4>>(generator, 0.3f, 8, 6 * dropout_block + i);
        for (int n = 0; n < 4; ++n) {
            BOOST_TEST((kept[n] != 0) == (factors[i][n] != 0.0f));
            const bool alone =
                dropout_keep<float>(generator, 0.3f, 8 + static_cast<std::uint32_t>(n), 6 * dropout_block + i);
            BOOST_TEST(alone == (factors[i][n] != 0.0f));
        }
    }
}
