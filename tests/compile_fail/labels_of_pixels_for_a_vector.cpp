// expect: CrossEntropy: the network gives [256] but the data set has labels of pixels
// words: the_network_gives, 256,.*but_the_data_set_has_labels_of_pixels
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Conv2d<4, Kernel<1>>
#else
    Input<3, 8, 8>, Conv2d<4, Kernel<1>>, Flatten
#endif
    >;

int main() {
    Model<Net> model;
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    const data::Dataset<float, data::PixelLabel> samples{Shape{3, 8, 8}, std::vector<float>(3 * 8 * 8), Shape{8, 8},
                                                         std::vector<data::PixelLabel>(8 * 8)};
    return static_cast<int>(trainer.fit(samples, {}).epochs.size());
}
