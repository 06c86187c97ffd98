#define BOOST_TEST_MODULE property_gradients
#include <tenet/layers/activations.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/prelu.hpp>
#include <tenet/layers/reshape.hpp>
#include <tenet/layers/softmax.hpp>

#include <support/boost_test.hpp>
#include <support/finite_differences.hpp>
#include <support/layers.hpp>

// Gradients of layers on vectors, held to finite differences of the layers' own outputs.

using namespace tenet;
using testing::check_gradients, testing::kinked, testing::pick;

BOOST_AUTO_TEST_CASE(activations) {
    check_gradients<Network<Input<pick(1, 1, 19)>, ReLU>>("ReLU", kinked);
    check_gradients<Network<Input<pick(2, 1, 19)>, LeakyReLU<0.125f>>>("LeakyReLU", kinked);
    check_gradients<Network<Input<pick(3, 1, 19)>, LeakyReLU<-0.5f>>>("LeakyReLU that rises on both sides", kinked);
    check_gradients<Network<Input<pick(4, 1, 19)>, ELU<>>>("ELU", kinked);
    check_gradients<Network<Input<pick(5, 1, 19)>, ELU<-0.5f>>>("ELU with a negative alpha", kinked);
    check_gradients<Network<Input<pick(6, 1, 19)>, SELU>>("SELU", kinked);
    check_gradients<Network<Input<pick(7, 1, 19)>, HardSigmoid>>("HardSigmoid", kinked);
    check_gradients<Network<Input<pick(8, 1, 19)>, HardTanh<>>>("HardTanh", kinked);
    check_gradients<Network<Input<pick(8, 1, 19)>, ReLU6>>("ReLU6", kinked);
    check_gradients<Network<Input<pick(9, 1, 19)>, GELU>>("GELU");
    check_gradients<Network<Input<pick(10, 1, 19)>, GELUTanh>>("GELUTanh");
    check_gradients<Network<Input<pick(11, 1, 19)>, SiLU>>("SiLU");
    check_gradients<Network<Input<pick(12, 1, 19)>, Sigmoid>>("Sigmoid");
    check_gradients<Network<Input<pick(13, 1, 19)>, Tanh>>("Tanh");
    check_gradients<Network<Input<pick(14, 1, 19)>, Softplus<2.0f>>>("Softplus");
    check_gradients<Network<Input<pick(15, 1, 19)>, Softsign>>("Softsign", kinked);
    check_gradients<Network<Input<pick(16, 1, 19)>, Mish>>("Mish");
    check_gradients<Network<Input<pick(17, 1, 19)>, Activation<[](auto x) { return x * tanh(x); }>>>("a formula");
}

BOOST_AUTO_TEST_CASE(layers) {
    check_gradients<Network<Input<pick(20, 1, 40)>, Linear<pick(21, 1, 20)>>>("Linear");
    check_gradients<Network<Input<pick(22, 1, 40)>, Linear<pick(23, 1, 20), NoBias>>>("Linear without bias");
    check_gradients<Network<Input<1>, Linear<1>>>("the smallest Linear");
    check_gradients<Network<Input<pick(24, 1, 19)>, PReLU<>>>("PReLU", kinked);
    check_gradients<Network<Input<3, pick(25, 1, 4), 2>, PReLU<3>>>("PReLU by channels", kinked);
    check_gradients<Network<Input<pick(26, 2, 19)>, Softmax>>("Softmax");
    check_gradients<Network<Input<3, pick(27, 1, 5)>, Softmax>>("Softmax by channels");
    check_gradients<Network<Input<pick(28, 2, 19)>, LogSoftmax>>("LogSoftmax");
    check_gradients<Network<Input<3, pick(29, 1, 5)>, LogSoftmax>>("LogSoftmax by channels");
    check_gradients<Network<Input<pick(30, 1, 19)>, Dropout<0.375f>>>("Dropout");
    check_gradients<Network<Input<9, pick(33, 1, 3), 2>, Dropout2d<0.375f>>>("Dropout2d");
    check_gradients<Network<Input<2, pick(34, 1, 3), 2>, StochasticDepth<0.375f>>>("StochasticDepth");
    check_gradients<Network<Input<2, 3>, Flatten, Linear<4>, Reshape<2, 2>>>("Flatten and Reshape");
    check_gradients<Network<Input<pick(31, 1, 9)>, testing::Quadratic>>("a layer with parameters");
    check_gradients<Network<Input<pick(32, 1, 9)>, testing::Moments>>("a layer without parameters");
}
