#define BOOST_TEST_MODULE trainer
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <tenet/data/dataset.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/models/unet.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/message_of.hpp>
#include <support/temporary_directory.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

using Classifier = Network<Input<3>, Linear<8>, Tanh, Linear<4>>;
using Labelled = data::Dataset<float, data::Label>;

/// n samples of 3 numbers, whose class is how many of them are positive.
Labelled classes(int n, std::uint64_t seed = 1) {
    const Generator random{Seed{seed}, Stream::data};
    std::vector<float> inputs;
    std::vector<data::Label> labels;
    for (int i = 0; i < n; ++i) {
        data::Label positive = 0;
        for (int k = 0; k < 3; ++k) {
            inputs.push_back(2.0f * random.uniform(inputs.size()) - 1.0f);
            positive += inputs.back() > 0.0f;
        }
        labels.push_back(positive);
    }
    return {Shape{3}, inputs, labels};
}

template <class Net>
std::vector<float> numbers(const Model<Net>& model) {
    return {model.data(), model.data() + model.storage()};
}

/// What is written to stderr meanwhile.
template <class Action>
std::string written_to_stderr(Action&& action) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("stderr");
    std::fflush(stderr);
    const int before = ::dup(2), file = ::open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    ::dup2(file, 2);
    action();
    std::fflush(stderr);
    ::dup2(before, 2);
    ::close(before);
    ::close(file);
    return read_text(path);
}

/// Hands out 10 samples, whose input is their number, and keeps account of who was asked for.
struct Counting {
    using input_type = float;
    using target_type = data::Label;
    std::vector<float> inputs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    std::vector<data::Label> labels = std::vector<data::Label>(10, 0);
    mutable std::vector<std::int64_t> asked{};

    std::int64_t size() const { return 10; }
    Shape input_shape() const { return Shape{1}; }
    Shape target_shape() const { return Shape{}; }
    data::Conversion conversion() const { return {}; }
    const float* input_data(std::int64_t i) const {
        asked.push_back(i);
        return &inputs[static_cast<std::size_t>(i)];
    }
    const data::Label* target_data(std::int64_t i) const { return &labels[static_cast<std::size_t>(i)]; }
};
using Tiny = Network<Input<1>, Linear<2>>;

}  // namespace

BOOST_AUTO_TEST_CASE(an_epoch_visits_every_sample_once_in_an_order_of_its_own) {
    Model<Tiny> model;
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    Counting data;
    trainer.fit(data, {.epochs = 6, .batch_size = 4, .progress = Progress::off});
    BOOST_REQUIRE(data.asked.size() == 60u);
    std::map<std::vector<std::int64_t>, int> orders;
    for (auto begin = data.asked.begin(); begin != data.asked.end(); begin += 10) {
        std::vector<std::int64_t> order(begin, begin + 10), sorted = order;
        ++orders[order];
        std::sort(sorted.begin(), sorted.end());
        BOOST_TEST(sorted == (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    }
    BOOST_TEST(orders.size() == 6u);

    data.asked.clear();
    trainer.fit(data, {.epochs = 1, .batch_size = 4, .shuffle = false, .progress = Progress::off});
    BOOST_TEST(data.asked == (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));

    // Another seed, another order; the same seed, the same.
    const auto first_order = [](Seed seed) {
        Model<Tiny> one{seed};
        Trainer once{one, CrossEntropy{}, SGD{}};
        Counting samples;
        once.fit(samples, {.batch_size = 10, .progress = Progress::off});
        return samples.asked;
    };
    BOOST_TEST(first_order(Seed{5}) == first_order(Seed{5}));
    BOOST_TEST(first_order(Seed{5}) != first_order(Seed{6}));
}

BOOST_AUTO_TEST_CASE(the_last_batch_of_an_epoch_is_a_mean_over_what_is_left) {
    // Epochs of 10 samples in batches of 4, 4 and 2 equal steps on just these samples.
    const Labelled data = classes(10);
    Model<Classifier> by_fit{Seed{1}}, by_step{Seed{1}};
    const SGD rule{.learning_rate = 0.5, .momentum = 0.5};
    Trainer fitted{by_fit, CrossEntropy{}, rule}, stepped{by_step, CrossEntropy{}, rule};
    std::vector<double> losses;
    const History history = fitted.fit(data, {.batch_size = 4, .shuffle = false, .progress = Progress::off},
                                       [&](auto&, const StepResult& result) { losses.push_back(result.loss); });
    BOOST_REQUIRE(losses.size() == 3u);
    BatchBuffer<Labelled> buffer;
    double sum = 0;
    std::int64_t correct = 0;
    for (int step = 0; step < 3; ++step) {
        const int first = 4 * step, count = std::min(4, 10 - first);
        const StepResult result = stepped.step(buffer.gather(data, count, [&](int i) { return first + i; }));
        BOOST_TEST(result.loss == losses[static_cast<std::size_t>(step)]);
        sum += result.loss * count;
        correct += result.correct;
    }
    BOOST_TEST(numbers(by_fit) == numbers(by_step));
    BOOST_TEST(history.epochs.at(0).loss == sum / 10);
    BOOST_TEST(history.epochs.at(0).accuracy == static_cast<double>(correct) / 10);
    BOOST_TEST(history.epochs.at(0).epoch == 1);
    BOOST_TEST(fitted.position().step == 3);
    BOOST_TEST(fitted.position().epoch == 1);
    BOOST_TEST(fitted.position().batch_in_epoch == 0);
}

BOOST_AUTO_TEST_CASE(only_a_step_goes_on_averaging) {
    using Normalised = Network<Input<6>, Linear<4>, BatchNorm1d<>, Linear<3>>;
    std::vector<float> sample(6, 0.5f), other(6, -0.25f);
    const float* const inputs[]{sample.data(), other.data(), sample.data()};
    const std::int32_t labels[]{0, 1, 2};
    Batch<> batch;
    batch.inputs = inputs;
    batch.labels = labels;
    batch.size = 3;
    Model<Normalised> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.25}};
    const std::vector<float> before = numbers(model);
    trainer.compute_gradients(batch);
    BOOST_TEST(numbers(model) == before);
    trainer.step(batch);
    for (const float mean : model.parameter("1.running_mean")) BOOST_TEST(mean != 0.0f);
    for (const float variance : model.parameter("1.running_var")) BOOST_TEST(variance != 1.0f);
}

