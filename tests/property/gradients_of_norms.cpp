#define BOOST_TEST_MODULE property_gradients_of_norms
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/finite_differences.hpp>

// Gradients of normalisations, held to finite differences of the layers' own outputs.

using namespace tenet;
using testing::check_gradients, testing::pick;

BOOST_AUTO_TEST_CASE(normalisations) {
    check_gradients<Network<Input<pick(1, 3, 19)>, LayerNorm<>>>("LayerNorm");
    check_gradients<Network<Input<2, pick(2, 2, 4), pick(3, 2, 4)>, LayerNorm<2, NoBias>>>("LayerNorm over two axes");
    check_gradients<Network<Input<2, pick(4, 3, 6)>, LayerNorm<2, NoAffine, Eps<0.1f>>>>("LayerNorm without weights");
    check_gradients<Network<Input<pick(5, 2, 4), pick(6, 3, 6)>, RMSNorm<>>>("RMSNorm");
    check_gradients<Network<Input<2, pick(7, 3, 6)>, RMSNorm<2, NoAffine>>>("RMSNorm without weights");
    check_gradients<Network<Input<6, pick(8, 2, 4)>, GroupNorm<pick(9, 1, 3)>>>("GroupNorm");
    check_gradients<Network<Input<4, 2, pick(10, 2, 4)>, GroupNorm<2, NoAffine>>>("GroupNorm without weights");
    check_gradients<Network<Input<2, pick(11, 5, 9)>, InstanceNorm1d<>>>("InstanceNorm1d");
    check_gradients<Network<Input<2, 3, pick(12, 2, 4)>, InstanceNorm2d<Affine>>>("InstanceNorm2d");
    check_gradients<Network<Input<2, 2, 2, pick(13, 2, 4)>, InstanceNorm3d<Eps<0.1f>, Affine>>>("InstanceNorm3d");
    check_gradients<Network<Input<pick(14, 3, 7), 3>, LocalResponseNorm<3, 0.5f>>>("LocalResponseNorm");
    check_gradients<Network<Input<5, pick(15, 1, 3), 2>, LocalResponseNorm<4, 1.0f, 0.5f, 2.0f>>>(
        "LocalResponseNorm over an even number of channels");
    // In training as in inference; what comes before it learns, and what is added to it.
    check_gradients<Network<Input<2, pick(16, 3, 5), 4>, Conv2d<3, Kernel<2>>, Frozen<BatchNorm2d<>, EvalMode>, Tanh,
                            Frozen<BatchNorm2d<NoAffine>, EvalMode>, Flatten, Linear<2>>>("BatchNorm2d in eval mode");
    check_gradients<
        Network<Input<5>, Residual<Linear<5>, Frozen<Sequential<BatchNorm1d<>, Dropout<>>, EvalMode>>, Tanh>>(
        "BatchNorm1d in eval mode, to whose result its input is added");
}
