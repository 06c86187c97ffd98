#pragma once

#include <initializer_list>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tenet/backend/cuda/fragment.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cuda {

/// A Linear layer of `Out` features and the formula of `math/` that follows it.
template <int Out, class Formula>
struct FusedLayer {
    TENET_LOCAL static constexpr int out = Out;
    using Activation = Formula;
};

TENET_LOCAL inline constexpr int most_fused_width = 128;

namespace detail {

/// Warps of a block, of 16 samples each while it trains.
TENET_LOCAL inline constexpr int fused_warps = 8;

TENET_HOST_DEVICE constexpr int padded_width(int width) {
    return (width + 15) / 16 * 16;
}

// Rows in shared memory: four words longer, so that eight rows of a fragment lie in different banks.
TENET_HOST_DEVICE constexpr int fused_pitch(int width) {
    return padded_width(width) / 2 + 4;
}

// Tiles of 16 x 16 of a weight's gradient that a warp keeps in registers.
TENET_HOST_DEVICE constexpr int gradient_tiles(int in, int out) {
    return (padded_width(in) / 16 * (padded_width(out) / 16) + fused_warps - 1) / fused_warps;
}

// Times 16 samples of a warp at a time in inference: each loaded weight is used as often, where registers suffice.
TENET_HOST_DEVICE constexpr int inference_row_tiles(int widest) {
    return widest <= 64 ? 2 : 1;
}

constexpr int larger(int a, int b) {
    return a > b ? a : b;
}

/// What a block needs for layers of these widths, the input's first.
struct FusedCost {
    int weight_words = 0;      // rounded weights, and biases as floats
    int sample_words = 0;      // of the inputs that inference reads at a time
    int activation_words = 0;  // of the samples of a tile, input and hidden layers
    int gradient_words = 0;    // of those, one layer's gradient, or the outputs as floats
    int registers = 0;         // of a lane that trains: gradients, sums and factors
    int widest = 0, narrowest = 0;

    constexpr FusedCost(const int* widths, int layers) : widest(widths[0]), narrowest(widths[0]) {
        for (int i = 0; i < layers; ++i) {
            const int in = widths[i], out = widths[i + 1];
            weight_words += padded_width(out) * fused_pitch(in) + padded_width(out);
            activation_words += fused_warps * 16 * fused_pitch(in);
            registers += gradient_tiles(in, out) * 8 + 2;
            widest = larger(widest, out);
            narrowest = narrowest < out ? narrowest : out;
        }
        sample_words = fused_warps * 16 * inference_row_tiles(widest) * fused_pitch(widths[0]);
        gradient_words = fused_warps * 16 * gradient_pitch(widest, widths[layers]);
        registers += padded_width(widest) / 2 + padded_width(widest) / 4;
    }

    // Words of a row of 16, so that a warp's slice begins at 16 bytes.
    static constexpr int gradient_pitch(int widest, int out) {
        return larger(fused_pitch(widest), padded_width(out) + 1);
    }

    constexpr int inference_bytes() const { return (weight_words + sample_words) * 4; }
    constexpr int training_bytes() const { return (weight_words + activation_words + gradient_words) * 4; }
};

}  // namespace detail

/// Shared memory that a block may have on compute capability 9.0.
TENET_LOCAL inline constexpr int most_shared_bytes = 227 * 1024;
/// Of 255: what else is alive needs the rest. Measured: 172 of these compile without spills, 186 do not.
TENET_LOCAL inline constexpr int most_fused_registers = 176;

/// Whether a run of Linear layers, each with an activation, is computed by one kernel: `widths` are the input's and the
/// layers'.
constexpr bool fits_fused_inference(std::span<const int> widths) {
    if (widths.size() < 2) return false;
    const detail::FusedCost cost(widths.data(), static_cast<int>(widths.size()) - 1);
    return cost.narrowest >= 1 && cost.widest <= most_fused_width && cost.inference_bytes() <= most_shared_bytes;
}

/// Whether it also trains in one kernel.
constexpr bool fits_fused_mlp(std::span<const int> widths) {
    if (!fits_fused_inference(widths)) return false;
    const detail::FusedCost cost(widths.data(), static_cast<int>(widths.size()) - 1);
    return cost.training_bytes() <= most_shared_bytes && cost.registers <= most_fused_registers;
}
constexpr bool fits_fused_inference(std::initializer_list<int> widths) {
    return fits_fused_inference(std::span<const int>(widths.begin(), widths.size()));
}
constexpr bool fits_fused_mlp(std::initializer_list<int> widths) {
    return fits_fused_mlp(std::span<const int>(widths.begin(), widths.size()));
}

/// The shape of a fused MLP: `In` features and FusedLayers. Widths are padded to multiples of 16 inside.
template <int In, class... Layers>
struct FusedMLP {
    TENET_LOCAL static constexpr int layers = sizeof...(Layers);
    /// Whether training can do without the sums that activations are applied to.
    TENET_LOCAL static constexpr bool derivatives_from_outputs = (Layers::Activation::derivative_from_output && ...);
    template <int I>
    using Activation = typename std::tuple_element_t<static_cast<std::size_t>(I), std::tuple<Layers...>>::Activation;

    /// Features that layer i reads; of `layers`, that the last one gives.
    TENET_HOST_DEVICE static constexpr int width(int i) {
        const int widths[] = {In, Layers::out...};
        return widths[i];
    }
    TENET_HOST_DEVICE static constexpr int padded(int i) { return (width(i) + 15) / 16 * 16; }
    TENET_HOST_DEVICE static constexpr int pitch(int i) { return padded(i) / 2 + 4; }
    TENET_HOST_DEVICE static constexpr int widest() {
        int widest = 0;
        for (int i = 0; i <= layers; ++i) widest = padded(i) > widest ? padded(i) : widest;
        return widest;
    }

    /// Where layer i's weight begins among the parameters, W0 [O][I], b0 [O], W1, ...: `parameter(layers)` is their
    /// number.
    TENET_HOST_DEVICE static constexpr int parameter(int i) {
        int begin = 0;
        for (int j = 0; j < i; ++j) begin += width(j + 1) * (width(j) + 1);
        return begin;
    }

    /// Where its weight begins in shared memory, in words: rows of outputs; the biases come after all weights.
    TENET_HOST_DEVICE static constexpr int weight_words(int i) {
        int begin = 0;
        for (int j = 0; j < i; ++j) begin += padded(j + 1) * pitch(j);
        return begin;
    }
    TENET_HOST_DEVICE static constexpr int bias_words(int i) {
        int begin = weight_words(layers);
        for (int j = 0; j < i; ++j) begin += padded(j + 1);
        return begin;
    }
    TENET_LOCAL static constexpr int resident_words = bias_words(layers);
};

/// Where the parameters of a fused MLP are: PyTorch's arrays of floats, [O][I] and [O]. A bias may be absent (null).
template <int Layers>
struct FusedParameters {
    const float* weight[array_bound(Layers)];
    const float* bias[array_bound(Layers)];
};

/// f(constant 0), f(constant 1), ..., f(constant Count - 1).
template <int Count, class F>
TENET_HOST_DEVICE TENET_INLINE void for_each_layer(F&& f) {
    [&]<int... I>(std::integer_sequence<int, I...>) TENET_INLINE_LAMBDA {
        (f(std::integral_constant<int, I>{}), ...);
    }
    (std::make_integer_sequence<int, Count>{});
}

}  // namespace tenet::cuda
