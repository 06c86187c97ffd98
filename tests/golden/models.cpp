#define BOOST_TEST_MODULE golden_models
#include <tenet/losses/mse.hpp>
#include <tenet/models.hpp>

#include <support/boost_test.hpp>
#include <support/golden_training.hpp>

using namespace tenet;

namespace {

std::set<std::string> covered;

/// Of many normalised layers: PyTorch's own distance from what it computes in double precision is half as large.
constexpr golden::Tolerances deep{2e-5, 3e-4, 0.1};

template <class Net, class Loss = CrossEntropy>
void check(const std::string& name, const golden::Tolerances& tolerances = {}) {
    covered.insert(name);
    const io::TensorFile file = golden::read(name);
    const golden::FileBatch data{file, Net::input_shape.count()};
    Model<Net> model;
    golden::load(model, file);
    BOOST_TEST_CONTEXT(name) golden::check_pass(model, file, data, tolerances, Loss{});
}

}  // namespace

BOOST_AUTO_TEST_CASE(vgg11) {
    check<models::VGG11<Input<1, 32, 32>, 10, 32, 0.0f>>("model_vgg11");
}
BOOST_AUTO_TEST_CASE(nin) {
    // Winograd's convolution rounds about twice as much as direct sums, and the first bias sums what mostly cancels.
    check<models::NiN<Input<1, 67, 67>, 10, 16, 0.0f>>("model_nin", {.gradient = 2e-5});
}
BOOST_AUTO_TEST_CASE(googlenet) {
    check<models::GoogLeNet<Input<1, 48, 48>, 10, 16>>("model_googlenet");
}
BOOST_AUTO_TEST_CASE(resnet18) {
    check<models::torchvision::ResNet18<Input<3, 48, 48>, 10, 4>>("model_resnet18", deep);
}
BOOST_AUTO_TEST_CASE(resnet50) {
    check<models::ResNet50<Input<3, 48, 48>, 10, 3>>("model_resnet50", deep);
}
BOOST_AUTO_TEST_CASE(densenet121) {
    check<models::DenseNet121<Input<3, 48, 48>, 10, 6>>("model_densenet121", deep);
}
BOOST_AUTO_TEST_CASE(mobilenet_v2) {
    check<models::MobileNetV2<Input<3, 48, 48>, 10, 0.125f, 0.0f, 64>>("model_mobilenet_v2", deep);
}
BOOST_AUTO_TEST_CASE(unet) {
    check<models::UNet<Input<1, 24, 20>, 3, 8, 2>, MSE>("model_unet", deep);
}
BOOST_AUTO_TEST_CASE(unet_bilinear) {
    check<models::UNet<Input<2, 12, 16>, 3, 6, 2, models::UpBilinear>, MSE>("model_unet_bilinear", deep);
}
BOOST_AUTO_TEST_CASE(every_file_is_covered) {
    golden::check_coverage("models", covered);
}
