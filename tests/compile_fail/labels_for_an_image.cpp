// expect: CrossEntropy: the network gives [4,8,8] but the data set has one label for each sample
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
    const data::Dataset<float, data::Label> samples{Shape{3, 8, 8}, std::vector<float>(3 * 8 * 8), {0}};
    return static_cast<int>(trainer.fit(samples, {}).epochs.size());
}
