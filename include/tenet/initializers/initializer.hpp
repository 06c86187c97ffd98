#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

#include <tenet/core/rng.hpp>
#include <tenet/core/shape.hpp>

namespace TENET_NAMESPACE {

/// What an initializer knows of a parameter tensor. The fans are the layer's: how many inputs an output sums up, and
/// how many outputs an input reaches.
struct TensorInfo {
    std::string_view name;
    Shape shape;
    std::int64_t fan_in = 1, fan_out = 1;
};

/// How a parameter gets its first numbers: a struct of this library, or any callable of the user's:
/// ```
/// model.initialize([](std::span<float> values, const TensorInfo& tensor, Generator random) {
///     for (std::size_t i = 0; i < values.size(); ++i) values[i] = random.uniform(i) /
///     static_cast<float>(tensor.fan_in);
/// });
/// ```
template <class I>
concept Initializer = std::invocable < const I&,
        std::span<float>,
const TensorInfo&, Generator > ;

}  // namespace tenet
