// expect: fit: options stand in braces: fit(train, {.epochs = 10})
// expect: fit: it takes options behind the data set: fit(train, {.epochs = 10})
// expect: fit and evaluate take a data::Dataset or another data::SampleSource, which has size, input_shape, target_shape, conversion, input_data, target_data, input_type and target_type
// lines: 18
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;
using Samples = data::Dataset<float, data::Label>;

void train(Trainer<Net, CrossEntropy, SGD>& trainer, const Samples& samples) {
#if defined(REPAIRED)
    trainer.fit(samples, {.epochs = 10});
    trainer.evaluate(samples);
#else
    trainer.fit(samples, 10);
    trainer.fit(samples);
    trainer.evaluate(3);
#endif
}
