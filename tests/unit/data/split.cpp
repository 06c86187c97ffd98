#define BOOST_TEST_MODULE split
#include <algorithm>
#include <numeric>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/data/split.hpp>

#include "support/message_of.hpp"

using namespace tenet;
using namespace tenet::testing;

namespace {
data::Dataset<float, float> counting(int n) {
    std::vector<float> numbers(static_cast<std::size_t>(n));
    std::iota(numbers.begin(), numbers.end(), 0.0f);
    return {Shape{1}, numbers, Shape{1}, numbers};
}

std::vector<float> inputs_of(const data::Dataset<float, float>& samples) {
    std::vector<float> inputs;
    for (std::int64_t i = 0; i < samples.size(); ++i) inputs.push_back(samples.input(i)[0]);
    return inputs;
}
}  // namespace

BOOST_AUTO_TEST_CASE(every_sample_is_in_exactly_one_part) {
    for (const int n : {0, 1, 2, 10, 1000}) {
        const auto [train, validation] = data::split(counting(n), n / 5, Seed{7});
        BOOST_TEST(train.size() == n - n / 5);
        BOOST_TEST(validation.size() == n / 5);
        std::vector<float> all = inputs_of(train), rest = inputs_of(validation);
        all.insert(all.end(), rest.begin(), rest.end());
        std::sort(all.begin(), all.end());
        BOOST_TEST(all == inputs_of(counting(n)));
    }
}

BOOST_AUTO_TEST_CASE(inputs_stay_with_their_targets) {
    const auto validation = data::split(counting(100), 50, Seed{1}).second;
    for (std::int64_t i = 0; i < validation.size(); ++i) BOOST_TEST(validation.input(i)[0] == validation.target(i)[0]);
}

BOOST_AUTO_TEST_CASE(the_seed_alone_determines_the_parts) {
    const auto held_out = [](Seed seed) { return inputs_of(data::split(counting(100), 20, seed).second); };
    BOOST_TEST(held_out(Seed{1}) == held_out(Seed{1}));
    BOOST_TEST(held_out(Seed{1}) != held_out(Seed{2}));
    const auto order = inputs_of(data::shuffled(counting(100), Seed{1}));
    BOOST_TEST(!std::is_sorted(order.begin(), order.end()));
}

BOOST_AUTO_TEST_CASE(a_share_is_rounded_to_samples) {
    BOOST_TEST(data::split(counting(10), 0.25, Seed{1}).second.size() == 3);
    BOOST_TEST(data::split(counting(10), 0.1f, Seed{1}).second.size() == 1);
    BOOST_TEST(data::split(counting(10), 0.0, Seed{1}).first.size() == 10);
    BOOST_TEST(data::split(counting(10), 1.0, Seed{1}).first.size() == 0);
    BOOST_TEST(inputs_of(data::split(counting(10), 0.3, Seed{1}).second) ==
               inputs_of(data::split(counting(10), 3, Seed{1}).second));
}

BOOST_AUTO_TEST_CASE(more_than_there_is) {
    BOOST_TEST(message_of<std::invalid_argument>([] { data::split(counting(10), 11, Seed{1}); }) ==
               "split: expected to hold out 0 to 10 samples, found 11");
    BOOST_TEST(message_of<std::invalid_argument>([] { data::split(counting(10), 1.5, Seed{1}); }) ==
               "split: expected to hold out a share of 0 to 1, found 1.500000");
    BOOST_CHECK_THROW(data::split(counting(10), -1, Seed{1}), std::invalid_argument);
    BOOST_CHECK_THROW(data::split(counting(10), ~std::uint64_t{0}, Seed{1}), std::invalid_argument);
    BOOST_CHECK_THROW(data::split(counting(10), -0.1, Seed{1}), std::invalid_argument);
}
