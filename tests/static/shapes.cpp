#include <limits>

#include <tenet/network.hpp>

/// Output shapes against PyTorch's formulas, over many options and inputs. A layer must refuse exactly the inputs that
/// PyTorch refuses.
using namespace tenet;

namespace {

constexpr Shape nothing{};  // stands for "refused"

template <class Layer>
constexpr Shape output(const Shape& in) {
    const Inferred inferred = Layer::infer(in);
    return inferred.ok() ? inferred.output : nothing;
}

/// https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html; 0 where the kernel does not fit.
constexpr int convolved(int in, int kernel, int stride, int padding, int dilation) {
    const int room = in + 2 * padding - dilation * (kernel - 1) - 1;
    return room < 0 ? 0 : room / stride + 1;
}

/// https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html; 0 where the window does not fit. With ceil_mode,
/// a window that would begin in the right padding is left out.
constexpr int pooled(int in, int window, int stride, int padding, bool ceil_mode) {
    const int room = in + 2 * padding - window + (ceil_mode ? stride - 1 : 0);
    if (room < 0) return 0;
    const int out = room / stride + 1;
    return ceil_mode && (out - 1) * stride >= in + padding ? out - 1 : out;
}

constexpr Shape with_channels(int channels, int a, int b = -1, int c = -1) {
    if (a == 0 || b == 0 || c == 0) return nothing;
    Shape shape{channels, a};
    if (b > 0) shape.append(b);
    if (c > 0) shape.append(c);
    return shape;
}

template <int Kernel_, int Stride_, int Padding_, int Dilation_>
constexpr bool convolutions_follow_the_law() {
    constexpr int K = Kernel_, S = Stride_, P = Padding_, D = Dilation_;
    using Line = Conv1d<6, Kernel<K>, Stride<S>, Padding<P>, Dilation<D>>;
    using Square = Conv2d<6, Kernel<K>, Stride<S>, Padding<P>, Dilation<D>>;
    using Oblong = Conv2d<6, Dilation<D, 1>, Padding<P, P + 1>, Stride<S, S + 1>, Kernel<K, K + 1>>;
    using Box = Conv3d<6, Kernel<1, K, K + 1>, Stride<S + 1, S, 1>, Padding<0, P, 1>, Dilation<1, D, D + 1>>;
    for (const int h : {1, 2, 3, 5, 6, 11, 28}) {
        const int w = h + 2;
        if (output<Line>(Shape{3, h}) != with_channels(6, convolved(h, K, S, P, D))) return false;
        if (output<Square>(Shape{3, h, w}) != with_channels(6, convolved(h, K, S, P, D), convolved(w, K, S, P, D)))
            return false;
        if (output<Oblong>(Shape{3, h, w}) !=
            with_channels(6, convolved(h, K, S, P, D), convolved(w, K + 1, S + 1, P + 1, 1)))
            return false;
        if (output<Box>(Shape{3, 4, h, w}) !=
            with_channels(6, convolved(4, 1, S + 1, 0, 1), convolved(h, K, S, P, D), convolved(w, K + 1, 1, 1, D + 1)))
            return false;
    }
    return true;
}

template <int Window, int Stride_, int Padding_>
constexpr bool pools_follow_the_law() {
    constexpr int K = Window, S = Stride_, P = Padding_;
    using Line = MaxPool1d<K, Stride<S>, Padding<P>>;
    using CeilLine = AvgPool1d<K, CeilMode, Stride<S>, Padding<P>>;
    using Square = AvgPool2d<K, Stride<S>, Padding<P>>;
    using Oblong = MaxPool2d<0, Kernel<K, K + 1>, Stride<S, S + 1>, Padding<P, 0>, CeilMode>;
    using Box = AvgPool3d<0, Kernel<2, K, K + 1>, Stride<1, S, S + 1>, Padding<1, P, P>>;
    using CeilBox = MaxPool3d<K, Stride<S>, Padding<P>, CeilMode>;
    for (const int h : {1, 2, 3, 5, 6, 11, 28}) {
        const int w = h + 1;
        if (output<Line>(Shape{3, h}) != with_channels(3, pooled(h, K, S, P, false))) return false;
        if (output<CeilLine>(Shape{3, h}) != with_channels(3, pooled(h, K, S, P, true))) return false;
        if (output<Square>(Shape{3, h, w}) != with_channels(3, pooled(h, K, S, P, false), pooled(w, K, S, P, false)))
            return false;
        if (output<Oblong>(Shape{3, h, w}) !=
            with_channels(3, pooled(h, K, S, P, true), pooled(w, K + 1, S + 1, 0, true)))
            return false;
        if (output<Box>(Shape{3, 4, h, w}) !=
            with_channels(3, pooled(4, 2, 1, 1, false), pooled(h, K, S, P, false), pooled(w, K + 1, S + 1, P, false)))
            return false;
        if (output<CeilBox>(Shape{3, 4, h, w}) !=
            with_channels(3, pooled(4, K, S, P, true), pooled(h, K, S, P, true), pooled(w, K, S, P, true)))
            return false;
    }
    return true;
}

template <int... I>
constexpr bool all_convolutions(std::integer_sequence<int, I...>) {
    return (convolutions_follow_the_law<I % 3 * 2 + 1, I / 3 % 3 + 1, I / 9 % 3, I / 27 + 1>() && ...);
}
static_assert(all_convolutions(std::make_integer_sequence<int, 54>{}));
static_assert(convolutions_follow_the_law<2, 3, 1, 3>() && convolutions_follow_the_law<4, 1, 2, 2>());

template <int... I>
constexpr bool all_pools(std::integer_sequence<int, I...>) {
    return (pools_follow_the_law < I % 4 + 1, I / 4 % 4 + 1, I / 16 % 2 == 0 ? 0 : (I % 4 + 1) / 2 > () && ...);
}
static_assert(all_pools(std::make_integer_sequence<int, 32>{}));

// The stride of a pool defaults to its window, that of a convolution to 1.
static_assert(output<MaxPool2d<3>>(Shape{4, 11, 12}) == Shape{4, 3, 4});
static_assert(output<AvgPool2d<0, Kernel<3, 2>>>(Shape{4, 11, 12}) == Shape{4, 3, 6});
static_assert(output<AvgPool1d<2, CeilMode>>(Shape{4, 7}) == Shape{4, 4});
static_assert(output<MaxPool3d<2>>(Shape{2, 4, 5, 6}) == Shape{2, 2, 2, 3});
static_assert(output<Conv2d<8, Kernel<3>>>(Shape{1, 9, 8}) == Shape{8, 7, 6});
// Padding of a pool is at most half of its window.
static_assert(output<MaxPool2d<3, Padding<1>>>(Shape{1, 6, 6}) == Shape{1, 2, 2});
static_assert(output<MaxPool2d<3, Padding<2>>>(Shape{1, 6, 6}) == nothing);
static_assert(output<AvgPool2d<0, Kernel<4, 1>, Padding<2, 1>>>(Shape{1, 6, 6}) == nothing);

// What lies beyond the edge changes how far padding may go, and nothing else.
template <operations::PaddingMode Mode, int P>
using Padded = Conv1d<1, Kernel<3>, Padding<P>, PaddingMode<Mode>>;
static_assert(output<Padded<zeros, 9>>(Shape{1, 4}) == Shape{1, 20});
static_assert(output<Padded<reflect, 3>>(Shape{1, 4}) == Shape{1, 8} &&
              output<Padded<reflect, 4>>(Shape{1, 4}) == nothing);
static_assert(output<Padded<circular, 4>>(Shape{1, 4}) == Shape{1, 10} &&
              output<Padded<circular, 5>>(Shape{1, 4}) == nothing);
static_assert(output<Padded<replicate, 9>>(Shape{1, 4}) == Shape{1, 20});
static_assert(output<Padded<zeros, 5>>(Shape{1, 1}) == Shape{1, 9} &&
              output<Padded<replicate, 5>>(Shape{1, 1}) == Shape{1, 9});

// Groups divide input and output channels.
template <int C, int K, int G>
inline constexpr bool grouped = output<Conv2d<K, Kernel<1>, Groups<G>>>(Shape{C, 2, 2}) == Shape{K, 2, 2};
static_assert(grouped<6, 9, 3> && grouped<6, 6, 6> && grouped<6, 12, 6> && grouped<5, 7, 1>);
static_assert(!grouped<6, 8, 3> && !grouped<8, 6, 3> && !grouped<6, 6, 12> && !grouped<6, 6, 0> && !grouped<6, 6, -1>);

// Every kind of layer takes the ranks that it is made for.
template <class Layer>
constexpr int ranks() {
    int bits = 0;
    Shape shape{};
    for (int rank = 1; rank <= Shape::max_rank; ++rank) {
        shape.append(4);
        if (output<Layer>(shape) != nothing) bits |= 1 << rank;
    }
    return bits;
}
static_assert(ranks<Linear<3>>() == 0b10);
static_assert(ranks<Conv1d<3, Kernel<2>>>() == 0b100 && ranks<MaxPool1d<2>>() == 0b100 &&
              ranks<AvgPool1d<2>>() == 0b100);
static_assert(ranks<Conv2d<3, Kernel<2>>>() == 0b1000 && ranks<MaxPool2d<2>>() == 0b1000 &&
              ranks<AvgPool2d<2>>() == 0b1000);
static_assert(ranks<Conv3d<3, Kernel<2>>>() == 0b10000 && ranks<MaxPool3d<2>>() == 0b10000 &&
              ranks<AvgPool3d<2>>() == 0b10000);
static_assert(ranks<GlobalAvgPool>() == 0b11100);
static_assert(ranks<Flatten>() == 0b111110 && ranks<Softmax>() == 0b111110 && ranks<PReLU<4>>() == 0b111110);

// A transposed convolution gives what a convolution of the same extents takes, and the output padding more.
template <int K, int S, int P, int D>
constexpr bool transposed_follows_the_law() {
    for (const int h : {1, 2, 5, 11}) {
        const Shape out = output<ConvTranspose2d<6, Kernel<K>, Stride<S>, Padding<P>, Dilation<D>>>(Shape{3, h, h + 2});
        const int extent = (h - 1) * S - 2 * P + D * (K - 1) + 1;
        if (out != (extent > 0 ? Shape{6, extent, extent + 2 * S} : nothing)) return false;
        if (extent > 0 && convolved(extent, K, S, P, D) != h) return false;
        if (extent > 0 && output<ConvTranspose1d<6, Dilation<D>, Padding<P>, Stride<S>, Kernel<K>,
                                                 OutputPadding<S - 1>>>(Shape{3, h}) != Shape{6, extent + S - 1})
            return false;
    }
    return true;
}
static_assert(transposed_follows_the_law<1, 1, 0, 1>() && transposed_follows_the_law<2, 2, 0, 1>());
static_assert(transposed_follows_the_law<3, 2, 1, 1>() && transposed_follows_the_law<4, 3, 2, 2>());
static_assert(output<ConvTranspose2d<6, Kernel<2>, OutputPadding<1>>>(Shape{3, 4, 4}) == nothing);
static_assert(output<ConvTranspose2d<6, Kernel<2>, Dilation<2>, OutputPadding<1>>>(Shape{3, 4, 4}) == Shape{6, 7, 7});
static_assert(ranks<ConvTranspose1d<3, Kernel<2>>>() == 0b100 && ranks<ConvTranspose2d<3, Kernel<2>>>() == 0b1000);

// Its weights lie, and their fans count, as in PyTorch: [in][out / groups][kernel].
inline constexpr ParameterList transposed = ConvTranspose2d<8, Kernel<3, 5>, Groups<2>>::parameters(Shape{6, 4, 4});
static_assert(transposed.items[0].shape == Shape{6, 4, 3, 5} && transposed.items[1].shape == Shape{8});
static_assert(transposed.items[0].fan_in == 4 * 15 && transposed.items[0].fan_out == 6 * 15);
static_assert(transposed.items[1].fan_in == 4 * 15);

static_assert(output<Linear<7>>(Shape{5}) == Shape{7} && output<Linear<0>>(Shape{5}) == nothing);
static_assert(output<Flatten>(Shape{2, 3, 4, 5, 6}) == Shape{720} && output<Flatten>(Shape{5}) == Shape{5});
static_assert(output<GlobalAvgPool>(Shape{7, 5}) == Shape{7, 1});
static_assert(output<GlobalAvgPool>(Shape{7, 5, 6}) == Shape{7, 1, 1});
static_assert(output<GlobalAvgPool>(Shape{7, 5, 6, 3}) == Shape{7, 1, 1, 1});
static_assert(output<AdaptiveAvgPool1d<9>>(Shape{7, 5}) == Shape{7, 9} && ranks<AdaptiveAvgPool1d<3>>() == 0b100);
static_assert(output<AdaptiveAvgPool2d<2>>(Shape{7, 5, 6}) == Shape{7, 2, 2} && ranks<AdaptiveAvgPool2d<3>>() == 0b1000);
static_assert(output<AdaptiveAvgPool2d<2, 3>>(Shape{7, 5, 6}) == Shape{7, 2, 3} &&
              output<AdaptiveAvgPool2d<2, 0>>(Shape{7, 5, 6}) == nothing);

static_assert(output<Reshape<2, 3, 4>>(Shape{24}) == Shape{2, 3, 4});
static_assert(output<Reshape<4, -1>>(Shape{2, 3, 4}) == Shape{4, 6} && output<Reshape<-1>>(Shape{2, 3}) == Shape{6});
static_assert(output<Reshape<2, -1, 2, 1, 3>>(Shape{24}) == Shape{2, 2, 2, 1, 3});
static_assert(output<Reshape<5, -1>>(Shape{24}) == nothing && output<Reshape<24, 2>>(Shape{24}) == nothing);
static_assert(output<Reshape<-1, -1>>(Shape{4}) == nothing && output<Reshape<-2, -2>>(Shape{4}) == nothing);
static_assert(output<Reshape<0, -1>>(Shape{4}) == nothing && output<Reshape<-4>>(Shape{4}) == nothing);

// Elementwise layers keep any shape.
template <class... Layer>
constexpr bool keep_shapes() {
    for (const Shape& shape : {Shape{7}, Shape{2, 3}, Shape{1, 28, 28}, Shape{1, 2, 3, 4}, Shape{2, 2, 2, 2, 2}})
        if (!((output<Layer>(shape) == shape) && ...)) return false;
    return true;
}
static_assert(keep_shapes<ReLU, LeakyReLU<>, LeakyReLU<0.2f>, ELU<>, SELU, GELU, GELUTanh, SiLU, Sigmoid, HardSigmoid,
                          Tanh, ReLU6, HardTanh<>, HardTanh<-2.0f, 3.0f>, Softplus<>, Softsign, Mish, PReLU<>, Dropout<>,
                          Dropout<0.0f>, Softmax, LogSoftmax>());
static_assert(output<PReLU<3>>(Shape{3, 4}) == Shape{3, 4} && output<PReLU<4>>(Shape{3, 4}) == nothing);
static_assert(output<PReLU<0>>(Shape{3}) == nothing);
static_assert(output<Dropout<1.0f>>(Shape{3}) == nothing && output<Dropout<-0.1f>>(Shape{3}) == nothing);
static_assert(ranks<Dropout1d<>>() == 0b100 && ranks<Dropout2d<>>() == 0b1000 && ranks<Dropout3d<>>() == 0b10000 &&
              ranks<StochasticDepth<0.1f>>() == 0b111110);
static_assert(output<Dropout2d<1.0f>>(Shape{3, 4, 4}) == nothing && output<StochasticDepth<1.0f>>(Shape{3}) == nothing);

// Normalisations keep the shape of what they take.
static_assert(keep_shapes<LayerNorm<>, LayerNorm<1, NoBias>, RMSNorm<>, GroupNorm<1>, GroupNorm<1, NoAffine>>());
static_assert(ranks<LayerNorm<3>>() == 0b111000 && ranks<RMSNorm<2>>() == 0b111100 && ranks<LayerNorm<0>>() == 0);
static_assert(ranks<GroupNorm<2>>() == 0b111110 && ranks<GroupNorm<3>>() == 0 && ranks<GroupNorm<0>>() == 0);
static_assert(ranks<InstanceNorm1d<>>() == 0b100 && ranks<InstanceNorm2d<>>() == 0b1000 &&
              ranks<InstanceNorm3d<Affine>>() == 0b10000);
static_assert(ranks<LocalResponseNorm<5>>() == 0b111100 && ranks<LocalResponseNorm<0>>() == 0);
static_assert(output<InstanceNorm2d<>>(Shape{3, 1, 2}) == Shape{3, 1, 2} &&
              output<InstanceNorm2d<>>(Shape{3, 1, 1}) == nothing);
static_assert(output<LayerNorm<1, Eps<-1.0f>>>(Shape{3}) == nothing && output<LayerNorm<1, Affine>>(Shape{3}) == nothing);

// Numbers among the options that make no sense.
constexpr float infinite = std::numeric_limits<float>::infinity(), no_number = std::numeric_limits<float>::quiet_NaN();
static_assert(output<LayerNorm<1, Eps<no_number>>>(Shape{3}) == nothing &&
              output<RMSNorm<1, Eps<infinite>>>(Shape{3}) == nothing);
static_assert(output<BatchNorm1d<Eps<-1.0f>>>(Shape{3}) == nothing &&
              output<BatchNorm2d<Eps<no_number>>>(Shape{3, 1, 1}) == nothing);
static_assert(output<BatchNorm1d<Momentum<-0.1f>>>(Shape{3}) == nothing &&
              output<BatchNorm1d<Momentum<1.5f>>>(Shape{3}) == nothing &&
              output<BatchNorm1d<Momentum<no_number>>>(Shape{3}) == nothing);
static_assert(output<BatchNorm1d<Momentum<0.0f>, Eps<0.0f>>>(Shape{3}) == Shape{3} &&
              output<BatchNorm1d<Momentum<1.0f>>>(Shape{3}) == Shape{3});
static_assert(output<HardTanh<2.0f, 1.0f>>(Shape{3}) == nothing && output<HardTanh<1.0f, 1.0f>>(Shape{3}) == nothing &&
              output<HardTanh<-infinite>>(Shape{3}) == nothing);
static_assert(output<LeakyReLU<infinite>>(Shape{3}) == nothing && output<ELU<no_number>>(Shape{3}) == nothing);
static_assert(output<Softplus<0.0f>>(Shape{3}) == nothing && output<Softplus<1.0f, no_number>>(Shape{3}) == nothing);
static_assert(output<LocalResponseNorm<3, -1.0f>>(Shape{3, 4}) == nothing &&
              output<LocalResponseNorm<3, 1e-4f, infinite>>(Shape{3, 4}) == nothing &&
              output<LocalResponseNorm<3, 1e-4f, 0.75f, 0.0f>>(Shape{3, 4}) == nothing);
static_assert(output<Dropout<no_number>>(Shape{3}) == nothing && output<StochasticDepth<-0.1f>>(Shape{3}) == nothing);

// Pads take one width or PyTorch's four: left, right, top, bottom.
static_assert(output<ZeroPad2d<2>>(Shape{3, 4, 5}) == Shape{3, 8, 9});
static_assert(output<ZeroPad2d<1, 2, 3, 4>>(Shape{3, 4, 5}) == Shape{3, 11, 8});
static_assert(output<ReplicationPad2d<9, 0, 0, 9>>(Shape{3, 1, 1}) == Shape{3, 10, 10});
static_assert(output<ReflectionPad2d<4, 4, 3, 3>>(Shape{3, 4, 5}) == Shape{3, 10, 13});
static_assert(output<ReflectionPad2d<0, 5, 0, 0>>(Shape{3, 4, 5}) == nothing &&
              output<ReflectionPad2d<0, 0, 4, 0>>(Shape{3, 4, 5}) == nothing);
static_assert(output<ZeroPad2d<-1>>(Shape{3, 4, 5}) == nothing && output<ZeroPad2d<1, 2>>(Shape{3, 4, 5}) == nothing &&
              output<ZeroPad2d<>>(Shape{3, 4, 5}) == nothing && ranks<ZeroPad2d<1>>() == 0b1000);

static_assert(output<Upsample<ScaleFactor<2>>>(Shape{3, 4}) == Shape{3, 8});
static_assert(output<Upsample<ScaleFactor<2, 3>>>(Shape{3, 4, 5}) == Shape{3, 8, 15});
static_assert(output<Upsample<OutputSize<7>>>(Shape{3, 4, 5, 6}) == Shape{3, 7, 7, 7});
static_assert(output<Upsample<OutputSize<7, 2>, Bilinear>>(Shape{3, 4, 5}) == Shape{3, 7, 2});
static_assert(ranks<Upsample<ScaleFactor<2>>>() == 0b11100 && ranks<Upsample<ScaleFactor<2>, Bilinear>>() == 0b1000);
static_assert(output<Upsample<>>(Shape{3, 4, 5}) == nothing && output<Upsample<Bilinear>>(Shape{3, 4, 5}) == nothing &&
              output<Upsample<ScaleFactor<>>>(Shape{3, 4, 5}) == nothing &&
              output<Upsample<ScaleFactor<0>>>(Shape{3, 4, 5}) == nothing &&
              output<Upsample<ScaleFactor<2, 2>>>(Shape{3, 4}) == nothing &&
              output<Upsample<ScaleFactor<2>, OutputSize<7>>>(Shape{3, 4, 5}) == nothing);

static_assert(output<PixelShuffle<2>>(Shape{12, 4, 5}) == Shape{3, 8, 10} && ranks<PixelShuffle<2>>() == 0b1000);
static_assert(output<PixelShuffle<2>>(Shape{6, 4, 5}) == nothing && output<PixelShuffle<0>>(Shape{4, 4, 5}) == nothing);

}  // namespace
