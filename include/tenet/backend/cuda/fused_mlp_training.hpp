#pragma once

#include <tenet/backend/cuda/fused_mlp_parts.hpp>
#include <tenet/backend/cuda/product_kernel.hpp>
#include <tenet/losses/loss.hpp>
#include <tenet/math/identity.hpp>
#include <tenet/metrics/argmax.hpp>

namespace TENET_NAMESPACE::cuda {

/// A batch to train on: samples x, and what they are compared with: labels, or rows of targets.
template <class Number>
struct FusedBatch {
    device::Matrix<Number> x;
    std::int64_t samples = 0;
    const std::int32_t* labels = nullptr;
    device::Matrix<float> targets;
    const std::int64_t* index = nullptr;  // of each sample's label or targets, if they lie in another order
};

/// The body of a block that computes forward pass, loss, backward pass and all gradients of a fused MLP for its tiles
/// of 128 samples. Activations and weights are in shared memory; each element of a weight's gradient in a register of
/// one lane, for all tiles. The block's sums go to `partial[number][parameters + 2]`, last the loss and the samples
/// whose largest output is the label's; `AddParts` adds the blocks' up.
///
/// `scale` is the factor of the loss whose gradient it is: 1 / batch for the mean. The loss that is summed has no
/// factor. `Precision` is BF16 or FP16: what inputs, weights, activations and their gradients are rounded to when
/// multiplied. Requires `fits_fused_mlp` of the widths, and activations whose derivative can be had from their output.
template <class Precision, class Net, Loss LossFunction>
class FusedMLPTraining {
  public:
    static_assert(per_word<Precision> == 2);
    static_assert(Net::derivatives_from_outputs);

    TENET_LOCAL static constexpr int warps = detail::fused_warps;
    TENET_LOCAL static constexpr int rows = 16 * warps;
    TENET_LOCAL static constexpr int partial_sums = Net::parameter(Net::layers) + 2;

    TENET_HOST_DEVICE static constexpr std::int64_t tiles(std::int64_t samples) { return (samples + rows - 1) / rows; }

  private:
    TENET_LOCAL static constexpr int layers = Net::layers, outputs = Net::width(layers);

    // A warp's rows of one layer's gradient; before, of the outputs, as floats.
    TENET_LOCAL static constexpr int gradient_pitch = detail::fused_pitch(Net::widest());
    TENET_LOCAL static constexpr int output_pitch = Net::padded(layers) + 1;
    TENET_LOCAL static constexpr int slice_words = 16 * (gradient_pitch > output_pitch ? gradient_pitch : output_pitch);

    TENET_HOST_DEVICE static constexpr int activation_words(int layer) {
        int begin = Net::resident_words;
        for (int i = 0; i < layer; ++i) begin += rows * Net::pitch(i);
        return begin;
    }
    TENET_HOST_DEVICE static constexpr int tiles_of(int layer) {
        return detail::gradient_tiles(Net::width(layer), Net::width(layer + 1));
    }
    TENET_HOST_DEVICE static constexpr int first_sum(int layer) {
        int first = 0;
        for (int i = 0; i < layer; ++i) first += tiles_of(i) * 8;
        return first;
    }

  public:
    TENET_LOCAL static constexpr int shared_words = activation_words(layers) + warps * slice_words;