BOOST_AUTO_TEST_CASE(a_step_subtracts_the_gradient_of_the_mean_loss) {
    const Labelled data = classes(21);
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.25}};
    BatchBuffer<Labelled> buffer;
    const auto batch = buffer.gather(data, 21, [](int i) { return i; });
    const std::vector<float> before = numbers(model);
    const StepResult computed = trainer.compute_gradients(batch);
    BOOST_TEST(numbers(model) == before);
    BOOST_TEST(trainer.position().step == 0);
    std::vector<std::vector<float>> gradients;
    for (int i = 0; i < 4; ++i) {
        const NamedTensor<const float> gradient = trainer.gradient(i);
        BOOST_TEST(gradient.name == Classifier::parameter_name(i));
        BOOST_TEST((gradient.shape == Classifier::parameters[i].spec.shape));
        BOOST_TEST(trainer.gradient(gradient.name).values.data() == gradient.values.data());
        gradients.emplace_back(gradient.values.begin(), gradient.values.end());
    }
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.gradient("2.slope"); }) ==
               "no parameter is named 2.slope; there are 0.weight, 0.bias, 2.weight, 2.bias");
    const StepResult stepped = trainer.step(batch);
    BOOST_TEST(stepped.loss == computed.loss);
    BOOST_TEST(stepped.correct == computed.correct);
    for (int i = 0; i < 4; ++i) {
        const auto first = static_cast<std::size_t>(Classifier::parameters[i].offset);
        std::vector<float> expected;
        for (std::size_t k = 0; k < gradients[static_cast<std::size_t>(i)].size(); ++k)
            expected.push_back(before[first + k] - 0.25f * gradients[static_cast<std::size_t>(i)][k]);
        check_close(std::string(Classifier::parameter_name(i)), model.tensor(i).values, expected, 1e-6);
    }
    // And the loss is what evaluation says of the numbers before.
    Model<Classifier> same{Seed{1}};
    Trainer other{same, CrossEntropy{}, SGD{}};
    const Score score = other.evaluate(data);
    BOOST_TEST(std::abs(score.loss - computed.loss) < 1e-6);
    BOOST_TEST(score.accuracy == static_cast<double>(computed.correct) / 21);
}

BOOST_AUTO_TEST_CASE(parameter_groups_have_hyper_parameters_of_their_own) {
    const Labelled data = classes(16);
    Model<Classifier> model{Seed{1}}, decayed{Seed{1}};
    const SGD without{.learning_rate = 0.5}, with{.learning_rate = 0.5, .weight_decay = 0.5};
    Trainer plain{model, CrossEntropy{}, without}, grouped{decayed, CrossEntropy{}, with};
    grouped.group([](std::string_view name) { return name.ends_with("bias"); }, without);
    BOOST_TEST((grouped.optimizer(0) == with));
    BOOST_TEST((grouped.optimizer(1) == without));
    grouped.optimizer(2).learning_rate = 0.0;
    BatchBuffer<Labelled> buffer;
    const auto batch = buffer.gather(data, 16, [](int i) { return i; });
    const Model<Classifier> before = model;
    plain.step(batch);
    grouped.step(batch);
    check_identical("0.bias", decayed.parameter("0.bias"), model.parameter("0.bias"));
    check_identical("2.bias", decayed.parameter("2.bias"), model.parameter("2.bias"));
    check_identical("2.weight", decayed.parameter("2.weight"), before.parameter("2.weight"));
    std::vector<float> expected;
    for (std::size_t i = 0; i < 24; ++i)
        expected.push_back(model.parameter("0.weight")[i] - 0.25f * before.parameter("0.weight")[i]);
    check_close("0.weight", decayed.parameter("0.weight"), expected, 1e-6);
    BOOST_TEST(message_of<std::invalid_argument>([&] {
                   grouped.group([](std::string_view name) { return name == "1.weight"; }, with);
               }) == "a parameter group selects none of the network's parameters");

    grouped.set_learning_rate(0.125);
    for (int i = 0; i < 4; ++i) BOOST_TEST(grouped.optimizer(i).learning_rate == 0.125);
    BOOST_TEST(grouped.optimizer(0).weight_decay == 0.5);
}

BOOST_AUTO_TEST_CASE(there_are_as_many_optimizers_and_gradients_as_parameters) {
    Model<Classifier> model;
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.optimizer(4).learning_rate = 1.0; }) ==
               "optimizer: the network has 4 parameter tensors, but the index is 4");
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.gradient(-1); }) ==
               "gradient: the network has 4 parameter tensors, but the index is -1");
}

BOOST_AUTO_TEST_CASE(a_schedule_keeps_the_ratios_of_groups) {
    const auto is = [](std::string_view wanted) { return [=](std::string_view name) { return name == wanted; }; };
    Model<Classifier> model;
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.5}};
    trainer.group(is("0.bias"), SGD{.learning_rate = 2.0});
    trainer.group(is("2.bias"), SGD{.learning_rate = 0.0});
    const auto rates = [&] {
        std::vector<double> result;
        for (int i = 0; i < 4; ++i) result.push_back(trainer.optimizer(i).learning_rate);
        return result;
    };
    trainer.set_learning_rate(0.25);
    BOOST_TEST(rates() == (std::vector<double>{0.25, 1.0, 0.25, 0.0}));
    // A warm-up from 0 forgets nothing; a group made on the way has its ratio to what the rate is then.
    trainer.set_learning_rate(0.0);
    BOOST_TEST(rates() == (std::vector<double>{0.0, 0.0, 0.0, 0.0}));
    trainer.set_learning_rate(0.125);
    trainer.group(is("2.weight"), SGD{.learning_rate = 0.25});
    trainer.set_learning_rate(1.0);
    BOOST_TEST(rates() == (std::vector<double>{1.0, 4.0, 2.0, 0.0}));

    for (const double wrong : {-0.5, std::nan(""), HUGE_VAL})
        BOOST_TEST(message_of<std::invalid_argument>([&] {
                       trainer.set_learning_rate(wrong);
                   }).starts_with("set_learning_rate: rate: expected a finite number of 0 or more, found "));
    BOOST_TEST(rates() == (std::vector<double>{1.0, 4.0, 2.0, 0.0}));
    Trainer resting{model, CrossEntropy{}, SGD{.learning_rate = 0.0}};
    resting.set_learning_rate(0.5);
    resting.set_learning_rate(0.0);
    resting.group(is("0.bias"), SGD{.learning_rate = 2.0});
    BOOST_TEST(message_of<std::invalid_argument>([&] { resting.set_learning_rate(0.5); }) ==
               "set_learning_rate: the rate that the trainer had when a group was made: expected more than 0 for a "
               "ratio to the group's, found 0");
}

