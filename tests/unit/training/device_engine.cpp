#define BOOST_TEST_MODULE training_device_engine
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <tenet/data/synthetic.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/losses/output_losses.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/checkpoint.hpp>
#include <tenet/training/device_engine.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/device.hpp>
#include <support/message_of.hpp>
#include <support/random_numbers.hpp>
#include <support/striped_images.hpp>
#include <support/temporary_directory.hpp>

// A trainer on a device takes the same steps as one of the CPU: parameters, losses, accuracies, in the same order of
// samples, with the same masks. No bias before BatchNorm: its gradient is 0 but for rounding, which Adam would follow.

using namespace tenet;
using namespace tenet::testing;

namespace {

using Images = Network<Input<1, 8, 8>, Conv2d<4, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU, MaxPool2d<2>, Flatten,
                       Dropout<0.25f>, Linear<12>, Tanh, Linear<3>>;
using TestDevice = OnDevice<TestSystem>;

data::Dataset<std::uint8_t, data::Label> images(int size) {
    return striped_images(size, 100.0f, 150.0f);
}

template <class Net, class B>
std::vector<float> parameters(const Model<Net, B>& model) {
    if constexpr (std::same_as<B, Cpu>)
        return {model.data(), model.data() + model.storage()};
    else
        return parameters(model.to_host());
}

template <class Rule>
void compare(const Rule& rule) {
    const auto train = images(150), test = images(30);
    Model<Images> on_cpu{Seed{3}};
    Model<Images, TestDevice> on_device{Seed{3}};
    check_identical("first parameters", parameters(on_device), parameters(on_cpu));
    Trainer cpu{on_cpu, CrossEntropy{}, rule};
    Trainer device{on_device, CrossEntropy{}, rule};
    // 150 samples are four batches of 32 and one of 22; dropout and shuffling draw alike.
    const History a = cpu.fit(train, {.epochs = 2, .batch_size = 32, .validation = &test, .progress = Progress::off});
    const History b =
        device.fit(train, {.epochs = 2, .batch_size = 32, .validation = &test, .progress = Progress::off});
    BOOST_TEST_REQUIRE(b.epochs.size() == a.epochs.size());
    for (std::size_t e = 0; e < a.epochs.size(); ++e) {
        BOOST_TEST(b.epochs[e].loss == a.epochs[e].loss, boost::test_tools::tolerance(1e-4));
        BOOST_TEST(b.epochs[e].accuracy == a.epochs[e].accuracy);
        BOOST_TEST(b.epochs[e].validation_loss == a.epochs[e].validation_loss, boost::test_tools::tolerance(1e-4));
    }
    check_close("parameters", parameters(on_device), parameters(on_cpu), 1e-4);
    BOOST_TEST((device.position().step == cpu.position().step));
}

}  // namespace

BOOST_AUTO_TEST_CASE(sgd) {
    compare(SGD{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 1e-3});
}

BOOST_AUTO_TEST_CASE(adam) {
    compare(Adam{.learning_rate = 1e-2});
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bits) {
    const auto train = images(60);
    std::vector<float> runs[2];
    for (auto& run : runs) {
        Model<Images, TestDevice> model{Seed{5}};
        Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
        trainer.fit(train, {.epochs = 2, .batch_size = 16, .progress = Progress::off});
        run = parameters(model);
    }
    check_identical("parameters", runs[0], runs[1]);
}

// Dropout masks, the order of samples and the optimizer's count go on where they stood, in the middle of an epoch, too.
BOOST_AUTO_TEST_CASE(an_interrupted_run_goes_on_bit_for_bit) {
    const auto train = images(70);
    const FitOptions<data::Dataset<std::uint8_t, data::Label>> options{.epochs = 3, .batch_size = 16,
                                                                       .progress = Progress::off};
    Model<Images, TestDevice> whole{Seed{5}}, parts{Seed{5}};
    Trainer at_once{whole, CrossEntropy{}, Adam{.learning_rate = 0.01}};
    Trainer twice{parts, CrossEntropy{}, Adam{.learning_rate = 0.01}};
    at_once.fit(train, options);
    int steps = 0;
    twice.fit(train, options, [&](auto&, const StepResult&) { return ++steps < 7; });
    BOOST_TEST(twice.position().step == 7);
    BOOST_TEST(twice.position().batch_in_epoch == 2);
    twice.fit(train, {.epochs = 2, .batch_size = 16, .progress = Progress::off});
    BOOST_TEST(twice.position().step == at_once.position().step);
    check_identical("parameters", parameters(parts), parameters(whole));
}

