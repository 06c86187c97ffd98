#define BOOST_TEST_MODULE golden_models
#include <algorithm>
#include <fstream>
#include <sstream>

#include <tenet/losses/mse.hpp>
#include <tenet/model/file.hpp>
#include <tenet/models.hpp>

#include <support/boost_test.hpp>
#include <support/golden_training.hpp>
#include <support/temporary_directory.hpp>

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

namespace {

/// The parameters of a network as tests/golden/data/torchvision lists them.
template <class Net>
std::vector<std::string> parameter_lines() {
    std::vector<std::string> lines;
    for (int i = 0; i < Net::parameter_tensor_count; ++i) {
        std::ostringstream line;
        line << Net::parameter_name(i);
        const Shape& shape = Net::parameters[i].spec.shape;
        for (int axis = 0; axis < shape.rank; ++axis) line << ' ' << shape[axis];
        lines.push_back(line.str());
    }
    return lines;
}

/// A network has the parameters of torchvision's, names and shapes, in the order of its state_dict.
void check_names(std::vector<std::string> lines, const std::string& network, bool in_order = true) {
    std::ifstream file{TENET_TEST_DATA "/torchvision/" + network + ".txt"};
    std::vector<std::string> expected;
    for (std::string line; std::getline(file, line);) expected.push_back(line);
    if (!in_order) {
        std::sort(lines.begin(), lines.end());
        std::sort(expected.begin(), expected.end());
    }
    BOOST_TEST_CONTEXT(network) BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_CASE(parameters_are_torchvisions) {
    using namespace models::torchvision;
    check_names(parameter_lines<AlexNet<>>(), "alexnet");
    check_names(parameter_lines<DenseNet121<>>(), "densenet121");
    check_names(parameter_lines<GoogLeNet<>>(), "googlenet");
    // A graph's are in the order of execution.
    check_names(parameter_lines<GoogLeNetWithAuxiliaries<>>(), "googlenet_aux", false);
    check_names(parameter_lines<MobileNetV2<>>(), "mobilenet_v2");
    check_names(parameter_lines<ResNet18<>>(), "resnet18");
    check_names(parameter_lines<ResNet50<>>(), "resnet50");
    check_names(parameter_lines<VGG11<>>(), "vgg11");
    check_names(parameter_lines<VGG11BN<>>(), "vgg11_bn");
}
BOOST_AUTO_TEST_CASE(a_whole_state_dict_loads_as_it_is) {
    // PyTorch saves how many batches each normalisation has seen, too.
    using Net = models::torchvision::ResNet18<Input<3, 48, 48>, 10, 4>;
    const io::TensorFile file = golden::read("model_resnet18");
    const std::int64_t batches[]{7};
    std::vector<io::TensorView> tensors;
    for (int i = 0; i < Net::parameter_tensor_count; ++i) {
        const std::string name{Net::parameter_name(i)};
        tensors.push_back(file.at(name));
        if (name.ends_with("running_var"))
            tensors.push_back(io::tensor_view<std::int64_t>(name.substr(0, name.rfind('.')) + ".num_batches_tracked",
                                                            {}, std::span{batches}));
    }
    const testing::TemporaryDirectory directory;
    io::write_safetensors(directory.file("resnet18.safetensors"), tensors);
    Model<Net> model;
    io::load(model, directory.file("resnet18.safetensors"));
    std::vector<float> first(model.parameter("conv1.weight").size());
    file.at("conv1.weight").copy_to(first);
    BOOST_TEST(std::equal(first.begin(), first.end(), model.parameter("conv1.weight").begin()));
}
BOOST_AUTO_TEST_CASE(every_file_is_covered) {
    golden::check_coverage("models", covered);
}
