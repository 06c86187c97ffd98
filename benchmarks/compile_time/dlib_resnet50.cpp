// dlib's counterpart of one step of ResNet-50, with its own means for large networks: alias templates and `repeat`.

#include <dlib/dnn.h>

using namespace dlib;

template <int Outputs, int Size, int Step, class Below>
using convolution = bn_con<add_layer<con_<Outputs, Size, Size, Step, Step, Size / 2, Size / 2>, Below>>;
template <int Width, int Step, class Below>
using bottleneck =
    convolution<4 * Width, 1, 1, relu<convolution<Width, 3, Step, relu<convolution<Width, 1, 1, Below>>>>>;
template <int Width, class Below>
using block = relu<add_prev1<bottleneck<Width, 1, tag1<Below>>>>;
template <int Width, int Step, class Below>
using block_with_shortcut =
    relu<add_prev2<convolution<4 * Width, 1, Step, skip1<tag2<bottleneck<Width, Step, tag1<Below>>>>>>>;

template <class Below>
using block64 = block<64, Below>;
template <class Below>
using block128 = block<128, Below>;
template <class Below>
using block256 = block<256, Below>;
template <class Below>
using block512 = block<512, Below>;

using Stem = max_pool<3, 3, 2, 2, relu<convolution<64, 7, 2, input_rgb_image_sized<224>>>>;
using Stage1 = repeat<2, block64, block_with_shortcut<64, 1, Stem>>;
using Stage2 = repeat<3, block128, block_with_shortcut<128, 2, Stage1>>;
using Stage3 = repeat<5, block256, block_with_shortcut<256, 2, Stage2>>;
using Stage4 = repeat<2, block512, block_with_shortcut<512, 2, Stage3>>;
using ResNet50 = loss_multiclass_log<fc<1000, avg_pool_everything<Stage4>>>;

int main() {
    ResNet50 net;
    dnn_trainer<ResNet50> trainer(net, sgd());
    trainer.train_one_step(std::vector<matrix<rgb_pixel>>(2, matrix<rgb_pixel>(224, 224)), {0, 1});
    return trainer.get_average_loss() > 0 ? 0 : 1;
}
