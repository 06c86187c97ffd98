#define BOOST_TEST_MODULE golden_batch_norm
#include <tenet/backend/cpu/training_step.hpp>
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/dot_loss.hpp>
#include <support/golden.hpp>

using namespace tenet;

namespace {

std::set<std::string> covered;

/// Inference with the averages of the file, gradients of a batch, and the averages behind it.
template <class Net>
void check(const std::string& name) {
    covered.insert(name);
    const io::TensorFile file = golden::read(name);
    const auto network = testing::any_network<Net>();
    golden::load(*network, file);
    const testing::Numbers input = file.at("input").to_floats(), output = file.at("output").to_floats(),
                           target = file.at("output_gradient").to_floats();
    const std::size_t in = network->input_count(), samples = input.size() / in;
    for (const int lanes : testing::all_ways()) BOOST_TEST_CONTEXT(name << ", " << lanes << " lanes") {
            testing::check_close("single output", network->outputs(lanes, input, 1), output, 2e-6);
            testing::check_close("output", network->outputs(lanes, input, static_cast<int>(samples)), output, 2e-6);
            const testing::Pass pass = network->pass(lanes, input, target);
            testing::check_close("input gradient", pass.input_gradient, file.at("input_gradient").to_floats(), 5e-6);
            for (int i = 0; i < network->tensor_count(); ++i)
                if (network->trained(i)) {
                    const std::string tensor(network->tensor(i).name);
                    testing::check_close("gradient of " + tensor, pass.gradients[static_cast<std::size_t>(i)],
                                         file.at("gradient." + tensor).to_floats(), 5e-6);
                }
        }
    std::vector<const float*> inputs, targets;
    for (std::size_t i = 0; i < samples; ++i) {
        inputs.push_back(input.data() + i * in);
        targets.push_back(target.data() + i * network->output_count());
    }
    cpu::for_each_isa([&]<class Isa>() {
        Model<Net> model;
        model.for_each_parameter([&](const NamedTensor<float>& t) { file.at(std::string(t.name)).copy_to(t.values); });
        Batch<> batch;
        batch.inputs = inputs.data();
        batch.targets = targets.data();
        batch.size = static_cast<int>(samples);
        cpu::TrainingStep<Net, testing::DotLoss> step;
        step.template run_on<Isa>(
            model.data(), testing::DotLoss{}, batch, [](int, std::int64_t, std::int64_t) {}, nullptr, model.data());
        model.for_each_parameter([&](const NamedTensor<float>& t) {
            const std::string tensor(t.name);
            if (tensor.find("running") != std::string::npos)
                testing::check_close(name + ", " + tensor + " on " + Isa::name, {t.values.begin(), t.values.end()},
                                     file.at("after." + tensor).to_floats(), 2e-6);
        });
    });
}

}  // namespace

BOOST_AUTO_TEST_CASE(batch_norm) {
    check<Network<Input<7>, BatchNorm1d<>>>("batch_norm1d");
    check<Network<Input<3, 6>, BatchNorm1d<Eps<1e-3f>, Momentum<0.25f>>>>("batch_norm1d_sequences");
    check<Network<Input<3, 4, 5>, BatchNorm2d<>>>("batch_norm2d");
    check<Network<Input<3, 2, 3>, BatchNorm2d<NoAffine>>>("batch_norm2d_not_affine");
    check<Network<Input<2, 3, 2, 4>, BatchNorm3d<>>>("batch_norm3d");
    check<Network<Input<2, 6, 6>, Conv2d<4, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU,
                  Residual<Conv2d<6, Kernel<3>, Stride<2>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU,
                           Conv2d<6, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>,
                           Shortcut<Conv2d<6, Kernel<1>, Stride<2>, NoBias>, BatchNorm2d<>>>,
                  ReLU, GlobalAvgPool, Flatten, Linear<5>>>("batch_norm_residual");
    golden::check_coverage("batch_norm", covered);
}
