#define BOOST_TEST_MODULE property_graphs
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/finite_differences.hpp>
#include <support/fusion_law.hpp>

// Networks whose layers branch and join: gradients against finite differences, and fused against unfused.

using namespace tenet;
using namespace tenet::testing;

namespace {

/// Statistics of three samples bend more than the other layers' formulas.
constexpr Smoothness bent{0.0f, 0.01f};

template <class Net>
void check(const char* name, const Smoothness& smoothness = smooth) {
    check_gradients<Net>(name, smoothness, smoothness.gap == 0.0f && smoothness.step < smooth.step ? 3e-3 : 1e-3);
    check_fusion<Net>(name);
}

using Bend = Activation<[](auto x) { return tanh(x); }>;  // never fused while training

}  // namespace

BOOST_AUTO_TEST_CASE(sums) {
    check<Network<Input<5>, Add<Branch<Linear<4>>, Branch<Linear<4>, Tanh>>, Linear<3>>>("two branches");
    check<Network<Input<5>, Add<Branch<>, Branch<>, Branch<Tanh>>>>("the input three times");
    check<Network<Input<5>, Linear<4>, Residual<Linear<6>, Tanh, Linear<4>>, Tanh, Linear<3>>>("a residual block");
    check<Network<Input<5>, Linear<4>, Tanh, Residual<Tanh, Residual<Linear<4>>>, Sigmoid, Linear<3>>>(
        "one in another");
    check<Network<Input<2, 4, 4>, Conv2d<3, Kernel<3>, Padding<1>>, Tanh,
                  Residual<Conv2d<4, Kernel<3>, Stride<2>, Padding<1>>, Sigmoid, Conv2d<4, Kernel<3>, Padding<1>>,
                           Shortcut<Conv2d<4, Kernel<1>, Stride<2>>>>,
                  Tanh, Residual<Conv2d<4, Kernel<3>, Padding<1>>, Bend>, Flatten, Linear<2>>>("images");
    check<Network<Input<5>, Repeat<3, Residual<Linear<5>, Tanh>>>>("repeated");
}

BOOST_AUTO_TEST_CASE(named_nodes) {
    check<Network<Input<5>,
                  Graph<Inputs<"x">, Node<"sum", Add<>, From<"wide", "x", "narrow", "wide">>,
                        Node<"wide", Sequential<Linear<7>, Tanh, Linear<5>>, From<"narrow">>,
                        Node<"narrow", Linear<5>, From<"x">>, Outputs<"sum">>,
                  Tanh, Linear<3>>>("read twice, written in another order");
    check<Network<Input<2, 4, 4>,
                  Graph<Inputs<"image">, Node<"a", Conv2d<3, Kernel<3>, Padding<1>>, From<"image">>,
                        Node<"b", Conv2d<3, Kernel<1>>, From<"image">>, Node<"bent a", Tanh, From<"a">>,
                        Node<"bent b", Sigmoid, From<"b">>, Node<"product", Multiply<>, From<"bent a", "bent b">>,
                        Node<"all", Concat<>, From<"image", "product", "bent a">>, Outputs<"all">>,
                  Conv2d<2, Kernel<2>>, Flatten, Linear<2>>>("images");
    check<Network<Input<4>, Linear<6>,
                  Graph<Inputs<"x">, Node<"left", Linear<4>, From<"x">>, Node<"right", Linear<4>, From<"x">>,
                        Node<"inner",
                             Graph<Inputs<"a", "b">, Node<"sum", Add<>, From<"a", "b">>,
                                   Node<"bent", Residual<Tanh, Linear<4>>, From<"sum">>,
                                   Node<"both", Concat<>, From<"bent", "b">>, Outputs<"both">>,
                             From<"left", "right">>,
                        Outputs<"inner">>,
                  Linear<2>>>("a graph of two inputs in another");
}

