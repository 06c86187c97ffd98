// expect: Trainer: loss and optimizer have changed places: it is Trainer{model, loss, optimizer}
// expect: Trainer: this model is const, and training changes its numbers
// expect: Trainer: this is a Network, a type that holds no numbers; a Trainer takes a model of it, Model<Net> model
// expect: Trainer: an EvalModel is for inference; train the Model that it is made of
// expect: Trainer: an argument is missing: it is Trainer{model, loss, optimizer}
// expect: Trainer: it takes three arguments, Trainer{model, loss, optimizer}
// expect: Trainer: a number stands where the optimizer should: SGD{.learning_rate = 0.1}
// expect: Trainer: an optimizer stands where the loss should: it is Trainer{model, loss, optimizer}
// expect: Trainer: a loss stands where the optimizer should: it is Trainer{model, loss, optimizer}
// expect: Trainer: the first argument is no Model: it is Trainer{model, loss, optimizer}
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;
using Samples = data::Dataset<float, data::Label>;

#if defined(REPAIRED)
void train(Model<Net>& model, const Samples& samples) {
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    trainer.fit(samples, {.epochs = 1});
}
#else
void train(Model<Net>& model, const Samples& samples) {
    Trainer exchanged{model, SGD{}, CrossEntropy{}};
    exchanged.fit(samples, {.epochs = 1});  // draws no error of its own
    exchanged.evaluate(samples);
    const Model<Net> constant;
    Trainer of_a_constant{constant, CrossEntropy{}, SGD{}};
    Trainer of_a_network{Net{}, CrossEntropy{}, SGD{}};
    EvalModel<Net> folded{model};
    Trainer of_an_eval_model{folded, CrossEntropy{}, SGD{}};
    Trainer of_two{model, CrossEntropy{}};
    Trainer of_four{model, CrossEntropy{}, SGD{}, 10};
    Trainer of_a_rate{model, CrossEntropy{}, 0.1};
    Trainer of_two_optimizers{model, SGD{}, SGD{}};
    Trainer<Net, MSE, CrossEntropy> of_two_losses{model, MSE{}, CrossEntropy{}};
    Trainer model_behind{CrossEntropy{}, model, SGD{}};
}
#endif
