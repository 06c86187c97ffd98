#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenet/io/safetensors.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>

/// Reads PyTorch's results (tests/golden/README.md) and holds networks to them.
namespace tenet::golden {

inline io::TensorFile read(std::string_view name) {
    return io::read_safetensors(TENET_TEST_DATA "/" + std::string(name) + ".safetensors");
}

/// The program of tests/golden that covers a file.
inline std::string_view group_of(std::string_view file) {
    constexpr std::pair<std::string_view, std::string_view> groups[]{
        {"activation_", "activations"},
        {"adaptive_avg_pool", "average_pooling"},
        {"avg_pool", "average_pooling"},
        {"batch_norm", "batch_norm"},
        {"conv1d_", "convolution1d"},
        {"conv2d_", "convolution2d"},
        {"conv3d_", "convolution3d"},
        {"conv_transpose", "convolution_transpose"},
        {"flatten", "linear"},
        {"global_avg_pool", "average_pooling"},
        {"group_norm", "normalisation"},
        {"instance_norm", "normalisation"},
        {"layer_norm", "normalisation"},
        {"linear", "linear"},
        {"local_response_norm", "normalisation"},
        {"log_softmax", "softmax"},
        {"loss_", "losses"},
        {"max_pool", "max_pooling"},
        {"model_", "models"},
        {"network_", "networks"},
        {"optimizer_", "optimizers"},
        {"pixel_shuffle", "resampling"},
        {"reflection_pad", "resampling"},
        {"replication_pad", "resampling"},
        {"rms_norm", "normalisation"},
        {"softmax", "softmax"},
        {"upsample_", "resampling"},
        {"zero_pad", "resampling"}};
    for (const auto& [prefix, group] : groups)
        if (file.starts_with(prefix)) return group;
    return "(none)";
}

/// Fails unless every data file has its program, and this one, `group`, covers all of its own.
inline void check_coverage(std::string_view group, const std::set<std::string>& covered) {
    const std::filesystem::path data{TENET_TEST_DATA};
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator{data}) {
        if (entry.path().extension() != ".safetensors") continue;
        const std::string name = entry.path().stem().string();
        const std::string_view owner = group_of(name);
        BOOST_TEST(exists(data.parent_path() / (std::string(owner) + ".cpp")), "no program covers " << entry.path());
        if (owner == group) files.insert(name);
    }
    BOOST_TEST(!files.empty());
    for (const std::string& file : files) BOOST_TEST(covered.contains(file), file << " is not covered");
}

/// One file, and the network that computes the same.
struct LayerCase {
    std::string name;
    std::unique_ptr<testing::AnyNetwork> network;
    double tolerance, gradient_tolerance;  // see testing::distance
};

template <class Net>
LayerCase layer(std::string name, double tolerance = 2e-6, double gradient_tolerance = 2e-6) {
    return {std::move(name), testing::any_network<Net>(), tolerance, gradient_tolerance};
}

/// Fills the parameters, each from the tensor `prefix` + its name; all of them, of the shape that PyTorch has.
inline void load(testing::AnyNetwork& network, const io::TensorFile& file, const std::string& prefix = "") {
    for (int i = 0; i < network.tensor_count(); ++i) {
        const NamedTensor<float> to = network.tensor(i);
        const io::TensorView& from = file.at(prefix + std::string(to.name));
        const std::vector<std::int64_t> shape(to.shape.extents, to.shape.extents + to.shape.rank);
        BOOST_TEST_REQUIRE((from.shape == shape), to.name << " has another shape");
        from.copy_to(to.values);
    }
}

/// `samples` over and over, until a whole number of full groups of lanes and one that is more than a quarter full come out,
/// so that no sample runs alone.
inline testing::Numbers repeated(const testing::Numbers& samples, std::size_t row, int lanes) {
    if (lanes == testing::on_device) return samples;
    const std::size_t count = samples.size() / row, width = static_cast<std::size_t>(lanes);
    std::size_t total = count;
    while (total % width != 0 && total % width <= width / 4) ++total;
    testing::Numbers result(total * row);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = samples[i % samples.size()];
    return result;
}

/// Inference alone and in lanes, and all gradients, on every instruction set of this machine and on the device.
inline void check_layer(const LayerCase& test) {
    testing::AnyNetwork& network = *test.network;
    const io::TensorFile file = read(test.name);
    load(network, file);
    const testing::Numbers input = file.at("input").to_floats(), output = file.at("output").to_floats(),
                           target = file.at("output_gradient").to_floats();
    const std::size_t in = network.input_count(), out = network.output_count();
    BOOST_TEST_REQUIRE(file.at("output").shape.size() == static_cast<std::size_t>(network.output_shape().rank) + 1);
    for (int axis = 0; axis < network.output_shape().rank; ++axis)
        BOOST_TEST(file.at("output").shape[static_cast<std::size_t>(axis) + 1] == network.output_shape()[axis]);
    BOOST_TEST_REQUIRE(input.size() / in == output.size() / out);
    int gradients = 0;
    for (const io::TensorView& tensor : file.tensors()) gradients += tensor.name.starts_with("gradient.");
    BOOST_TEST(gradients == network.tensor_count());
    for (const int lanes : testing::all_ways())
        BOOST_TEST_CONTEXT(lanes << " lanes") {
            testing::check_close("single output", network.outputs(lanes, input, 1), output, test.tolerance);
            const testing::Numbers many = repeated(input, in, lanes);
            testing::check_close("output", network.outputs(lanes, many, static_cast<int>(many.size() / in)),
                                 repeated(output, out, lanes), test.tolerance);
            const testing::Pass pass = network.pass(lanes, input, target);
            testing::check_close("input gradient", pass.input_gradient, file.at("input_gradient").to_floats(),
                                 test.gradient_tolerance);
            for (int i = 0; i < network.tensor_count(); ++i) {
                const std::string name(network.tensor(i).name);
                testing::check_close("gradient of " + name, pass.gradients[static_cast<std::size_t>(i)],
                                     file.at("gradient." + name).to_floats(), test.gradient_tolerance);
            }
        }
}

inline void check_layers(std::string_view group, const std::vector<LayerCase>& cases) {
    std::set<std::string> covered;
    for (const LayerCase& test : cases) {
        covered.insert(test.name);
        BOOST_TEST_CONTEXT(test.name) check_layer(test);
    }
    check_coverage(group, covered);
}

}  // namespace tenet::golden
