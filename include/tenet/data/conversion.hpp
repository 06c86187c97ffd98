#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::data {

/// How a stored number becomes the network's input: `value = stored * scale + shift`, in float.
struct Conversion {
    float scale = 1;
    float shift = 0;

    template <class Stored>
    float operator()(Stored stored) const {
        return static_cast<float>(stored) * scale + shift;
    }

    /// The conversion followed by `(value - mean) / deviation`.
    Conversion normalized(float mean, float deviation) const { return {scale / deviation, (shift - mean) / deviation}; }

    bool operator==(const Conversion&) const = default;
};

/// As PyTorch's `ToTensor` reads images: 8-bit numbers as 0 to 1, floats as they are.
template <class Stored>
TENET_LOCAL inline constexpr Conversion default_conversion{};
template <>
TENET_LOCAL inline constexpr Conversion default_conversion<std::uint8_t>{1.0f / 255, 0};

}  // namespace tenet::data
