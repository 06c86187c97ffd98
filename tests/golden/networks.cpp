#define BOOST_TEST_MODULE golden_networks
#include <tenet/models/lenet.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>

#include <support/boost_test.hpp>
#include <support/golden_training.hpp>

using namespace tenet;

namespace {

std::set<std::string> covered;

/// Outputs, loss and every gradient at the parameters in the file, then ten steps.
template <class Net>
void check(const std::string& name, double learning_rate) {
    covered.insert(name);
    const io::TensorFile file = golden::read(name);
    const golden::FileBatch data{file, Net::input_shape.count()};
    constexpr double tolerance = 1e-5;

    Model<Net> model;
    golden::load(model, file);
    BOOST_TEST_CONTEXT(name) {
        golden::check_pass(model, file, data, {});
        Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = learning_rate}};
        golden::check_losses(trainer, file, tolerance);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(mlp) { check<Network<Input<20>, Linear<32>, ReLU, Linear<24>, Tanh, Linear<10>>>("network_mlp", 0.1); }
BOOST_AUTO_TEST_CASE(lenet_relu) { check<models::LeNetReLU<>>("network_lenet_relu", 0.1); }
BOOST_AUTO_TEST_CASE(lenet_sigmoid) { check<models::LeNet<>>("network_lenet_sigmoid", 0.9); }
BOOST_AUTO_TEST_CASE(graph) {
    check<Network<Input<2, 6, 6>,
                  Graph<Inputs<"image">, Node<"wide", Sequential<Conv2d<4, Kernel<3>, Padding<1>>, Tanh>, From<"image">>,
                        Node<"narrow", Conv2d<4, Kernel<1>>, From<"image">>,
                        Node<"both", Add<>, From<"narrow", "wide">>,
                        Node<"gate", Sequential<Conv2d<4, Kernel<1>, NoBias>, Sigmoid>, From<"both">>,
                        Node<"gated", Multiply<>, From<"both", "gate">>,
                        Node<"all", Concat<>, From<"gated", "image", "both">>, Outputs<"all">>,
                  ReLU, Flatten, Linear<10>>>("network_graph", 0.1);
}
BOOST_AUTO_TEST_CASE(shared) {
    using Twin = Shared<struct Tag, Sequential<Linear<12>, Tanh>>;
    check<Network<Input<7>, Linear<12>, Twin, Residual<Twin>, Twin, Linear<10>>>("network_shared", 0.1);
}
BOOST_AUTO_TEST_CASE(every_file_is_covered) { golden::check_coverage("networks", covered); }
