#include <tenet/models/densenet.hpp>
#include <tenet/models/resnet.hpp>

using namespace tenet;
using namespace tenet::models;

// Trained parameters as PyTorch counts them for the networks of Dive into Deep Learning, 8.6 and 8.7; running averages are
// parameters as well, two for each channel.
static_assert(ResNet18<>::output_shape == Shape{10} && ResNet18<Input<3, 32, 32>, 100>::output_shape == Shape{100});
static_assert(ResNet18<>::trained_parameter_count == 11'178'378 && ResNet18<>::parameter_count == 11'178'378 + 7'808);
static_assert(ResNet34<>::trained_parameter_count == 21'290'250 && ResNet34<>::parameter_count == 21'290'250 + 15'232);
static_assert(DenseNet<>::output_shape == Shape{10} && DenseNet<Input<1, 96, 96>>::output_shape == Shape{10});
static_assert(DenseNet<>::trained_parameter_count == 758'226 && DenseNet<>::parameter_count == 758'226 + 6'608);