BOOST_AUTO_TEST_CASE(a_callback_goes_back_to_a_saved_run) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("run.safetensors");
    const auto train = images(70);
    const FitOptions<data::Dataset<std::uint8_t, data::Label>> options{
        .epochs = 3, .batch_size = 16, .progress = Progress::off};
    Model<Images, TestDevice> straight{Seed{5}}, by_steps{Seed{5}}, by_epochs{Seed{6}};
    Trainer expected{straight, CrossEntropy{}, Adam{.learning_rate = 0.01}};
    expected.fit(train, options);
    Trainer watched{by_steps, CrossEntropy{}, Adam{.learning_rate = 0.01}};
    int steps = 0;
    watched.fit(train, options, [&](auto& t, const StepResult&) {
        BOOST_REQUIRE(++steps < 30);
        if (steps == 3) io::save(t, path);
        if (steps == 9) io::load(t, path);
        BOOST_CHECK_THROW(t.fit(train, options), std::logic_error);
    });
    BOOST_TEST(steps == 15 + 6);
    BOOST_TEST((watched.position() == expected.position()));
    check_identical("parameters", parameters(by_steps), parameters(straight));

    // Nobody watches the steps, which are taken at once.
    Trainer unwatched{by_epochs, CrossEntropy{}, Adam{.learning_rate = 0.01}};
    unwatched.fit(train, options, [&](auto& t, const EpochRecord& record) {
        if (record.epoch == 2 && t.position().seed != Seed{5}) io::load(t, path, {.notes = nullptr});
    });
    BOOST_TEST((unwatched.position() == expected.position()));
    check_identical("parameters", parameters(by_epochs), parameters(straight));
}