BOOST_AUTO_TEST_CASE(hyper_parameters_are_checked_wherever_a_trainer_gets_them) {
    const Labelled data = classes(8);
    Model<Classifier> model{Seed{1}};
    const std::vector<float> before = numbers(model);
    BOOST_TEST(message_of<std::invalid_argument>([&] {
                   Trainer{model, CrossEntropy{}, SGD{.nesterov = true}};
               }) == "SGD: momentum: expected more than 0 with nesterov, found 0");
    BOOST_TEST(message_of<std::invalid_argument>([&] {
                   Trainer{model, CrossEntropy{1.5f}, SGD{}};
               }) == "CrossEntropy: label_smoothing: expected 0 to 1, found 1.5");
    Trainer trainer{model, CrossEntropy{}, Adam{}};
    const auto all = [](std::string_view) { return true; };
    BOOST_TEST(message_of<std::invalid_argument>([&] {
                   trainer.group(all, Adam{.betas = {1, 1}});
               }) == "Adam: betas[0]: expected 0 or more and less than 1, found 1");
    trainer.optimizer(2).learning_rate = -1.0;
    const std::string negative = "Adam: learning_rate: expected a finite number of 0 or more, found -1";
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.fit(data, {.progress = Progress::off}); }) == negative);
    BatchBuffer<Labelled> buffer;
    const auto batch = buffer.gather(data, 8, [](int i) { return i; });
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.step(batch); }) == negative);
    BOOST_TEST(numbers(model) == before);
    BOOST_TEST(trainer.position().step == 0);

    // A schedule that goes wrong on the way: the run stops behind the step that was right.
    trainer.optimizer(2).learning_rate = 1e-3;
    BOOST_TEST(message_of<std::invalid_argument>([&] {
                   trainer.fit(data, {.epochs = 3, .batch_size = 4, .progress = Progress::off},
                               [](auto& t, const StepResult&) { t.optimizer(2).learning_rate = -1.0; });
               }) == negative);
    BOOST_TEST(trainer.position().step == 1);
    trainer.optimizer(2).learning_rate = 1e-3;
    BOOST_TEST(message_of<std::invalid_argument>([&] {
                   trainer.fit(data, {.epochs = 3, .batch_size = 4, .progress = Progress::off},
                               [](auto& t, const EpochRecord&) { t.optimizer(2).learning_rate = -1.0; });
               }) == negative);
    BOOST_TEST(trainer.position().epoch == 1);
}

namespace {

/// Says that it uses states that it has not.
struct Forgetful : SGD {
    int used_states() const { return 2; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_optimizer_uses_no_more_states_than_it_has) {
    Model<Classifier> model;
    BOOST_TEST(message_of<std::invalid_argument>([&] {
                   Trainer{model, CrossEntropy{}, Forgetful{}};
               }) == "optimizer: used_states(): expected 0 to its state_count, found 2");
}

BOOST_AUTO_TEST_CASE(one_sample_has_no_statistics_of_a_batch) {
    using Normalised = Network<Input<3>, Linear<4>, Named<"norm", BatchNorm1d<>>, Linear<4>>;
    const Labelled data = classes(9);
    Model<Normalised> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    const std::vector<float> before = numbers(model);
    const auto fitting = [&](const FitOptions<Labelled>& options) {
        return message_of<std::invalid_argument>([&] { trainer.fit(data, options); });
    };
    const std::string start =
        ": expected more than 1 value per channel when training the batch normalisation norm, but ";
    BOOST_TEST(fitting({.batch_size = 4, .progress = Progress::off}) ==
               "fit" + start + "an epoch ends with a batch of 1 sample: take another batch_size, or drop_last");
    BOOST_TEST(fitting({.batch_size = 1, .progress = Progress::off}) ==
               "fit" + start + "batches have 1 sample: take a larger batch_size");
    BatchBuffer<Labelled> buffer;
    const auto batch = buffer.gather(data, 1, [](int i) { return i; });
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.step(batch); }) ==
               "step" + start + "the batch has 1 sample");
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.compute_gradients(batch); }) ==
               "compute_gradients" + start + "the batch has 1 sample");
    BOOST_TEST(numbers(model) == before);
    BOOST_TEST(trainer.position().step == 0);
    // Evaluation takes one sample, as it takes running averages; so does training with several values per channel.
    trainer.evaluate(data.take(1));
    trainer.fit(data, {.batch_size = 3, .progress = Progress::off});
    using Sequences = Network<Input<3>, Reshape<1, 3>, BatchNorm1d<>, Flatten, Linear<4>>;
    Model<Sequences> of_sequences;
    Trainer{of_sequences, CrossEntropy{}, SGD{}}.fit(data, {.batch_size = 1, .progress = Progress::off});
}