BOOST_AUTO_TEST_CASE(batch_normalisation) {
    check<Network<Input<3>, BatchNorm1d<>>>("alone", bent);
    check<Network<Input<5>, Linear<4>, BatchNorm1d<>, Tanh, Linear<3>>>("behind a Linear", bent);
    check<Network<Input<2, 3>, BatchNorm1d<Eps<1e-3f>, NoAffine>, Flatten, Linear<2>>>("of sequences, not affine",
                                                                                       bent);
    check<Network<Input<2, 4, 4>, Conv2d<3, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, Sigmoid, AvgPool2d<2>,
                  Flatten, Linear<4>, BatchNorm1d<>, Linear<2>>>("of images", bent);
    check<Network<Input<2, 4, 4>, Conv2d<3, Kernel<1>>,
                  Residual<Conv2d<4, Kernel<3>, Stride<2>, Padding<1>, NoBias>, BatchNorm2d<>, Tanh,
                           Conv2d<4, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>,
                           Shortcut<Conv2d<4, Kernel<1>, Stride<2>, NoBias>, BatchNorm2d<>>>,
                  Tanh, GlobalAvgPool, Flatten, Linear<2>>>("in a residual block", bent);
    check<Network<Input<2, 3, 3>, BatchNorm2d<>, Concat<Branch<>, Branch<BatchNorm2d<>, Tanh, Conv2d<2, Kernel<1>>>>,
                  BatchNorm2d<>, Frozen<BatchNorm2d<>>>>("of a concatenation and its parts", bent);
}

BOOST_AUTO_TEST_CASE(products) {
    check<Network<Input<5>, Multiply<Branch<Linear<4>>, Branch<Linear<4>, Sigmoid>>, Linear<3>>>("two branches");
    check<Network<Input<5>, Tanh, Multiply<Branch<>, Branch<>>>>("a square");
    check<Network<Input<3, 4, 2>, Conv2d<4, Kernel<1>>,
                  Multiply<Branch<>, Branch<GlobalAvgPool, Flatten, Linear<2>, Tanh, Linear<4>, Sigmoid>>, Tanh>>(
        "squeeze and excitation");
    check<Network<Input<3, 4, 2>, Multiply<Branch<Conv2d<3, Kernel<1>>>, Branch<GlobalAvgPool>>>>("[C, 1, 1]");
}

BOOST_AUTO_TEST_CASE(concatenations) {
    check<Network<Input<5>, Concat<Branch<Linear<4>, Tanh>, Branch<Tanh>, Branch<>>, Linear<3>>>("features");
    check<Network<Input<5>, Tanh, Concat<Branch<>, Branch<>>>>("the same twice");
    check<Network<Input<5>, Concat<Branch<Tanh>, Branch<Sigmoid>>>>("as the network's output");
    check<Network<Input<2, 4, 4>,
                  Concat<Branch<Conv2d<2, Kernel<1>>, Tanh>, Branch<Conv2d<3, Kernel<3>, Padding<1>>>,
                         Branch<AvgPool2d<3, Stride<1>, Padding<1>>, Conv2d<1, Kernel<1>>>>,
                  Conv2d<2, Kernel<2>>>>("inception");
    check<Network<Input<2, 3, 3>, Conv2d<2, Kernel<1>>,
                  Repeat<3, Concat<Branch<>, Branch<Tanh, Conv2d<2, Kernel<3>, Padding<1>>>>>, Conv2d<3, Kernel<3>>>>(
        "densely connected");
    check<Network<Input<4>, Softmax, Concat<Branch<Tanh, Concat<Branch<Sigmoid>, Branch<>>>, Branch<>, Branch<Softmax>>,
                  Linear<4>>>("one in another, their inputs read elsewhere");
    // A part of a storage has its gradient before the whole: the storage is cleared, and all add.
    check<Network<
        Input<4>,
        Add<Branch<Softmax, Concat<Branch<Tanh>, Branch<>>>, Branch<Softmax, Concat<Branch<>, Branch<Sigmoid>>>>, Tanh,
        Residual<Linear<8>>>>("sums of concatenations");
}
