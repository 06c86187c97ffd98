#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <tenet/core/permutation.hpp>
#include <tenet/core/rng.hpp>
#include <tenet/data/dataset.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::data {

/// The samples in a random order that the seed alone determines.
template <class Input, class Target>
Dataset<Input, Target> shuffled(const Dataset<Input, Target>& samples, Seed seed) {
    const Permutation order{Generator{seed, Stream::data}, samples.size()};
    std::vector<std::int64_t> numbers;
    for (std::int64_t i = 0; i < samples.size(); ++i) numbers.push_back(order(i));
    return samples.subset(numbers);
}

/// Sets `held_out` samples, drawn by the seed, apart for validation: (training, validation).
/// Throws std::invalid_argument unless 0 <= held_out <= size.
///
///     const auto [train, validation] = data::split(samples, 5'000, Seed{1});
template <class Input, class Target, std::integral Count>
std::pair<Dataset<Input, Target>, Dataset<Input, Target>> split(const Dataset<Input, Target>& samples, Count held_out,
                                                                Seed seed) {
    if (std::cmp_less(held_out, 0) || std::cmp_greater(held_out, samples.size()))
        throw std::invalid_argument(
            io::joined({"split: expected to hold out 0 to ", samples.size(), " samples, found ", held_out}));
    const std::int64_t kept = samples.size() - static_cast<std::int64_t>(held_out);
    const auto all = shuffled(samples, seed);
    return {all.slice(0, kept), all.slice(kept, samples.size() - kept)};
}

/// As above, with the share of the samples that is held out, from 0 to 1; their number is rounded.
template <class Input, class Target>
std::pair<Dataset<Input, Target>, Dataset<Input, Target>> split(const Dataset<Input, Target>& samples, double share,
                                                                Seed seed) {
    if (!(share >= 0 && share <= 1))
        throw std::invalid_argument("split: expected to hold out a share of 0 to 1, found " + std::to_string(share));
    return split(samples, static_cast<std::int64_t>(std::llround(share * static_cast<double>(samples.size()))), seed);
}

}  // namespace tenet::data