BOOST_AUTO_TEST_CASE(what_fills_no_batch_can_be_left_out) {
    Model<Tiny> model;
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    Counting data;
    const History history =
        trainer.fit(data, {.epochs = 2, .batch_size = 4, .drop_last = true, .progress = Progress::off});
    BOOST_TEST(data.asked.size() == 16u);
    BOOST_TEST(trainer.position().step == 4);
    BOOST_TEST(history.epochs.size() == 2u);
    // Another two in each epoch, as the order is another.
    std::vector<std::int64_t> first(data.asked.begin(), data.asked.begin() + 8);
    std::vector<std::int64_t> second(data.asked.begin() + 8, data.asked.end());
    std::sort(first.begin(), first.end());
    std::sort(second.begin(), second.end());
    BOOST_TEST(first != second);
}

BOOST_AUTO_TEST_CASE(a_validation_set_may_be_of_another_type) {
    const Labelled train = classes(16);
    const data::Dataset<std::uint8_t, data::Label> bytes{Shape{3}, std::vector<std::uint8_t>(15, 100), {0, 1, 2, 3, 0}};
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    const FitOptions options{.batch_size = 8, .validation = &bytes, .progress = Progress::off};
    const History history = trainer.fit(train, options);
    BOOST_TEST(history.epochs.at(0).validation_loss == trainer.evaluate(bytes).loss);
    BOOST_TEST(std::isnan(trainer.fit(train, FitOptions{.progress = Progress::off}).epochs.at(0).validation_loss));
}

BOOST_AUTO_TEST_CASE(frozen_layers_and_constants_stay) {
    using Net = Network<Input<3>, Frozen<Linear<6>>, Tanh, Linear<4>>;
    const Labelled data = classes(40);
    Model<Net> model{Seed{1}};
    const Model<Net> before = model;
    Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 0.1, .weight_decay = 0.1}};
    trainer.fit(data, {.epochs = 2, .batch_size = 8, .progress = Progress::off});
    check_identical("0.weight", model.parameter("0.weight"), before.parameter("0.weight"));
    check_identical("0.bias", model.parameter("0.bias"), before.parameter("0.bias"));
    for (std::size_t i = 0; i < 24; ++i) BOOST_TEST(model.parameter("2.weight")[i] != before.parameter("2.weight")[i]);
}

BOOST_AUTO_TEST_CASE(callbacks_come_after_steps_and_epochs_and_can_end_the_run) {
    const Labelled data = classes(20);
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    using T = decltype(trainer);
    std::string events;
    const FitOptions<Labelled> options{.epochs = 3, .batch_size = 8, .progress = Progress::off};
    const History whole = trainer.fit(
        data, options, [&](T& t, const StepResult&) { BOOST_TEST((events += 's', &t == &trainer)); },
        [&](T& t, const EpochRecord& record) {
            events += 'e';
            BOOST_TEST(record.epoch == t.position().epoch);
        });
    BOOST_TEST(events == "sssesssessse");
    BOOST_TEST(whole.epochs.size() == 3u);

    // After the second step of an epoch: the run stops there and goes on from there, with the same numbers.
    Model<Classifier> stopped{Seed{1}};
    Trainer pausing{stopped, CrossEntropy{}, SGD{}};
    int steps = 0;
    History history = pausing.fit(data, options, [&](auto&, const StepResult&) { return ++steps < 5; });
    BOOST_TEST(steps == 5);
    BOOST_TEST(history.epochs.size() == 1u);
    BOOST_TEST(pausing.position().epoch == 1);
    BOOST_TEST(pausing.position().batch_in_epoch == 2);
    BOOST_TEST(pausing.position().samples == 16);
    history = pausing.fit(data, {.epochs = 2, .batch_size = 8, .progress = Progress::off});
    BOOST_TEST(history.epochs.size() == 2u);
    BOOST_TEST(history.epochs.at(0).epoch == 2);
    BOOST_TEST(history.epochs.at(0).loss == whole.epochs.at(1).loss);
    BOOST_TEST(numbers(stopped) == numbers(model));

    // After an epoch; and at its last step, the epoch's record is still made.
    history = trainer.fit(data, options, [](T&, const EpochRecord& record) { return record.epoch < 5; });
    BOOST_TEST(history.epochs.size() == 2u);
    steps = 0;
    history = trainer.fit(data, options, [&](T&, const StepResult&) { return ++steps < 3; });
    BOOST_TEST(history.epochs.size() == 1u);
    BOOST_TEST(trainer.position().batch_in_epoch == 0);
}

BOOST_AUTO_TEST_CASE(every_callback_is_called_for_every_event) {
    const Labelled data = classes(20);
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    const FitOptions<Labelled> options{.epochs = 3, .batch_size = 8, .progress = Progress::off};
    int before = 0, steps = 0, behind = 0;
    trainer.fit(
        data, options, [&](auto&, const StepResult&) { ++before; },
        [&](auto&, const StepResult&) { return ++steps < 2; }, [&](auto&, const StepResult&) { return ++behind > 0; });
    BOOST_TEST(before == 2);
    BOOST_TEST(steps == 2);
    BOOST_TEST(behind == 2);
    BOOST_TEST(trainer.position().step == 2);
    int epochs = 0, saved = 0;
    trainer.fit(
        data, options, [&](auto&, const EpochRecord&) { return ++epochs < 2; },
        [&](auto&, const EpochRecord&) { ++saved; });
    BOOST_TEST(epochs == 2);
    BOOST_TEST(saved == 2);
    BOOST_TEST(trainer.position().epoch == 2);
}

BOOST_AUTO_TEST_CASE(an_epoch_may_be_begun_anew_by_a_callback) {
    for (const bool shuffle : {false, true}) {
        Model<Tiny> model;
        Trainer trainer{model, CrossEntropy{}, SGD{}};
        Counting data;
        int steps = 0;
        const History history = trainer.fit(
            data, {.epochs = 2, .batch_size = 4, .shuffle = shuffle, .progress = Progress::off},
            [&](auto& t, const StepResult&) {
                BOOST_REQUIRE(++steps < 20);
                if (steps == 2 || steps == 5) t.restart_epoch();  // after the second step and after the last
            },
            [](auto& t, const EpochRecord&) { t.restart_epoch(); });  // there is nothing to forget
        // 8 samples, all 10, and the two epochs' whole.
        BOOST_REQUIRE(data.asked.size() == 38u);
        const auto at = data.asked.begin();
        BOOST_TEST(std::equal(at, at + 8, at + 8));
        BOOST_TEST(std::equal(at + 8, at + 18, at + 18));
        BOOST_TEST(std::equal(at + 18, at + 28, at + 28) != shuffle);
        BOOST_TEST(history.epochs.size() == 2u);
        BOOST_TEST(trainer.position().step == 11);
        BOOST_TEST(trainer.position().epoch == 2);
        BOOST_TEST(trainer.position().batch_in_epoch == 0);
    }
}

