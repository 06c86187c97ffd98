// expect: layer 2, CrossEntropy: CrossEntropy is not a layer; a loss is given to the Trainer
// words: CrossEntropy.*a_loss_is_given_to_the_Trainer
// expect: layer 2, SGD: SGD is not a layer; an optimizer is given to the Trainer
// words: SGD.*an_optimizer_is_given_to_the_Trainer
// expect: layer 2, Kernel<3>: Kernel<3> is an option: it goes into the <> of a layer
// words: Kernel<3>.*is_an_option_of_a_layer_and_not_a_layer
// expect: layer 1, Network<Input<4>,ReLU>: Network<Input<4>,ReLU> is not a layer; its layers go into a Sequential<...>
// words: its_layers_go_into_a_Sequential
// expect: layer 1, Conv2d<3,Linear<3>>: Linear<3> is not an option of this layer; it takes Kernel, Stride, Padding, Dilation, Groups, NoBias, PaddingMode, Direct
// words: is_not_an_option_of_this_layer
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>

using namespace tenet;

#if defined(REPAIRED)
using WithLoss = Network<Input<4>, Linear<2>>;
using WithOptimizer = WithLoss;
using WithOption = Network<Input<1, 4, 4>, Conv2d<8, Kernel<3>>>;
using WithNetwork = Network<Input<4>, Sequential<ReLU>, Linear<2>>;
using WithLayer = Network<Input<1, 4, 4>, Conv2d<3, Kernel<3>>>;
#else
using WithLoss = Network<Input<4>, Linear<2>, CrossEntropy>;
using WithOptimizer = Network<Input<4>, Linear<2>, SGD>;
using WithOption = Network<Input<1, 4, 4>, ReLU, Kernel<3>>;
using WithNetwork = Network<Input<4>, Network<Input<4>, ReLU>, Linear<2>>;
using WithLayer = Network<Input<1, 4, 4>, Conv2d<3, Linear<3>>>;
#endif

int main() {
    return WithLoss::layer_count + WithOptimizer::layer_count + WithOption::layer_count + WithNetwork::layer_count +
           WithLayer::layer_count;
}
