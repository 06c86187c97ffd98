#define BOOST_TEST_MODULE golden_optimizers
#include <tenet/layers/activations.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/adamw.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>
#include <support/golden_training.hpp>

using namespace tenet;

namespace {

using Net = Network<Input<5>, Linear<7>, Tanh, Linear<3>>;
std::set<std::string> covered;

/// Ten steps; `prepare` may give parameters optimizers of their own.
template <class Optimizer, class Prepare>
void check(const std::string& name, const Optimizer& optimizer, const Prepare& prepare) {
    covered.insert(name);
    const io::TensorFile file = golden::read(name);
    Model<Net> model;
    golden::load(model, file, "initial.");
    Trainer trainer{model, CrossEntropy{}, optimizer};
    prepare(trainer);
    BOOST_TEST_CONTEXT(name) {
        golden::check_losses(trainer, file, 1e-5);
        model.for_each_parameter([&](const NamedTensor<float>& tensor) {
            testing::check_close(std::string(tensor.name), tensor.values, file.at(tensor.name).to_floats(), 1e-5);
        });
    }
}

template <class Optimizer>
void check(const std::string& name, const Optimizer& optimizer) {
    check(name, optimizer, [](auto&) {});
}

}  // namespace

BOOST_AUTO_TEST_CASE(sgd) {
    check("optimizer_sgd_plain", SGD{.learning_rate = 0.5});
    check("optimizer_sgd_momentum", SGD{.learning_rate = 0.1, .momentum = 0.9});
    check("optimizer_sgd_nesterov_weight_decay",
          SGD{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.05, .nesterov = true});
    check("optimizer_sgd_dampening", SGD{.learning_rate = 0.2, .momentum = 0.8, .dampening = 0.4});
    check("optimizer_sgd_bias_without_decay", SGD{.learning_rate = 0.3}, [](auto& trainer) {
        trainer.group([](std::string_view name) { return name.ends_with("weight"); },
                      SGD{.learning_rate = 0.3, .weight_decay = 0.1});
    });
}

BOOST_AUTO_TEST_CASE(adam) {
    check("optimizer_adam", Adam{});
    check("optimizer_adam_options", Adam{.learning_rate = 0.05, .betas = {0.8, 0.95}, .eps = 1e-4});
    check("optimizer_adam_weight_decay", Adam{.learning_rate = 0.02, .weight_decay = 0.1});
    check("optimizer_adam_amsgrad", Adam{.learning_rate = 0.02, .amsgrad = true});
}

BOOST_AUTO_TEST_CASE(adamw) {
    check("optimizer_adamw", AdamW{.learning_rate = 0.02});
    check("optimizer_adamw_weight_decay", AdamW{.learning_rate = 0.02, .weight_decay = 0.2});
}

BOOST_AUTO_TEST_CASE(every_file_is_covered) { golden::check_coverage("optimizers", covered); }
