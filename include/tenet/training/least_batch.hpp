#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include <tenet/io/text.hpp>
#include <tenet/network/network.hpp>
#include <tenet/operations/batch_norm.hpp>

namespace TENET_NAMESPACE::detail {

template <class Placed>
constexpr bool normalises_single_numbers() {
    if constexpr (operations::HasBatchStatistics<typename Placed::Operation>)
        return Placed::operation.plane == 1;
    else
        return false;
}

/// The first leaf layer that, while training, normalises each channel over the batch alone, since a sample has one
/// number of it; -1 if there is none. Of one sample nothing would be left: its distance from its own mean.
template <class Net>
TENET_LOCAL inline constexpr int batch_normalised_leaf = []<int... I>(std::integer_sequence<int, I...>) {
    const bool found[]{normalises_single_numbers<typename Net::template Leaf<I>>()..., false};
    for (int i = 0; i < static_cast<int>(sizeof...(I)); ++i)
        if (found[i]) return i;
    return -1;
}
(std::make_integer_sequence<int, Net::layer_count>{});

/// Throws std::invalid_argument, as PyTorch does, if such a layer would get one sample.
template <class Net>
void check_normalised(const char* who, const char* fault, std::int64_t samples) {
    if constexpr (batch_normalised_leaf<Net> >= 0)
        if (samples == 1) {
            int leaf = 0;
            std::string name;
            const auto spell = [&](const LayerPath& path) {
                if (leaf++ == batch_normalised_leaf<Net>) path.spell([&](std::string_view part) { name += part; });
            };
            Net::prefixes(spell);
            throw std::invalid_argument(
                io::joined({who, ": expected more than 1 value per channel when training the batch normalisation ",
                            name, ", but ", fault}));
        }
}

}  // namespace tenet::detail