BOOST_AUTO_TEST_CASE(callbacks_see_every_step) {
    const auto train = images(40);
    Model<Images, TestDevice> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    int steps = 0;
    double sum = 0.0;
    const History history = trainer.fit(train, {.batch_size = 10, .progress = Progress::off},
                                        [&](auto&, const StepResult& result) { ++steps, sum += result.loss; });
    BOOST_TEST(steps == 4);
    BOOST_TEST(history.epochs.at(0).loss == sum / 4, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(steps_gradients_and_groups) {
    const auto train = images(20);
    Model<Images> on_cpu{Seed{3}};
    Model<Images, TestDevice> on_device{on_cpu};
    Trainer cpu{on_cpu, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    Trainer device{on_device, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    const auto biases = [](std::string_view name) { return name.ends_with("bias"); };
    cpu.group(biases, SGD{.learning_rate = 0.5});
    device.group(biases, SGD{.learning_rate = 0.5});
    BatchBuffer<data::Dataset<std::uint8_t, data::Label>> buffer;
    for (int step = 0; step < 3; ++step) {
        const auto batch = buffer.gather(train, 20, [](int i) { return i; });
        BOOST_TEST(device.compute_gradients(batch).loss == cpu.compute_gradients(batch).loss,
                   boost::test_tools::tolerance(1e-4));
        for (int i = 0; i < Images::parameter_tensor_count; ++i)
            if (Images::parameters[i].trained)
                check_close("gradient", device.gradient(i).values, cpu.gradient(i).values, 1e-4);
        const StepResult a = cpu.step(batch), b = device.step(batch);
        BOOST_TEST(b.loss == a.loss, boost::test_tools::tolerance(1e-4));
        BOOST_TEST(b.correct == a.correct);
    }
    check_close("parameters", parameters(on_device), parameters(on_cpu), 1e-4);
}

BOOST_AUTO_TEST_CASE(targets_and_inference) {
    using Net = Network<Input<3>, Linear<8>, GELU, Linear<2>>;
    RandomNumbers random{11};
    const std::vector<float> inputs = random.uniform(300, -1, 1), targets = random.uniform(200, -1, 1);
    const data::Dataset<float, float> train{Shape{3}, inputs, Shape{2}, targets};
    Model<Net> on_cpu{Seed{3}};
    Model<Net, TestDevice> on_device{Seed{3}};
    Trainer cpu{on_cpu, MSE{}, Adam{}};
    Trainer device{on_device, MSE{}, Adam{}};
    cpu.fit(train, {.epochs = 3, .batch_size = 32, .progress = Progress::off});
    device.fit(train, {.epochs = 3, .batch_size = 32, .progress = Progress::off});
    check_close("parameters", parameters(on_device), parameters(on_cpu), 1e-5);
    std::vector<float> expected(200), found(200);
    Workspace<Net> workspace;
    on_cpu.forward(inputs, expected, workspace);
    on_device.forward(inputs, found);
    check_close("outputs", found, expected, 1e-5);
    BOOST_CHECK_THROW(on_device.forward(std::span{inputs}.first(4), found), std::invalid_argument);
    std::vector<float> both(400);
    BOOST_CHECK_THROW(on_device.forward(std::span{both}.first(300), std::span{both}.subspan(150, 200)),
                      std::invalid_argument);
    Model<Net, TestDevice> moved = std::move(on_device);
    moved.forward(inputs, found);
    check_close("outputs", found, expected, 1e-5);
    const std::string gone = "this model was moved from: its numbers are elsewhere";
    BOOST_TEST(message_of<std::logic_error>([&] { on_device.forward(inputs, found); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { on_device.to_host(); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { on_device.assign(on_cpu); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { Trainer late{on_device, MSE{}, Adam{}}; }) == gone);
}

BOOST_AUTO_TEST_CASE(several_ends_and_a_loss_for_each) {
    using Net = Network<Input<4>, Input<3>,
                        Graph<Inputs<"left", "right">, Node<"a", Linear<6>, From<"left">>, Node<"b", Linear<6>, From<"right">>,
                              Node<"sum", Sequential<Add<>, Tanh>, From<"a", "b">>, Node<"class", Linear<3>, From<"sum">>,
                              Node<"place", Linear<2>, From<"sum">>, Outputs<"class", "place">>>;
    RandomNumbers random{12};
    const std::vector<float> inputs = random.uniform(100 * 7, -1, 1);
    std::vector<float> targets;
    for (int s = 0; s < 100; ++s) {
        for (int c = 0; c < 3; ++c) targets.push_back(c == s % 3 ? 1.0f : 0.0f);
        for (int i = 0; i < 2; ++i) targets.push_back(inputs[static_cast<std::size_t>(7 * s + i)]);
    }
    const data::Dataset<float, float> train{Shape{7}, inputs, Shape{5}, targets};
    const OutputLosses<Net, CrossEntropy, MSE> loss{.weights = {1.0f, 0.5f}};
    Model<Net> on_cpu{Seed{3}};
    Model<Net, TestDevice> on_device{Seed{3}};
    Trainer cpu{on_cpu, loss, Adam{}};
    Trainer device{on_device, loss, Adam{}};
    const History a = cpu.fit(train, {.epochs = 3, .batch_size = 32, .progress = Progress::off});
    const History b = device.fit(train, {.epochs = 3, .batch_size = 32, .progress = Progress::off});
    BOOST_TEST(b.epochs.back().loss == a.epochs.back().loss, boost::test_tools::tolerance(1e-5));
    check_close("parameters", parameters(on_device), parameters(on_cpu), 1e-5);
    std::vector<float> expected(500), found(500);
    Workspace<Net> workspace;
    on_cpu.forward(inputs, expected, workspace);
    on_device.forward(inputs, found);
    check_close("outputs", found, expected, 1e-5);
}

BOOST_AUTO_TEST_CASE(a_run_is_saved_and_resumed_there_and_here) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("run.safetensors");
    const auto train = images(60);
    const auto fit = [&](auto& trainer) {
        trainer.fit(train, {.epochs = 1, .batch_size = 16, .progress = Progress::off});
    };
    Model<Images, TestDevice> straight{Seed{5}};
    Trainer all{straight, CrossEntropy{}, Adam{}};
    fit(all);
    io::save(all, path);
    fit(all);
    Model<Images, TestDevice> model{Seed{6}};
    Trainer resumed{model, CrossEntropy{}, Adam{}};
    io::load(resumed, path);
    fit(resumed);
    check_identical("parameters", parameters(model), parameters(straight));
    Model<Images> host{Seed{7}};
    Trainer on_cpu{host, CrossEntropy{}, Adam{}};
    io::load(on_cpu, path);
    fit(on_cpu);
    check_close("parameters", parameters(host), parameters(straight), 1e-4);
}

namespace {

/// Images, of which one read fails, once.
struct Unreliable {
    using input_type = std::uint8_t;
    using target_type = data::Label;
    data::Dataset<std::uint8_t, data::Label> data;
    mutable int good_reads;

    std::int64_t size() const { return data.size(); }
    Shape input_shape() const { return data.input_shape(); }
    Shape target_shape() const { return data.target_shape(); }
    data::Conversion conversion() const { return data.conversion(); }
    const std::uint8_t* input_data(std::int64_t i) const {
        if (good_reads-- == 0) throw std::runtime_error("unreadable");
        return data.input_data(i);
    }
    const data::Label* target_data(std::int64_t i) const { return data.target_data(i); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_throws_leaves_a_run_after_a_whole_step) {
    const auto train = images(70);
    Model<Images, TestDevice> whole{Seed{5}}, model{Seed{5}};
    Trainer expected{whole, CrossEntropy{}, Adam{}}, trainer{model, CrossEntropy{}, Adam{}};
    expected.fit(train, {.epochs = 2, .batch_size = 16, .progress = Progress::off});

    const Unreliable reading{train, 65}, validation{train, 3};
    const auto fit = [&](int epochs, auto... callback) {
        const FitOptions<Unreliable> options{
            .epochs = epochs, .batch_size = 16, .validation = &validation, .progress = Progress::off};
        trainer.fit(reading, options, callback...);
    };
    BOOST_CHECK_THROW(fit(2), std::runtime_error);
    BOOST_TEST((trainer.position() == TrainingPosition{.seed = Seed{5}}));
    BOOST_CHECK_THROW(fit(2), std::runtime_error);  // in validation
    BOOST_TEST(trainer.position().epoch == 1);
    BOOST_TEST(trainer.position().step == 5);
    BOOST_CHECK_THROW(fit(1,
                          [](auto& self, const StepResult&) {
                              if (self.position().step == 7) throw std::runtime_error("enough");
                          }),
                      std::runtime_error);
    BOOST_TEST(trainer.position().step == 7);
    fit(1);
    BOOST_TEST((trainer.position() == expected.position()));
    check_identical("parameters", parameters(model), parameters(whole));
}

BOOST_AUTO_TEST_CASE(more_numbers_than_products_tell_apart_are_refused) {
    using Program = device::ProgramOf<Images, Mode::training>;
    TestSystem system;
    device::Workplace<TestSystem, float> place;
    // The largest tensors are the convolution's, [4, 8, 8].
    const std::int64_t most = ((std::int64_t{1} << 31) - 1) / 256;
    BOOST_CHECK_EXCEPTION(place.reserve(system, device::executable<Program>, most + 1, 0), std::invalid_argument,
                          [&](const std::invalid_argument& error) {
                              return std::string(error.what()) == "a batch of " + std::to_string(most + 1) +
                                                                      " samples has 256 numbers of each in one tensor, "
                                                                      "expected " +
                                                                      std::to_string(most) + " samples at most";
                          });
}

BOOST_AUTO_TEST_CASE(a_callback_may_take_gradients_in_between) {
    const auto train = images(60);
    BatchBuffer<data::Dataset<std::uint8_t, data::Label>> buffer;
    const auto batch = buffer.gather(train, 30, [](int i) { return i; });
    std::vector<float> runs[2];
    for (const bool asks : {false, true}) {
        Model<Images, TestDevice> model{Seed{5}};
        Trainer trainer{model, CrossEntropy{}, Adam{}};
        const History history =
            trainer.fit(train, {.epochs = 2, .batch_size = 16, .progress = Progress::off},
                        [&](auto& self, const StepResult&) {
                            if (asks) self.compute_gradients(batch);
                        });
        BOOST_TEST(history.epochs.size() == 2u);
        runs[asks] = parameters(model);
    }
    check_identical("parameters", runs[1], runs[0]);
}

namespace {

/// An optimizer of a user's, of which nobody can tell whether it changed.
struct PlainDescent {
    static constexpr int state_count = 0;
    double learning_rate = 0.1;
    struct StepConstants {
        float rate;
    };
    TENET_HOST_DEVICE constexpr int used_states() const { return 0; }
    TENET_HOST_DEVICE constexpr StepConstants constants(std::int64_t) const {
        return {static_cast<float>(learning_rate)};
    }
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE void update(T& weight, T gradient, T*, const StepConstants& c) const {
        weight = weight - T(c.rate) * gradient;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_optimizer_of_a_user) {
    const auto train = images(60);
    Model<Images> on_cpu{Seed{5}};
    Model<Images, TestDevice> on_device{Seed{5}};
    Trainer cpu{on_cpu, CrossEntropy{}, PlainDescent{}};
    Trainer device{on_device, CrossEntropy{}, PlainDescent{}};
    cpu.fit(train, {.batch_size = 16, .progress = Progress::off});
    device.fit(train, {.batch_size = 16, .progress = Progress::off});
    check_close("parameters", parameters(on_device), parameters(on_cpu), 1e-4);
}
