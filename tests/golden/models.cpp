#define BOOST_TEST_MODULE golden_models
#include <tenet/models.hpp>

#include <support/boost_test.hpp>
#include <support/golden_training.hpp>

using namespace tenet;

namespace {

std::set<std::string> covered;

template <class Net>
void check(const std::string& name, double tolerance) {
    covered.insert(name);
    const io::TensorFile file = golden::read(name);
    const golden::LabelledBatch data{file, Net::input_shape.count()};
    Model<Net> model;
    golden::load(model, file);
    BOOST_TEST_CONTEXT(name) golden::check_pass(model, file, data, tolerance);
}

}  // namespace

BOOST_AUTO_TEST_CASE(vgg11) { check<models::VGG11<Input<1, 32, 32>, 10, 32, 0.0f>>("model_vgg11", 1e-5); }
// Winograd's convolution rounds about twice as much as direct sums, and the first bias sums what mostly cancels.
BOOST_AUTO_TEST_CASE(nin) { check<models::NiN<Input<1, 67, 67>, 10, 16, 0.0f>>("model_nin", 2e-5); }
BOOST_AUTO_TEST_CASE(googlenet) { check<models::GoogLeNet<Input<1, 48, 48>, 10, 16>>("model_googlenet", 1e-5); }
BOOST_AUTO_TEST_CASE(every_file_is_covered) { golden::check_coverage("models", covered); }