// As a second thread may, when a batch is there and the step on it has not begun.
BOOST_AUTO_TEST_CASE(a_run_may_be_set_elsewhere_while_a_batch_is_fetched) {
    struct Meddling : Counting {
        std::function<void()> meddle;
        const float* input_data(std::int64_t i) const {
            if (asked.size() == 6) meddle();
            return Counting::input_data(i);
        }
    };
    Model<Tiny> model, undisturbed;
    Trainer trainer{model, CrossEntropy{}, SGD{}}, expected{undisturbed, CrossEntropy{}, SGD{}};
    Meddling data;
    data.meddle = [&] {
        model = undisturbed;
        trainer.set_position(expected.position());
    };
    trainer.fit(data, {.batch_size = 4, .progress = Progress::off});
    BOOST_TEST(data.asked.size() == 18u);
    expected.fit(Counting{}, {.batch_size = 4, .progress = Progress::off});
    BOOST_TEST(numbers(model) == numbers(undisturbed));
    BOOST_TEST((trainer.position() == expected.position()));
}

BOOST_AUTO_TEST_CASE(a_fit_takes_its_steps_alone) {
    const Labelled data = classes(20);
    const FitOptions<Labelled> options{.epochs = 2, .batch_size = 8, .progress = Progress::off};
    Model<Classifier> model{Seed{1}}, undisturbed{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, Adam{}}, expected{undisturbed, CrossEntropy{}, Adam{}};
    const History whole = expected.fit(data, options);
    const std::string sentence =
        ": a fit of this Trainer is under way, and takes all its steps; a callback sets the run elsewhere by io::load "
        "or restart_epoch()";
    BatchBuffer<Labelled> buffer;
    const auto batch = buffer.gather(data, 8, [](int i) { return i; });
    const auto meddle = [&](auto& t, const auto&) {
        BOOST_TEST(message_of<std::logic_error>([&] { t.fit(data, options); }) == "fit" + sentence);
        BOOST_TEST(message_of<std::logic_error>([&] { t.step(batch); }) == "step" + sentence);
    };
    const History history = trainer.fit(data, options, meddle);
    BOOST_TEST(numbers(model) == numbers(undisturbed));
    BOOST_TEST((trainer.position() == expected.position()));
    BOOST_TEST(history.epochs.at(1).loss == whole.epochs.at(1).loss);
    // What leaves a fit leaves it for the next.
    BOOST_CHECK_THROW(trainer.fit(data, options, [&](auto& t, const StepResult&) { t.fit(data, options); }),
                      std::logic_error);
    BOOST_TEST(trainer.position().step == expected.position().step + 1);
    trainer.step(batch);
    trainer.restart_epoch();
    trainer.fit(data, options);
    BOOST_TEST(trainer.position().epoch == 4);
}

namespace {

/// Samples of which some may go, or come.
struct Changing : Counting {
    mutable std::int64_t count = 10;
    std::int64_t size() const { return count; }
    const float* input_data(std::int64_t i) const {
        BOOST_REQUIRE(i < count);
        return Counting::input_data(i);
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_data_set_keeps_its_size_during_a_fit) {
    for (const std::int64_t size : {0, 1, 5, 9, 12})
        for (const bool after_an_epoch : {false, true}) {
            Model<Tiny> model;
            Trainer trainer{model, CrossEntropy{}, SGD{}};
            const Changing data;
            const auto fit = [&] {
                trainer.fit(
                    data, {.epochs = 3, .batch_size = 4, .progress = Progress::off},
                    [&](auto&, const EpochRecord&) {
                        if (after_an_epoch) data.count = size;
                    },
                    [&](auto&, const StepResult&) {
                        if (!after_an_epoch) data.count = size;
                    });
            };
            BOOST_TEST(message_of<std::invalid_argument>(fit) ==
                       "fit: the data set had 10 samples when fit began, but has " + std::to_string(size) +
                           " in the middle of it");
            BOOST_TEST(trainer.position().step == (after_an_epoch ? 3 : 1));
        }
}

BOOST_AUTO_TEST_CASE(a_second_thread_is_told_while_a_step_is_under_way) {
    // Who holds a model's mark is a training step on another thread.
    const Labelled data = classes(20);
    const FitOptions<Labelled> options{.epochs = 1, .batch_size = 8, .progress = Progress::off};
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}}, other{model, CrossEntropy{}, SGD{}};
    Workspace<Classifier> workspace;
    const std::vector<float> x(3, 0.5f);
    std::vector<float> y(4);
    const float* const row = data.input_data(0);
    Batch<> batch;
    batch.inputs = &row;
    batch.labels = data.target_data(0);
    batch.size = 1;
    {
        const InStep step{model.change_mark()};
        BOOST_TEST(message_of<std::logic_error>([&] { trainer.fit(data, options); }) ==
                   "another thread is training this model; one step changes it at a time");
        BOOST_TEST(message_of<std::logic_error>([&] { model.forward(x, y, workspace); }) ==
                   "forward: another thread is training this model; ask it between two steps, or ask a copy made then");
        const std::string rest =
            ": another thread is training this model; come between two steps, in a callback of fit say";
        const auto tells = [&](const char* who, const auto& action) {
            BOOST_TEST(message_of<std::logic_error>(action) == who + rest);
        };
        Model<Classifier> second;
        tells("copy of a model", [&] { const Model<Classifier> copy = model; });
        tells("copy of a model", [&] { second = model; });
        tells("assignment to a model", [&] { model = second; });
        tells("assignment to a model", [&] { model = Model<Classifier>{}; });
        tells("copy_parameters", [&] { copy_parameters(model, second); });
        tells("copy_parameters", [&] { copy_parameters(second, model); });
        tells("EvalModel", [&] { const EvalModel eval{model}; });
        tells("initialize", [&] { model.initialize(Zeros{}); });
        tells("for_each_parameter", [&] { model.for_each_parameter([](const auto&) {}); });
        tells("compute_gradients", [&] { trainer.compute_gradients(batch); });
        tells("gradient", [&] { trainer.gradient(0); });
        tells("evaluate", [&] { trainer.evaluate(data); });
        tells("optimizer", [&] { trainer.optimizer(0).learning_rate = 0.5; });
        tells("set_learning_rate", [&] { trainer.set_learning_rate(0.5); });
        tells("group", [&] { trainer.group([](std::string_view) { return true; }, SGD{}); });
        tells("restart_epoch", [&] { trainer.restart_epoch(); });
        tells("set_position", [&] { trainer.set_position({}); });
        tells("numbers", [&] { trainer.numbers(); });
    }
    BOOST_TEST(numbers(model) == numbers(Model<Classifier>{Seed{1}}));
    const Model<Classifier> copy = model;
    copy.forward(x, y, workspace);
    // In a step, as the optimizer, a sample source or a loss of a user might: by the same thread, but in the midst.
    const std::string busy = "another thread is using this Trainer; it serves one at a time";
    struct Asking {
        using input_type = float;
        using target_type = data::Label;
        const Labelled& data;
        std::function<void()> ask;
        std::int64_t size() const { return data.size(); }
        Shape input_shape() const { return data.input_shape(); }
        Shape target_shape() const { return data.target_shape(); }
        data::Conversion conversion() const { return data.conversion(); }
        const float* input_data(std::int64_t i) const {
            ask();
            return data.input_data(i);
        }
        const data::Label* target_data(std::int64_t i) const { return data.target_data(i); }
    };
    BOOST_TEST(message_of<std::logic_error>([&] {
                   trainer.evaluate(Asking{data, [&] { trainer.evaluate(data); }});
               }) == busy);
    BOOST_TEST(message_of<std::logic_error>([&] {
                   trainer.evaluate(Asking{data, [&] { trainer.fit(data, options); }});
               }) == busy);
    // Between steps there is nobody: callbacks may ask, and other trainers may go on.
    int asked = 0;
    trainer.fit(data, options, [&](auto& t, const StepResult&) {
        model.forward(x, y, workspace);
        t.evaluate(data);
        other.fit(data, options);
        ++asked;
    });
    BOOST_TEST(asked == 3);
}

