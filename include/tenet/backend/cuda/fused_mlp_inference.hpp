#pragma once

#include <tenet/backend/cuda/fused_mlp_parts.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cuda {

/// The body of a block that computes the outputs of a fused MLP: store(sample, feature, value) for each. Weights stay
/// in shared memory for all of the block's samples, activations in registers from layer to layer.
///
/// `Precision` is BF16 or FP16: what inputs, weights and hidden activations are rounded to.
template <class Precision, class Net>
struct FusedMLPInference {
    static_assert(per_word<Precision> == 2);

    TENET_LOCAL static constexpr int warps = detail::fused_warps;
    TENET_LOCAL static constexpr int row_tiles = detail::inference_row_tiles(Net::widest());
    TENET_LOCAL static constexpr int rows = 16 * row_tiles;
    TENET_LOCAL static constexpr int shared_words = Net::resident_words + warps * rows * Net::pitch(0);

    TENET_HOST_DEVICE static constexpr std::int64_t tiles(std::int64_t batch) {
        return (batch + rows * warps - 1) / (rows * warps);
    }

    template <class Block, class Number, class Store>
    TENET_HOST_DEVICE static void run(Block block, std::uint32_t* shared, std::int64_t number, std::int64_t blocks,
                                      const FusedParameters<Net::layers>& parameters, const device::Matrix<Number>& x,
                                      std::int64_t batch, const Store& store) {
        detail::bring_parameters<Precision, Net>(block, shared, parameters);
        block.synchronise();
        std::uint32_t* const samples = shared + Net::resident_words + block.warp() * rows * Net::pitch(0);
        for (std::int64_t tile = number; tile < tiles(batch); tile += blocks) {
            const std::int64_t first = (tile * warps + block.warp()) * rows;
            detail::bring_samples<Precision, rows, Net::width(0)>(block, samples, x, first, batch);
            detail::Factors<Block, Net::widest()> a[array_bound(row_tiles)];
            TENET_DEVICE_UNROLL
            for (int t = 0; t < row_tiles; ++t)
                detail::load_rows<Net::padded(0)>(block, a[t], samples + t * 16 * Net::pitch(0));
            block.synchronise_warp();
            for_each_layer<Net::layers>([&](auto layer) {
                block.forget_addresses();
                constexpr int i = layer.value, out = Net::padded(i + 1);
                using Activation = typename Net::template Activation<i>;
                detail::Sums<Block, out> c[array_bound(row_tiles)];
                TENET_DEVICE_UNROLL
                for (int t = 0; t < row_tiles; ++t)
                    detail::begin_with<out>(block, c[t], reinterpret_cast<const float*>(shared + Net::bias_words(i)));
                detail::add_layer<Precision, Net::padded(i), out, false, row_tiles>(block, a, c,
                                                                                    shared + Net::weight_words(i));
                TENET_DEVICE_UNROLL
                for (int t = 0; t < row_tiles; ++t) {
                    if constexpr (i + 1 < Net::layers)
                        detail::activate<Precision, Activation, out>(block, c[t], a[t]);
                    else
                        store_outputs<Activation>(block, c[t], first + t * 16, batch, store);
                }
            });
        }
    }

  private:
    template <class Activation, class Block, class C, class Store>
    TENET_HOST_DEVICE static void store_outputs(const Block& block, const C& c, std::int64_t first, std::int64_t batch,
                                                const Store& store) {
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < Net::padded(Net::layers) / 2; ++i) {
                const std::int64_t sample = first + accumulator_row(lane, i % 4);
                const int feature = i / 4 * 8 + accumulator_column(lane, i % 4);
                if (sample < batch && feature < Net::width(Net::layers))
                    store(sample, feature, Activation::value(c(lane, i)));
            }
        });
    }
};

}  // namespace tenet::cuda
