// expect: fit: epochs is a whole number
// expect: fit: the number of epochs is called epochs
// expect: fit: batch_size is a whole number
// expect: fit: the size of a batch is called batch_size
// expect: fit: the learning rate belongs to the optimizer: SGD{.learning_rate = 0.1}
// expect: fit: validation takes the address of a data set: .validation = &test
// expect: fit: in plain braces the validation set has the type of the training set; FitOptions{.validation = &test} takes any other
// expect: fit: the validation set is called validation, and given by its address: .validation = &test
// expect: fit: samples for validation are set apart before, by data::split
// expect: fit: shuffle is true or false
// expect: fit: drop_last is true or false
// expect: fit: progress is Progress::automatic, Progress::on or Progress::off
// expect: fit: what is shown is called progress: .progress = Progress::off
// expect: fit: callbacks stand behind the options: fit(train, {...}, callback)
// expect: fit: the seed is the model's: Model<Net> model{Seed{42}}
// expect: fit: a callback ends a run early: it returns false
// lines: 18
#include <string>

#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;
using Samples = data::Dataset<float, data::Label>;
using Bytes = data::Dataset<std::uint8_t, data::Label>;

void train(Trainer<Net, CrossEntropy, SGD>& trainer, const Samples& samples, const Samples& test, const Bytes& bytes) {
#if defined(REPAIRED)
    trainer.fit(samples, {.epochs = 10, .batch_size = 32, .validation = &test, .progress = Progress::off});
    trainer.fit(samples, {});
    trainer.fit(samples, FitOptions{.epochs = 1, .validation = &bytes});
    const FitOptions<Samples> options{.shuffle = false};
    trainer.fit(samples, options);
    trainer.fit(samples.take(1), {.epochs = 1}, [](auto&, const EpochRecord&) {});
    trainer.evaluate(bytes);
#else
    const auto callback = [](auto&, const EpochRecord&) {};
    trainer.fit(samples, {.epochs = "ten"});
    trainer.fit(samples, {.num_epochs = 10, .batch_size = 32});
    trainer.fit(samples, {.epochs = 10, .batch_size = std::string{"all"}});
    trainer.fit(samples, {.epochs = 10, .batch = 32});
    trainer.fit(samples, {.epochs = 10, .batch_size = 32, .lr = 0.1});
    trainer.fit(samples, {.epochs = 10, .validation = test});
    trainer.fit(samples, {.epochs = 10, .validation = &bytes});
    trainer.fit(samples, {.epochs = 10, .validation_data = &test});
    trainer.fit(samples, {.epochs = 10, .validation_split = 0.1});
    trainer.fit(samples, {.shuffle = std::string{"no"}, .progress = Progress::off}, callback);
    trainer.fit(samples, {.drop_last = "yes"});
    trainer.fit(samples, {.progress = true});
    trainer.fit(samples, {.epochs = 10, .verbose = 1});
    trainer.fit(samples, {.epochs = 10, .callbacks = callback});
    trainer.fit(samples, {.epochs = 10, .seed = 3});
    trainer.fit(samples, {.epochs = 10, .patience = 3});
#endif
}
