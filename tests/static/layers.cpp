#include <tenet/network.hpp>

#include <support/layers.hpp>

/// Parameters, costs and options of every layer.
using namespace tenet;

namespace {

constexpr bool same(const ParameterSpec& spec, std::string_view name, const Shape& shape, std::int64_t fan_in,
                    std::int64_t fan_out) {
    return spec.name == name && spec.shape == shape && spec.fan_in == fan_in && spec.fan_out == fan_out && spec.trained;
}

template <class Layer>
constexpr ParameterList parameters_for(const Shape& in) {
    return detail::parameters<Layer>(in);
}

/// weight and bias, or weight alone, with these fans.
template <class Layer>
constexpr bool has(const Shape& in, const Shape& weight, std::int64_t fan_in, std::int64_t fan_out, bool bias) {
    const ParameterList list = parameters_for<Layer>(in);
    if (list.count != (bias ? 2 : 1) || !same(list.items[0], "weight", weight, fan_in, fan_out)) return false;
    return !bias || same(list.items[1], "bias", Shape{weight[0]}, fan_in, fan_out);
}

// PyTorch's shapes: Linear [out, in], convolutions [out, in / groups, kernel...]. Fans as torch.nn.init computes them.
static_assert(has<Linear<7>>(Shape{5}, Shape{7, 5}, 5, 7, true));
static_assert(has<Linear<7, NoBias>>(Shape{5}, Shape{7, 5}, 5, 7, false));
static_assert(has<Conv1d<8, Kernel<5>>>(Shape{3, 20}, Shape{8, 3, 5}, 15, 40, true));
static_assert(has<Conv2d<8, Kernel<3, 5>>>(Shape{6, 9, 9}, Shape{8, 6, 3, 5}, 90, 120, true));
static_assert(has<Conv2d<8, Kernel<3>, Groups<2>>>(Shape{6, 9, 9}, Shape{8, 3, 3, 3}, 27, 72, true));
static_assert(has<Conv2d<6, Kernel<3>, Groups<6>, NoBias>>(Shape{6, 9, 9}, Shape{6, 1, 3, 3}, 9, 54, false));
static_assert(has<Conv3d<4, Kernel<1, 2, 3>>>(Shape{2, 5, 5, 5}, Shape{4, 2, 1, 2, 3}, 12, 24, true));
// Stride, padding, dilation and padding mode leave parameters as they are.
static_assert(has<Conv2d<8, Kernel<3>, Stride<2>, Padding<1>, Dilation<2>, PaddingMode<circular>>>(Shape{6, 9, 9},
                                                                                                   Shape{8, 6, 3, 3},
                                                                                                   54, 72, true));

static_assert(parameters_for<PReLU<>>(Shape{3, 4}).count == 1 &&
              same(parameters_for<PReLU<>>(Shape{3, 4}).items[0], "weight", Shape{1}, 1, 1));
static_assert(same(parameters_for<PReLU<3>>(Shape{3, 4}).items[0], "weight", Shape{3}, 1, 1));
static_assert(parameters_for<PReLU<>>(Shape{3}).items[0].initial.kind == InitialValue::Kind::constant &&
              parameters_for<PReLU<>>(Shape{3}).items[0].initial.a == 0.25f);
static_assert(parameters_for<Linear<7>>(Shape{5}).items[0].initial.kind == InitialValue::Kind::kaiming_uniform &&
              parameters_for<Linear<7>>(Shape{5}).items[1].initial.kind == InitialValue::Kind::uniform_by_fan_in);

// Normalisations begin as one: weight 1, bias 0, of the shape that PyTorch gives them.
template <class Layer>
constexpr bool begins_as_one(const Shape& in, const Shape& weight, bool bias) {
    const ParameterList list = parameters_for<Layer>(in);
    const auto constant = [](const ParameterSpec& spec, float value) {
        return spec.initial.kind == InitialValue::Kind::constant && spec.initial.a == value;
    };
    if (list.count != (bias ? 2 : 1) || !same(list.items[0], "weight", weight, 1, 1) || !constant(list.items[0], 1.0f)) return false;
    return !bias || (same(list.items[1], "bias", weight, 1, 1) && constant(list.items[1], 0.0f));
}
static_assert(begins_as_one<LayerNorm<>>(Shape{3, 4, 5}, Shape{5}, true));
static_assert(begins_as_one<LayerNorm<2, NoBias>>(Shape{3, 4, 5}, Shape{4, 5}, false));
static_assert(begins_as_one<RMSNorm<3>>(Shape{3, 4, 5}, Shape{3, 4, 5}, false));
static_assert(begins_as_one<GroupNorm<2>>(Shape{4, 3, 5}, Shape{4}, true));
static_assert(begins_as_one<InstanceNorm1d<Affine>>(Shape{4, 3}, Shape{4}, true));

template <class... Layer>
constexpr bool have_no_parameters(const Shape& in) {
    return ((parameters_for<Layer>(in).count == 0) && ...);
}
static_assert(have_no_parameters<MaxPool2d<2>, AvgPool2d<2>, GlobalAvgPool, AdaptiveAvgPool2d<4>, Flatten, Reshape<-1>, Dropout<>, Dropout2d<>, Softmax,
                                 LogSoftmax, ReLU, LeakyReLU<>, ELU<>, SELU, GELU, SiLU, Sigmoid, HardSigmoid, Tanh,
                                 HardTanh<>, Softplus<>, Softsign, Mish, LayerNorm<1, NoAffine>, RMSNorm<2, NoAffine>,
                                 GroupNorm<2, NoAffine>, InstanceNorm2d<>, LocalResponseNorm<5>, ZeroPad2d<1>,
                                 Upsample<ScaleFactor<2>>, PixelShuffle<2>>(Shape{4, 6, 6}));

// Options come in any order, and one number stands for every axis.
template <class A, class B>
constexpr bool same_operation(const Shape& in) {
    const auto a = A::operation(in), b = B::operation(in);
    for (int axis = 0; axis < 3; ++axis)
        if (a.out[axis] != b.out[axis] || a.kernel[axis] != b.kernel[axis] || a.stride[axis] != b.stride[axis] ||
            a.padding[axis] != b.padding[axis])
            return false;
    return A::infer(in).ok() && B::infer(in).ok() && A::infer(in).output == B::infer(in).output &&
           a.forward_flops() == b.forward_flops();
}
static_assert(same_operation<Conv2d<8, Kernel<3>, Stride<2>, Padding<1>, Groups<2>, NoBias>,
                             Conv2d<8, NoBias, Groups<2>, Padding<1, 1>, Kernel<3, 3>, Stride<2, 2>>>(Shape{4, 9, 9}));
static_assert(same_operation<Conv2d<8, Kernel<3>>,
                             Conv2d<8, Kernel<3>, Stride<1>, Padding<0>, Dilation<1>, Groups<1>, PaddingMode<zeros>>>(
    Shape{4, 9, 9}));
static_assert(same_operation<MaxPool3d<2>, MaxPool3d<0, Stride<2>, Kernel<2, 2, 2>>>(Shape{4, 9, 9, 9}));
// Windows that share out an axis evenly are ordinary ones.
static_assert(same_operation<AdaptiveAvgPool2d<4, 2>, AvgPool2d<0, Kernel<2, 4>>>(Shape{3, 8, 8}) &&
              !AdaptiveAvgPool2d<4, 2>::operation(Shape{3, 8, 8}).adaptive);
static_assert(AdaptiveAvgPool2d<4, 3>::operation(Shape{3, 8, 8}).adaptive);
static_assert(Conv2d<8, Kernel<3>, Dilation<2, 3>>::operation(Shape{4, 9, 9}).dilation[1] == 2 &&
              Conv2d<8, Kernel<3>, Dilation<2, 3>>::operation(Shape{4, 9, 9}).dilation[2] == 3);

// An axis that a layer does not have counts as one of extent 1.
constexpr auto line = Conv1d<8, Kernel<5>, Stride<2>, Padding<1>>::operation(Shape{3, 20});
static_assert(line.in[0] == 1 && line.in[1] == 1 && line.in[2] == 20 && line.kernel[0] == 1 && line.kernel[1] == 1 &&
              line.kernel[2] == 5 && line.stride[1] == 1 && line.padding[1] == 0 && line.out[1] == 1 &&
              line.out[2] == 9);

// Multiplications and additions: two for each weight at each output position, and for each gradient.
static_assert(Linear<7>::operation(Shape{5}).forward_flops() == 2 * 5 * 7);
static_assert(Conv2d<8, Kernel<3>, Groups<2>>::operation(Shape{6, 9, 9}).forward_flops() == 2 * 8 * 3 * 9 * 7 * 7);
static_assert(Conv2d<8, Kernel<3>>::operation(Shape{6, 9, 9}).backward_flops() == 4 * 8 * 6 * 9 * 7 * 7);
static_assert(MaxPool2d<2>::operation(Shape{6, 8, 8}).forward_flops() == 6 * 4 * 4 * 4);

// Dropout draws while training and is nothing otherwise.
template <class L, Mode M>
using operation_of = decltype(detail::operation<L, Shape{12}, M>());
static_assert(std::same_as<operation_of<Dropout<>, Mode::training>, operations::RandomMask>);
static_assert(std::same_as<operation_of<Dropout<>, Mode::inference>, operations::View>);
static_assert(std::same_as<operation_of<Flatten, Mode::training>, operations::View>);
static_assert(std::same_as<operation_of<StochasticDepth<0.5f>, Mode::inference>, operations::View>);
static_assert(Dropout<>::operation(Shape{4, 3, 5}).alike == 1 && Dropout2d<>::operation(Shape{4, 3, 5}).alike == 15 &&
              StochasticDepth<0.5f>::operation(Shape{4, 3, 5}).alike == 60);
static_assert(detail::operation<Dropout<0.25f>, Shape{12}, Mode::training>().probability == 0.25f);

// A layer of the user's own: a struct with a shape law, with or without parameters, constant ones among them.
using testing::Moments, testing::Quadratic;
static_assert(HasShapeLaw<Moments> && HasShapeLaw<Quadratic> && HasShapeLaw<ReLU> && !HasShapeLaw<int>);
static_assert(detail::infer<Moments>(Shape{5}).output == Shape{2} && parameters_for<Moments>(Shape{5}).count == 0);
static_assert(parameters_for<Quadratic>(Shape{5}).items[0].trained &&
              !parameters_for<Quadratic>(Shape{5}).items[1].trained);
static_assert(std::same_as<decltype(detail::operation<Moments, Shape{5}, Mode::training>()),
                           operations::SampleFunction<Moments, Shape{5}>>);
// Memory of what backward does not read is free for others.
template <class L>
using code_of = decltype(detail::operation<L, Shape{3, 5}, Mode::training>());
static_assert(code_of<Moments>::saves_input && code_of<Moments>::saves_output);
static_assert(!code_of<Upsample<ScaleFactor<2>>>::saves_input && !code_of<Upsample<ScaleFactor<2>>>::saves_output);
static_assert(code_of<LayerNorm<>>::saves_input && !code_of<LayerNorm<>>::saves_output);

// An activation from a formula differentiates itself; its derivative needs the input.
using Cube = Activation<[](auto x) { return x * x * x; }>;
static_assert(Cube::infer(Shape{2, 5}).output == Shape{2, 5} && parameters_for<Cube>(Shape{2, 5}).count == 0);
static_assert(!decltype(Cube::operation(Shape{5}))::Formula::derivative_from_output);
static_assert(decltype(Sigmoid::operation(Shape{5}))::Formula::derivative_from_output);

}  // namespace
