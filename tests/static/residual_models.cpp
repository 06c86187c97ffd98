#include <tenet/losses/cross_entropy.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/models.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;
using namespace tenet::models;

// Shapes and numbers of trained parameters as PyTorch has them for the same networks: tests/golden/d2l.py and
// torchvision_networks.py print them. Running averages are beside them, two for each channel.

namespace {

template <class Net>
constexpr bool is(const Shape& output, std::int64_t trained) {
    return Net::output_shape == output && Net::trained_parameter_count == trained && Net::parameter_count == trained;
}

// What a user has on the stack of a thread does not grow with the network: numbers lie on the heap.
template <class Net>
constexpr bool small = sizeof(Trainer<Net, CrossEntropy, Adam>) <= 1024 && sizeof(Model<Net>) <= 64 &&
                       sizeof(EvalModel<Net>) <= 64 && sizeof(Workspace<Net>) <= 64 && sizeof(Workspaces<Net>) <= 64;
static_assert(small<DenseNet121<>> && small<ResNet152<>> && small<MobileNetV2<>> && small<GoogLeNet<>>);
static_assert(small<UNet<>> && small<LeNet<>> && small<VGG19<>>);

static_assert(is<ResNet18<>>(Shape{10}, 11'178'378) && ResNet18<>::buffer_count == 7'808);
static_assert(is<ResNet34<>>(Shape{10}, 21'290'250) && ResNet34<>::buffer_count == 15'232);
static_assert(ResNet18<Input<3, 32, 32>, 100>::output_shape == Shape{100});
static_assert(is<DenseNet<>>(Shape{10}, 758'226) && DenseNet<>::buffer_count == 6'608);
static_assert(DenseNet<Input<1, 96, 96>>::output_shape == Shape{10});

static_assert(is<torchvision::ResNet18<>>(Shape{1000}, 11'689'512));
static_assert(is<torchvision::ResNet34<>>(Shape{1000}, 21'797'672));
static_assert(is<ResNet50<>>(Shape{1000}, 25'557'032) && ResNet50<>::buffer_count == 53'120);
static_assert(is<ResNet101<>>(Shape{1000}, 44'549'160) && is<ResNet152<>>(Shape{1000}, 60'192'808));
static_assert(is<ResNet50<Input<1, 96, 96>, 10>>(Shape{10}, 23'522'250));
static_assert(is<DenseNet121<>>(Shape{1000}, 7'978'856) && is<DenseNet169<>>(Shape{1000}, 14'149'480));
static_assert(is<DenseNet121<Input<1, 96, 96>, 10, 8>>(Shape{10}, 119'338));
static_assert(is<MobileNetV2<>>(Shape{1000}, 3'504'872) && MobileNetV2<>::buffer_count == 34'112);
static_assert(is<MobileNetV2<Input<3, 32, 32>, 10, 1.4f>>(Shape{10}, 4'333'706));
static_assert(is<MobileNetV2<Input<3, 224, 224>, 1000, 0.35f>>(Shape{1000}, 1'677'128));
static_assert(well_formed<MobileNetV2<Input<3, 1, 1>>>);

// torchvision's documentation states these numbers.
static_assert(is<torchvision::AlexNet<>>(Shape{1000}, 61'100'840));
static_assert(is<torchvision::VGG11<>>(Shape{1000}, 132'863'336) &&
              is<torchvision::VGG11BN<>>(Shape{1000}, 132'868'840));
static_assert(is<torchvision::VGG19BN<>>(Shape{1000}, 143'678'248));
static_assert(is<torchvision::GoogLeNet<>>(Shape{1000}, 6'624'904));
static_assert(is<torchvision::GoogLeNetWithAuxiliaries<>>(Shape{3000}, 13'004'888));
static_assert(well_formed<torchvision::AlexNet<Input<3, 63, 63>>> &&
              !well_formed<torchvision::AlexNet<Input<3, 62, 62>>>);
static_assert(well_formed<torchvision::VGG16BN<Input<3, 32, 32>, 10, 4>>);
static_assert(well_formed<torchvision::GoogLeNet<Input<1, 32, 32>, 10, 16>>);

static_assert(is<UNet<>>(Shape{2, 256, 256}, 31'037'698));
static_assert(is<UNet<Input<1, 64, 96>, 2, 64, 4, UpBilinear>>(Shape{2, 64, 96}, 28'947'586));
static_assert(is<UNet<Input<1, 20, 12>, 5, 8, 2>>(Shape{5, 20, 12}, 29'517));
static_assert(!well_formed<UNet<Input<1, 20, 14>, 5, 8, 2>>);

}  // namespace
