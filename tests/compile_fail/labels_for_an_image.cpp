// expect: CrossEntropy: the network gives [4,8,8] but the loss takes labels of a vector [N]
// words: the_network_gives, 4, 8, 8
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Conv2d<4, Kernel<1>>, Flatten
#else
    Input<3, 8, 8>, Conv2d<4, Kernel<1>>
#endif
    >;

int main() {
    Model<Net> model;
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    return static_cast<int>(trainer.position().step);
}