BOOST_AUTO_TEST_CASE(a_trainer_moves_and_says_so) {
    const Labelled data = classes(20);
    const FitOptions<Labelled> options{.epochs = 1, .batch_size = 8, .progress = Progress::off};
    Model<Classifier> model{Seed{1}}, reference{Seed{1}}, gone{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, Adam{}}, expected{reference, CrossEntropy{}, Adam{}};
    trainer.fit(data, options);
    auto moved = std::move(trainer);
    moved.fit(data, options);
    expected.fit(data, options);
    expected.fit(data, options);
    BOOST_TEST(numbers(model) == numbers(reference));
    const std::string message = "this Trainer was moved from: its optimizer's state is elsewhere";
    const auto says = [&](auto&& action) { BOOST_TEST(message_of<std::logic_error>(action) == message); };
    says([&] { trainer.fit(data, options); });
    says([&] { trainer.evaluate(data); });
    says([&] { trainer.set_learning_rate(0.1); });
    says([&] { trainer.optimizer(0).learning_rate = 0.1; });
    says([&] { trainer.gradient(0); });
    says([&] { trainer.numbers(); });
    says([&] { trainer.group([](std::string_view) { return true; }, Adam{}); });

    Trainer without{gone, CrossEntropy{}, SGD{}};
    const Model<Classifier> taken = std::move(gone);
    const std::string no_numbers = "this model was moved from: its numbers are elsewhere";
    BOOST_TEST(message_of<std::logic_error>([&] { without.fit(data, options); }) == no_numbers);
    BOOST_TEST(message_of<std::logic_error>([&] { without.evaluate(data); }) == no_numbers);
    BOOST_TEST(message_of<std::logic_error>([&] { Trainer late{gone, CrossEntropy{}, SGD{}}; }) == no_numbers);
}

BOOST_AUTO_TEST_CASE(validation_is_measured_after_every_epoch_without_changing_the_run) {
    const Labelled train = classes(30), test = classes(50, 2);
    Model<Classifier> with{Seed{1}}, without{Seed{1}};
    Trainer first{with, CrossEntropy{}, SGD{.learning_rate = 0.5}},
        second{without, CrossEntropy{}, SGD{.learning_rate = 0.5}};
    const History history =
        first.fit(train, {.epochs = 3, .batch_size = 8, .validation = &test, .progress = Progress::off});
    const History blind = second.fit(train, {.epochs = 3, .batch_size = 8, .progress = Progress::off});
    BOOST_TEST(numbers(with) == numbers(without));
    const Score last = first.evaluate(test);
    BOOST_TEST(history.epochs.at(2).validation_loss == last.loss);
    BOOST_TEST(history.epochs.at(2).validation_accuracy == last.accuracy);
    BOOST_TEST(history.epochs.at(0).validation_loss != last.loss);
    BOOST_TEST(std::isnan(blind.epochs.at(2).validation_loss));
    BOOST_TEST(history.epochs.at(0).seconds > 0.0);
    BOOST_TEST(history.epochs.at(0).samples_per_second > 0.0);
}

BOOST_AUTO_TEST_CASE(training_learns) {
    const Labelled train = classes(2000), test = classes(500, 2);
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 0.02}};
    trainer.fit(train, {.epochs = 15, .batch_size = 32, .progress = Progress::off});
    BOOST_TEST(trainer.evaluate(test).accuracy > 0.9);
}

