#pragma once

#include <tenet/backend/cuda/fused_mlp_shape.hpp>
#include <tenet/backend/device/matrix.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/math/relu.hpp>

/// What inference and training of a fused MLP share. Sixteen samples are a warp's rows; a layer's sums, 16 x 8 at a
/// time, become the next layer's left factors without leaving their lanes.
namespace TENET_NAMESPACE::cuda::detail {

template <class Block, int Width>
using Factors = typename Block::template Registers<std::uint32_t, Width / 4>;
template <class Block, int Width>
using Sums = typename Block::template Registers<float, Width / 2>;

/// Brings the rounded weights and the biases into shared memory, zeros around them.
template <class Precision, class Net, class Block>
TENET_HOST_DEVICE void bring_parameters(const Block& block, std::uint32_t* shared,
                                        const FusedParameters<Net::layers>& parameters) {
    for_each_layer<Net::layers>([&](auto layer) {
        constexpr int i = layer.value, in = Net::width(i), out = Net::width(i + 1);
        constexpr int row_words = Net::padded(i) / 2, rows = Net::padded(i + 1), pitch = Net::pitch(i);
        std::uint32_t* const weight = shared + Net::weight_words(i);
        auto* const bias = reinterpret_cast<float*>(shared + Net::bias_words(i));
        block.each_lane([&](int lane) {
            for (int w = block.warp() * 32 + lane; w < rows * row_words; w += Block::warps * 32) {
                const int o = w / row_words, at = w % row_words * 2;
                const float* const from = parameters.weight[i] + o * in + at;
                weight[o * pitch + at / 2] = Block::template word<Precision>(o < out && at < in ? from[0] : 0.0f,
                                                                             o < out && at + 1 < in ? from[1] : 0.0f);
            }
            for (int o = block.warp() * 32 + lane; o < rows; o += Block::warps * 32)
                bias[o] = o < out && parameters.bias[i] ? parameters.bias[i][o] : 0.0f;
        });
    });
}

/// Brings a warp's `Rows` samples of the input into shared memory, rounded, zeros around them.
template <class Precision, int Rows, int Width, class Block, class Number>
TENET_HOST_DEVICE void bring_samples(const Block& block, std::uint32_t* rows, const device::Matrix<Number>& x,
                                     std::int64_t first, std::int64_t batch) {
    constexpr int row_words = padded_width(Width) / 2, pitch = fused_pitch(Width);
    // Two words at a time, where a sample's numbers lie in pairs of pairs.
    struct alignas(4 * sizeof(Number)) Four {
        Number numbers[4];
    };
    const bool fours = Width % 4 == 0 && x.row_stride % 4 == 0 &&
                       reinterpret_cast<std::uintptr_t>(x.data) % alignof(Four) == 0 && first + Rows <= batch;
    if (fours) {
        block.each_lane([&](int lane) {
            TENET_DEVICE_UNROLL
            for (int begin = 0; begin < Rows * row_words / 2; begin += 32) {
                const int i = begin + lane, row = i / (row_words / 2), at = i % (row_words / 2) * 4;
                Four four{};
                if (at < Width) four = *reinterpret_cast<const Four*>(x.data + (first + row) * x.row_stride + at);
                std::uint32_t* const to = rows + row * pitch + at / 2;
                to[0] = Block::template word<Precision>(static_cast<float>(four.numbers[0]),
                                                        static_cast<float>(four.numbers[1]));
                to[1] = Block::template word<Precision>(static_cast<float>(four.numbers[2]),
                                                        static_cast<float>(four.numbers[3]));
            }
        });
    } else {
        block.each_lane([&](int lane) {
            for (int i = lane; i < Rows * row_words; i += 32) {
                const int row = i / row_words, at = i % row_words * 2;
                const Number* const from = x.data + (first + row) * x.row_stride + at;
                const bool inside = first + row < batch;
                rows[row * pitch + at / 2] =
                    Block::template word<Precision>(inside && at < Width ? static_cast<float>(from[0]) : 0.0f,
                                                    inside && at + 1 < Width ? static_cast<float>(from[1]) : 0.0f);
            }
        });
    }
    block.synchronise_warp();
}

/// The left factors of 16 rows in shared memory.
template <int Width, class Block, class To>
TENET_HOST_DEVICE void load_rows(const Block& block, To& a, const std::uint32_t* rows) {
    TENET_DEVICE_UNROLL
    for (int k = 0; k < Width / 16; ++k)
        block.load_matrices(a, k * 4, [&](int lane) {
            return rows + k * words_per_multiply + left_factor_offset(lane, fused_pitch(Width));
        });
}

/// Sums begin with the bias.
template <int Width, class Block, class C>
TENET_HOST_DEVICE void begin_with(const Block& block, C& c, const float* bias) {
    block.each_lane([&](int lane) {
        TENET_DEVICE_UNROLL
        for (int i = 0; i < Width / 2; ++i) c(lane, i) = bias[i / 4 * 8 + accumulator_column(lane, i % 4)];
    });
}

template <int Width, class Block, class C>
TENET_HOST_DEVICE void begin_with_zero(const Block& block, C& c) {
    block.each_lane([&](int lane) {
        TENET_DEVICE_UNROLL
        for (int i = 0; i < Width / 2; ++i) c(lane, i) = 0.0f;
    });
}

/// c[16][Out] += a[16][In] times the weight [Out][In], or transposed, the weight [In][Out]; for each of `Tiles`.
template <class Precision, int In, int Out, bool Transposed, std::size_t Tiles, class Block, class A, class C>
TENET_HOST_DEVICE void add_layer(const Block& block, const A (&a)[Tiles], C (&c)[Tiles], const std::uint32_t* weight) {
    constexpr int pitch = fused_pitch(Transposed ? Out : In);
    TENET_DEVICE_UNROLL
    for (int k = 0; k < In / 16; ++k) TENET_DEVICE_UNROLL
    for (int n = 0; n < Out / 16; ++n) {
        typename Block::template Registers<std::uint32_t, 4> b;
        if constexpr (Transposed)
            block.load_transposed(b, 0, [&](int lane) {
                return weight + k * 16 * pitch + n * words_per_multiply + transposed_right_factor_offset(lane, pitch);
            });
        else
            block.load_matrices(b, 0, [&](int lane) {
                return weight + n * 16 * pitch + k * words_per_multiply + right_factor_offset(lane, pitch);
            });
        TENET_DEVICE_UNROLL
        for (int t = 0; t < static_cast<int>(Tiles); ++t) {
            block.template multiply<Precision>(c[t], n * 8, a[t], k * 4, b, 0);
            block.template multiply<Precision>(c[t], n * 8 + 4, a[t], k * 4, b, 2);
        }
    }
}

/// Two sums of a lane's row become word `i` / 2 of the left factors: where the sums at i and i + 1 belong.
TENET_HOST_DEVICE constexpr int factor_of_sums(int i) {
    return i / 8 * 4 + i / 4 % 2 * 2 + i / 2 % 2;
}

/// Two activations, rounded to factors: of ReLU, one instruction.
template <class Precision, class Formula, class Block>
TENET_HOST_DEVICE std::uint32_t activated(const Block&, float low, float high) {
    if constexpr (std::is_same_v<Formula, math::ReLU>)
        return Block::template word_of_positive<Precision>(low, high);
    else
        return Block::template word<Precision>(Formula::value(low), Formula::value(high));
}

/// a = f(c), rounded: the next layer's left factors.
template <class Precision, class Formula, int Width, class Block, class C, class A>
TENET_HOST_DEVICE void activate(const Block& block, const C& c, A& a) {
    block.each_lane([&](int lane) {
        TENET_DEVICE_UNROLL
        for (int i = 0; i < Width / 2; i += 2)
            a(lane, factor_of_sums(i)) = activated<Precision, Formula>(block, c(lane, i), c(lane, i + 1));
    });
}

/// Left factors as 16 rows in shared memory.
template <int Width, class Block, class A>
TENET_HOST_DEVICE void store_rows(const Block& block, const A& a, std::uint32_t* rows, int pitch) {
    block.each_lane([&](int lane) {
        TENET_DEVICE_UNROLL
        for (int i = 0; i < Width / 4; ++i)
            rows[(lane / 4 + i % 2 * 8) * pitch + i / 4 * words_per_multiply + lane % 4 + i / 2 % 2 * 4] = a(lane, i);
    });
}

}  // namespace tenet::cuda::detail