    template <class Block, class Number>
    TENET_HOST_DEVICE static void run(Block block, std::uint32_t* shared, std::int64_t number, std::int64_t blocks,
                                      const FusedParameters<layers>& parameters, const FusedBatch<Number>& batch,
                                      const LossFunction& loss, float scale, float* partial) {
        detail::bring_parameters<Precision, Net>(block, shared, parameters);
        block.synchronise();
        State<Block> state;
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < first_sum(layers); ++i) state.weight_sums(lane, i) = 0.0f;
            TENET_DEVICE_UNROLL
            for (int i = 0; i < 2 * layers; ++i) state.bias_sums(lane, i) = 0.0f;
            state.verdict(lane, 0) = state.verdict(lane, 1) = 0.0f;
        });
        for (std::int64_t tile = number; tile < tiles(batch.samples); tile += blocks) {
            block.forget_addresses();
            detail::Factors<Block, Net::widest()> a[1];
            forward(block, shared, tile * rows + block.warp() * 16, batch, loss, scale, state, a);
            for_each_layer<layers>([&](auto step) {
                block.forget_addresses();
                backward<layers - 1 - step.value>(block, shared, state, a);
            });
        }
        write(block, shared, state, partial + number * partial_sums);
    }

  private:
    template <class Block>
    struct State {
        typename Block::template Registers<float, first_sum(layers)> weight_sums;
        typename Block::template Registers<float, 2 * layers> bias_sums;  // of rows lane / 4 and lane / 4 + 8 of a tile
        typename Block::template Registers<float, 2> verdict;  // the loss, and how many were right
    };

    template <class Block>
    TENET_HOST_DEVICE static std::uint32_t* activations(const Block& block, std::uint32_t* shared, int layer) {
        return shared + activation_words(layer) + block.warp() * 16 * Net::pitch(layer);
    }
    template <class Block>
    TENET_HOST_DEVICE static std::uint32_t* slice(const Block& block, std::uint32_t* shared) {
        return shared + activation_words(layers) + block.warp() * slice_words;
    }

    // A warp's own 16 samples: only it reads and writes their rows, so that no warp waits for another.
    template <class Block, class Number, class A>
    TENET_HOST_DEVICE static void forward(const Block& block, std::uint32_t* shared, std::int64_t first,
                                          const FusedBatch<Number>& batch, const LossFunction& loss, float scale,
                                          State<Block>& state, A& a) {
        detail::bring_samples<Precision, 16, Net::width(0)>(block, activations(block, shared, 0), batch.x, first,
                                                            batch.samples);
        detail::load_rows<Net::padded(0)>(block, a[0], activations(block, shared, 0));
        for_each_layer<layers>([&](auto layer) {
            constexpr int i = layer.value, out = Net::padded(i + 1);
            using Activation = typename Net::template Activation<i>;
            detail::Sums<Block, out> c[1];
            detail::begin_with<out>(block, c[0], reinterpret_cast<const float*>(shared + Net::bias_words(i)));
            detail::add_layer<Precision, Net::padded(i), out, false>(block, a, c, shared + Net::weight_words(i));
            if constexpr (i + 1 < layers) {
                detail::activate<Precision, Activation, out>(block, c[0], a[0]);
                detail::store_rows<out>(block, a[0], activations(block, shared, i + 1), Net::pitch(i + 1));
            } else {
                compare<Activation>(block, reinterpret_cast<float*>(slice(block, shared)), first, batch, loss, scale,
                                    state, c[0], a[0]);
            }
        });
    }

    // The loss is code for one sample in one lane: outputs go through shared memory, and their gradients come back.
    template <class Activation, class Block, class Number, class C, class A>
    TENET_HOST_DEVICE static void compare(const Block& block, float* rows_of_outputs, std::int64_t first,
                                          const FusedBatch<Number>& batch, const LossFunction& loss, float scale,
                                          State<Block>& state, C& c, A& a) {
        const auto at = [](int lane, int i) {
            return accumulator_row(lane, i % 4) * output_pitch + i / 4 * 8 + accumulator_column(lane, i % 4);
        };
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < Net::padded(layers) / 2; ++i)
                rows_of_outputs[at(lane, i)] = c(lane, i) = Activation::value(c(lane, i));
        });
        block.synchronise_warp();
        block.each_lane([&](int lane) {
            if (lane >= 16) return;
            float* const output = rows_of_outputs + lane * output_pitch;
            const std::int64_t place = first + lane;
            if (place >= batch.samples) {
                for (int i = 0; i < outputs; ++i) output[i] = 0.0f;
                return;
            }
            const std::int64_t sample = batch.index ? batch.index[place] : place;
            if constexpr (LossFunction::takes_labels) {
                const std::int32_t label = batch.labels[sample];
                if (argmax(output, outputs) == label) state.verdict(lane, 1) += 1.0f;
                state.verdict(lane, 0) += loss.gradient(output, outputs, label, scale, output);
            } else {
                state.verdict(lane, 0) += loss.gradient(output, batch.targets.data + sample * batch.targets.row_stride,
                                                        outputs, scale, output);
            }
        });
        block.synchronise_warp();
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < Net::padded(layers) / 2; ++i) {
                const float gradient =
                    i / 4 * 8 + accumulator_column(lane, i % 4) < outputs ? rows_of_outputs[at(lane, i)] : 0.0f;
                c(lane, i) = gradient * Activation::derivative(0.0f, c(lane, i));
            }
        });
        detail::activate<Precision, math::Identity, Net::padded(layers)>(block, c, a);
        block.synchronise_warp();
    }

    // a: the gradient by layer I's sums, of the warp's own samples; after it, by those of the layer before.
    template <int I, class Block, class A>
    TENET_HOST_DEVICE static void backward(const Block& block, std::uint32_t* shared, State<Block>& state, A& a) {
        constexpr int in = Net::padded(I), out = Net::padded(I + 1);
        detail::store_rows<out>(block, a[0], slice(block, shared), gradient_pitch);
        block.synchronise();
        add_weight_gradient<I>(block, shared, state);
        if constexpr (I > 0) {
            using Activation = typename Net::template Activation<I - 1>;
            detail::Sums<Block, in> c[1];
            detail::begin_with_zero<in>(block, c[0]);
            detail::add_layer<Precision, out, in, true>(block, a, c, shared + Net::weight_words(I));
            const std::uint32_t* const y = activations(block, shared, I);
            block.each_lane([&](int lane) {
                TENET_DEVICE_UNROLL
                for (int i = 0; i < in / 2; i += 2) {
                    const std::uint32_t word = y[accumulator_row(lane, i % 4) * Net::pitch(I) + i / 4 * 4 + lane % 4];
                    a[0](lane, detail::factor_of_sums(i)) = Block::template word<Precision>(
                        c[0](lane, i) * Activation::derivative(0.0f, factor<Precision>(word, 0)),
                        c[0](lane, i + 1) * Activation::derivative(0.0f, factor<Precision>(word, 1)));
                }
            });
        }
        block.synchronise();  // all have read this layer's gradient, and, of the first layer, the activations
    }

    // The tiles of 16 x 16 of a weight's gradient are dealt out to the warps, neighbours in a row to one warp; their
    // sums run over the samples of all warps. The first tile of each row takes the bias: a product with ones.
    template <int I, class Block>
    TENET_HOST_DEVICE static void add_weight_gradient(const Block& block, std::uint32_t* shared, State<Block>& state) {
        constexpr int row_tiles = Net::padded(I + 1) / 16, column_tiles = Net::padded(I) / 16, tiles = tiles_of(I);
        constexpr bool one_row = column_tiles % tiles == 0;  // all tiles of a warp lie in one row: it is loaded once
        constexpr int pitch = Net::pitch(I);
        const int first = block.warp() * tiles;
        const std::uint32_t* const y = shared + activation_words(I);
        const std::uint32_t* const gradient = shared + activation_words(layers);
        typename Block::template Registers<std::uint32_t, 4> a, b;
        typename Block::template Registers<std::uint32_t, 2> ones;
        block.each_lane([&](int lane) { ones(lane, 0) = ones(lane, 1) = Block::template word<Precision>(1.0f, 1.0f); });
        TENET_DEVICE_UNROLL
        for (int k = 0; k < warps; ++k) TENET_DEVICE_UNROLL
        for (int j = 0; j < tiles; ++j) {
            const int tile = first + j;
            if (tile >= row_tiles * column_tiles) break;
            if (j == 0 || !one_row)
                block.load_transposed(a, 0, [&](int lane) {
                    return gradient + k * slice_words + tile / column_tiles * words_per_multiply +
                           transposed_left_factor_offset(lane, gradient_pitch);
                });
            block.load_transposed(b, 0, [&](int lane) {
                return y + k * 16 * pitch + tile % column_tiles * words_per_multiply +
                       transposed_right_factor_offset(lane, pitch);
            });
            block.template multiply<Precision>(state.weight_sums, first_sum(I) + j * 8, a, 0, b, 0);
            block.template multiply<Precision>(state.weight_sums, first_sum(I) + j * 8 + 4, a, 0, b, 2);
            if ((j == 0 || !one_row) && tile % column_tiles == 0) add_bias_gradient<I>(block, state, a, ones);
        }
    }

    // All columns of the product with ones are the same: two of a lane's four sums suffice.
    template <int I, class Block, class A, class Ones>
    TENET_HOST_DEVICE static void add_bias_gradient(const Block& block, State<Block>& state, const A& a,
                                                    const Ones& ones) {
        typename Block::template Registers<float, 4> sums;
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int i = 0; i < 4; ++i) sums(lane, i) = state.bias_sums(lane, 2 * I + i / 2);
        });
        block.template multiply<Precision>(sums, 0, a, 0, ones, 0);
        block.each_lane([&](int lane) {
            state.bias_sums(lane, 2 * I) = sums(lane, 0);
            state.bias_sums(lane, 2 * I + 1) = sums(lane, 2);
        });
    }

    template <class Block>
    TENET_HOST_DEVICE static void write(const Block& block, std::uint32_t* shared, const State<Block>& state,
                                        float* partial) {
        for_each_layer<layers>([&](auto layer) {
            constexpr int i = layer.value, in = Net::width(i), out = Net::width(i + 1);
            constexpr int column_tiles = Net::padded(i) / 16, tiles = tiles_of(i);
            float* const weight = partial + Net::parameter(i);
            block.each_lane([&](int lane) {
                TENET_DEVICE_UNROLL
                for (int j = 0; j < tiles; ++j) {
                    const int tile = block.warp() * tiles + j, row = tile / column_tiles * 16,
                              column = tile % column_tiles * 16;
                    TENET_DEVICE_UNROLL
                    for (int s = 0; s < 8; ++s) {
                        const int o = row + accumulator_row(lane, s % 4);
                        const int c = column + s / 4 * 8 + accumulator_column(lane, s % 4);
                        if (o < out && c < in) weight[o * in + c] = state.weight_sums(lane, first_sum(i) + j * 8 + s);
                    }
                    if (tile % column_tiles == 0 && lane % 4 == 0)
                        for (int half = 0; half < 2; ++half)
                            if (row + lane / 4 + half * 8 < out)
                                weight[out * in + row + lane / 4 + half * 8] = state.bias_sums(lane, 2 * i + half);
                }
            });
        });
        auto* const verdicts = reinterpret_cast<float*>(shared + activation_words(layers));
        block.each_lane([&](int lane) {
            for (int i = 0; i < 2; ++i) verdicts[(i * warps + block.warp()) * 32 + lane] = state.verdict(lane, i);
        });
        block.synchronise();
        if (block.warp() != 0) return;
        block.each_lane([&](int lane) {
            if (lane >= 2) return;
            float sum = 0.0f;
            for (int i = 0; i < warps * 32; ++i) sum += verdicts[lane * warps * 32 + i];
            partial[partial_sums - 2 + lane] = sum;
        });
    }
};

}  // namespace tenet::cuda