namespace {

using Segmented = data::Dataset<float, data::PixelLabel>;
using Segmenter = models::UNet<Input<1, 8, 8>, 2, 4, 1>;

/// n noisy images with a square of 3 x 3 brighter pixels, which is class 1.
Segmented squares(int n, std::uint64_t seed = 1) {
    const Generator random{Seed{seed}, Stream::data};
    std::uint64_t drawn = 0;
    const auto draw = [&] { return random.uniform(drawn++); };
    std::vector<float> images;
    std::vector<data::PixelLabel> maps;
    for (int i = 0; i < n; ++i) {
        const int top = static_cast<int>(5.0f * draw()), left = static_cast<int>(5.0f * draw());
        for (int y = 0; y < 8; ++y)
            for (int x = 0; x < 8; ++x) {
                const bool inside = y >= top && y < top + 3 && x >= left && x < left + 3;
                images.push_back(draw() + (inside ? 0.7f : 0.0f));
                maps.push_back(inside);
            }
    }
    return {Shape{1, 8, 8}, images, Shape{8, 8}, maps};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_segmentation_network_learns_the_class_of_each_pixel) {
    const Segmented train = squares(600), test = squares(100, 2);
    Model<Segmenter> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 0.01}};
    const History history =
        trainer.fit(train, {.epochs = 6, .batch_size = 32, .validation = &test, .progress = Progress::off});
    // Nine pixels of 64 are inside: whoever says "outside" everywhere has 0.86.
    BOOST_TEST(history.epochs.back().accuracy > 0.96);
    BOOST_TEST(history.epochs.back().validation_accuracy > 0.96);

    // The accuracy is that of pixels, the loss the mean over them: counted by hand.
    Workspace<Segmenter> workspace;
    std::vector<float> logits(2 * 64);
    std::int64_t correct = 0;
    double loss = 0.0;
    for (std::int64_t i = 0; i < test.size(); ++i) {
        model.forward(test.input(i), logits, workspace);
        for (std::size_t p = 0; p < 64; ++p) {
            const float pixel[]{logits[p], logits[64 + p]};
            const int label = test.target(i)[p];
            correct += (pixel[1] > pixel[0]) == (label == 1);
            loss += CrossEntropy{}.forward(pixel, 2, label);
        }
    }
    const double pixels = 64.0 * static_cast<double>(test.size());
    const Score score = trainer.evaluate(test);
    BOOST_TEST(score.accuracy == static_cast<double>(correct) / pixels, boost::test_tools::tolerance(1e-3));
    BOOST_TEST(score.loss == loss / pixels, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(gradients_of_a_segmentation_network_are_slopes_of_its_loss) {
    using Net = Network<Input<1, 8, 8>, Conv2d<4, Kernel<3>, Padding<1>>, Tanh, Conv2d<3, Kernel<1>>>;
    const Segmented data = squares(21);
    Model<Net> model{Seed{3}};
    Trainer trainer{model, CrossEntropy{.label_smoothing = 0.1f}, SGD{}};
    BatchBuffer<Segmented> buffer;
    trainer.compute_gradients(buffer.gather(data, 21, [](int i) { return std::int64_t{i}; }));
    for (int tensor = 0; tensor < Net::parameter_tensor_count; ++tensor)
        for (std::size_t i = 0; i < model.tensor(tensor).values.size(); i += 3) {
            constexpr float step = 1e-2f;
            float& number = model.tensor(tensor).values[i];
            const float before = number;
            number = before + step;
            const double up = trainer.evaluate(data).loss;
            number = before - step;
            const double down = trainer.evaluate(data).loss;
            number = before;
            const double slope = (up - down) / (2.0 * static_cast<double>(step));
            BOOST_TEST(std::abs(static_cast<double>(trainer.gradient(tensor).values[i]) - slope) < 2e-4,
                       Net::parameter_name(tensor) << "[" << i << "]");
        }
}

BOOST_AUTO_TEST_CASE(label_maps_that_do_not_fit_the_network_are_refused) {
    Model<Segmenter> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    const auto fitting = [&](const Segmented& data) {
        return message_of<std::invalid_argument>([&] { trainer.fit(data, {.progress = Progress::off}); });
    };
    const Segmented small{Shape{1, 8, 8}, std::vector<float>(64), Shape{4, 4}, std::vector<data::PixelLabel>(16)};
    BOOST_TEST(fitting(small) == "fit: samples have labels [4, 4], but the network's output [2, 8, 8] needs [8, 8]");
    std::vector<data::PixelLabel> labels(128);
    labels[64 + 5] = 2;
    const Segmented beyond{Shape{1, 8, 8}, std::vector<float>(128), Shape{8, 8}, labels};
    BOOST_TEST(fitting(beyond) == "fit: sample 1 has label 2, but the network has 2 classes");

    const Labelled single{Shape{1, 8, 8}, std::vector<float>(64), {1}};
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.evaluate(single); }) ==
               "evaluate: samples have labels [], but the network's output [2, 8, 8] needs [8, 8]");

    const std::vector<float> image(64);
    const float* const inputs[]{image.data(), image.data()};
    std::vector<std::int32_t> map(128);
    map[127] = -1;
    Batch<> batch;
    batch.inputs = inputs;
    batch.labels = map.data();
    batch.size = 2;
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.step(batch); }) ==
               "step: sample 1 has label -1, but the network has 2 classes");
}

BOOST_AUTO_TEST_CASE(progress_is_quiet_where_nobody_looks) {
    const Labelled data = classes(20);
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    const auto run = [&](Progress progress) {
        return written_to_stderr([&] { trainer.fit(data, {.epochs = 2, .batch_size = 8, .progress = progress}); });
    };
    BOOST_TEST(run(Progress::off).empty());
    BOOST_TEST(run(Progress::automatic).empty());  // a file is no terminal
    const std::string told = run(Progress::on);
    BOOST_TEST(contains(told, "epoch 5/6  loss "), told);
    BOOST_TEST(contains(told, "epoch 6/6  loss "), told);
    BOOST_TEST(!contains(told, "\r"), told);
}

