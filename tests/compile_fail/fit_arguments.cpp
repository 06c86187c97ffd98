// expect: fit: options stand in braces: fit(train, {.epochs = 10})
// expect: fit: options stand in braces: fit(train, {.epochs = 10})
// expect: fit: it takes options behind the data set: fit(train, {.epochs = 10})
// expect: fit and evaluate take a data::Dataset or another data::SampleSource, which has size, input_shape, target_shape, conversion, input_data, target_data, input_type and target_type
// expect: fit: it takes the data set itself, not its address: fit(train, {.epochs = 10})
// expect: fit: inputs and targets are one data set: data::Dataset<float, float> train{Shape{2}, inputs, Shape{1}, targets}
// expect: step: it takes a Batch; a data set is for fit(train, {.epochs = 1})
// expect: group: parameters are selected by their names: trainer.group([](std::string_view name) { return name.ends_with("bias"); }, SGD{})
// expect: group: a parameter group has an optimizer of the Trainer's own type
// lines: 18
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;
using Samples = data::Dataset<float, data::Label>;

void train(Trainer<Net, CrossEntropy, SGD>& trainer, const Samples& samples) {
#if defined(REPAIRED)
    trainer.fit(samples, {.epochs = 10});
    trainer.evaluate(samples);
    trainer.group([](std::string_view name) { return name.ends_with("bias"); }, {.learning_rate = 0.1});
#else
    const std::vector<float> inputs(6), targets(4);
    trainer.fit(samples, 10);
    trainer.fit(samples, 10, 32);
    trainer.fit(&samples, {.epochs = 10});
    trainer.fit(inputs, targets, {.epochs = 10});
    trainer.step(samples);
    trainer.fit(samples);
    trainer.evaluate(3);
    trainer.group("bias", {.learning_rate = 0.1});
    trainer.group([](std::string_view name) { return name.ends_with("bias"); }, Adam{});
#endif
}
