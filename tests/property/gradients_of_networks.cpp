#define BOOST_TEST_MODULE property_gradients_of_networks
#include <tenet/layers/activations.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/frozen.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/layers/sequential.hpp>
#include <tenet/layers/softmax.hpp>

#include <support/boost_test.hpp>
#include <support/finite_differences.hpp>
#include <support/layers.hpp>

// Gradients through several layers, where derivatives of fused activations are multiplied in by the layer behind.

using namespace tenet;
using testing::check_gradients, testing::kinked, testing::pick;

BOOST_AUTO_TEST_CASE(chains_of_linear_layers) {
    check_gradients<Network<Input<pick(1, 2, 20)>, Linear<pick(2, 2, 20)>, Tanh, Linear<pick(3, 2, 20)>, Sigmoid>>(
        "fused activations, one at the end");
    check_gradients<Network<Input<5>, Linear<7>, GELU, Linear<6>, SiLU, Linear<3>>>("activations that are not fused");
    check_gradients<Network<Input<5>, Linear<7>, Tanh, Tanh, Linear<6>, Tanh, Softmax>>("two activations in a row");
    check_gradients<Network<Input<5>, Tanh, Linear<7>, Linear<6>, Tanh, testing::Moments>>("no activation between");
    check_gradients<Network<Input<6>, Linear<8>, Tanh, Dropout<0.25f>, Linear<6>, Sigmoid, Dropout<0.5f>, Linear<2>>>(
        "Dropout behind fused activations");
    check_gradients<Network<Input<6>, Linear<8>, Tanh, Frozen<Linear<6>>, Sigmoid, testing::Quadratic, Linear<3>>>(
        "a frozen layer, a layer of one's own");
    check_gradients<Network<Input<4>, Sequential<Linear<5>, Sequential<Tanh, Linear<5>>>, Sigmoid, Linear<2>>>("nested");
}

BOOST_AUTO_TEST_CASE(chains_with_images) {
    check_gradients<Network<Input<2, pick(10, 6, 8), 6>, Conv2d<3, Kernel<3>, Padding<1>>, Tanh, AvgPool2d<2>,
                            Conv2d<4, Kernel<2>>, Sigmoid, Flatten, Linear<5>, Tanh, Linear<3>>>("convolutions and Linear");
    check_gradients<Network<Input<2, 5, 5>, Conv2d<3, Kernel<3>, Padding<1>>, Tanh, Conv2d<4, Kernel<3>, Stride<2>>, Tanh,
                            Conv2d<2, Kernel<1>>, GlobalAvgPool>>("convolution upon convolution");
    check_gradients<Network<Input<2, 9>, MaxPool1d<2, Stride<1>>, Conv1d<3, Kernel<3>>, AvgPool1d<2>, Flatten, Linear<2>>>(
        "a pool of maxima before a convolution", kinked);
    check_gradients<Network<Input<1, 4, 4>, Dropout<0.25f>, Conv2d<2, Kernel<3>>, Softplus<>, Frozen<Conv2d<3, Kernel<2>>>,
                            Tanh, Flatten, Linear<2>>>("a frozen convolution");
}