BOOST_AUTO_TEST_CASE(data_that_do_not_fit_the_network_are_refused) {
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    const Labelled good = classes(4);
    const Labelled labels{Shape{3}, std::vector<float>(9), {0, 3, 4}};
    const Labelled wide{Shape{2, 2}, std::vector<float>(8), {0, 1}};
    const FitOptions<Labelled> quiet{.progress = Progress::off};
    const std::vector<float> before = numbers(model);
    const auto fitting = [&](const Labelled& data, const FitOptions<Labelled>& options) {
        return message_of<std::invalid_argument>([&] { trainer.fit(data, options); });
    };
    BOOST_TEST(fitting(labels, quiet) == "fit: sample 2 has label 4, but the network has 4 classes");
    BOOST_TEST(fitting(wide, quiet) == "fit: inputs have shape [2, 2], but the network's input has [3]");
    BOOST_TEST(fitting(good.take(0), quiet) == "fit: the data set is empty");
    BOOST_TEST(fitting(good, {.validation = &labels, .progress = Progress::off}) ==
               "fit, validation: sample 2 has label 4, but the network has 4 classes");
    BOOST_TEST(fitting(good, {.batch_size = 0, .progress = Progress::off}) ==
               "fit: batch_size must be positive, but is 0");
    BOOST_TEST(fitting(good, {.batch_size = -1, .progress = Progress::off}) ==
               "fit: batch_size must be positive, but is -1");
    BOOST_TEST(fitting(good, {.epochs = -1, .progress = Progress::off}) == "fit: epochs must be 0 or more, but is -1");
    BOOST_TEST(fitting(good, {.batch_size = 5, .drop_last = true, .progress = Progress::off}) ==
               "fit: with drop_last, batch_size must not exceed the 4 samples, but is 5");
    BOOST_TEST(trainer.fit(good, {.epochs = 0, .progress = Progress::off}).epochs.empty());
    // As many numbers are not enough.
    const Labelled row{Shape{1, 3}, std::vector<float>(6), {0, 1}};
    BOOST_TEST(fitting(row, quiet) == "fit: inputs have shape [1, 3], but the network's input has [3]");
    BOOST_TEST(fitting(good, {.validation = &row, .progress = Progress::off}) ==
               "fit, validation: inputs have shape [1, 3], but the network's input has [3]");
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.evaluate(wide); }) ==
               "evaluate: inputs have shape [2, 2], but the network's input has [3]");
    BOOST_TEST(numbers(model) == before);
    BOOST_TEST(trainer.position().step == 0);

    Model<Tiny> regression;
    Trainer regressing{regression, MSE{}, SGD{}};
    const data::Dataset<float, float> targets{Shape{1}, {1, 2}, Shape{3}, {1, 2, 3, 4, 5, 6}};
    BOOST_TEST(message_of<std::invalid_argument>([&] { regressing.fit(targets, {.progress = Progress::off}); }) ==
               "fit: targets have shape [3], but the network's output has [2]");
}

BOOST_AUTO_TEST_CASE(batches_made_by_hand_are_checked) {
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    const std::vector<float> before = numbers(model);
    const float samples[]{1, 2, 3, 4, 5, 6};
    const float* const inputs[]{samples, samples + 3};
    const std::int32_t labels[]{0, 3}, wrong_labels[]{0, -1};
    Batch<float> batch;
    const auto refused = [&] { return message_of<std::invalid_argument>([&] { trainer.step(batch); }); };
    BOOST_TEST(refused() == "step: the batch must have at least one sample, but its size is 0");
    batch.size = 2;
    BOOST_TEST(refused() == "step: the batch has no inputs");
    batch.inputs = inputs;
    BOOST_TEST(refused() == "step: the loss compares with class labels, but the batch has none");
    batch.labels = wrong_labels;
    BOOST_TEST(refused() == "step: sample 1 has label -1, but the network has 4 classes");
    BOOST_TEST(message_of<std::invalid_argument>([&] { trainer.compute_gradients(batch); }) ==
               "compute_gradients: sample 1 has label -1, but the network has 4 classes");
    BOOST_TEST(numbers(model) == before);
    BOOST_TEST(trainer.position().step == 0);
    batch.labels = labels;
    trainer.step(batch);
    BOOST_TEST(trainer.position().step == 1);

    Model<Tiny> regression;
    Trainer regressing{regression, MSE{}, SGD{}};
    BOOST_TEST(message_of<std::invalid_argument>([&] { regressing.step(batch); }) ==
               "step: the loss compares with target tensors, but the batch has none");
}

BOOST_AUTO_TEST_CASE(regression_has_no_accuracy) {
    const data::Dataset<float, float> data{Shape{1}, {1, 2, 3}, Shape{2}, {2, -1, 4, -2, 6, -3}};
    Model<Tiny> model;
    Trainer trainer{model, MSE{}, SGD{.learning_rate = 0.05}};
    const History history = trainer.fit(data, {.epochs = 400, .batch_size = 2, .progress = Progress::off});
    BOOST_TEST(std::isnan(history.epochs.back().accuracy));
    BOOST_TEST(std::isnan(trainer.evaluate(data).accuracy));
    BOOST_TEST(history.epochs.back().loss < 1e-4);
    BOOST_TEST(std::abs(model.parameter("0.weight")[0] - 2.0f) < 0.05f);
    BOOST_TEST(std::abs(model.parameter("0.weight")[1] + 1.0f) < 0.05f);
}

BOOST_AUTO_TEST_CASE(a_batch_may_shrink_and_grow) {
    const Labelled data = classes(300);
    Model<Classifier> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    BatchBuffer<Labelled> buffer;
    for (const int count : {5, 300, 1, 64, 17, 299}) {
        const auto batch = buffer.gather(data, count, [](int i) { return i; });
        const StepResult result = trainer.compute_gradients(batch);
        Model<Classifier> same{Seed{1}};
        Trainer fresh{same, CrossEntropy{}, SGD{}};
        BOOST_TEST(fresh.compute_gradients(batch).loss == result.loss);
        for (int i = 0; i < 4; ++i)
            check_identical(std::to_string(count) + " samples", trainer.gradient(i).values, fresh.gradient(i).values);
    }
}
