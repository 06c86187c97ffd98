#define BOOST_TEST_MODULE golden_networks
#include <tenet/layers/activations.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
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
    const golden::LabelledBatch data{file, Net::input_shape.count()};
    constexpr double tolerance = 1e-5;

    Model<Net> model;
    golden::load(model, file);
    BOOST_TEST_CONTEXT(name) {
        golden::check_pass(model, file, data, tolerance);
        Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = learning_rate}};
        golden::check_losses(trainer, file, tolerance);
    }
}

template <class Activation, class Pool>
using LeNet = Network<Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, Activation, Pool, Conv2d<16, Kernel<5>>, Activation,
                      Pool, Flatten, Linear<120>, Activation, Linear<84>, Activation, Linear<10>>;

}  // namespace

BOOST_AUTO_TEST_CASE(mlp) { check<Network<Input<20>, Linear<32>, ReLU, Linear<24>, Tanh, Linear<10>>>("network_mlp", 0.1); }
BOOST_AUTO_TEST_CASE(lenet_relu) { check<LeNet<ReLU, MaxPool2d<2>>>("network_lenet_relu", 0.1); }
BOOST_AUTO_TEST_CASE(lenet_sigmoid) { check<LeNet<Sigmoid, AvgPool2d<2>>>("network_lenet_sigmoid", 0.9); }
BOOST_AUTO_TEST_CASE(every_file_is_covered) { golden::check_coverage("networks", covered); }
