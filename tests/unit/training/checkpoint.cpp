#define BOOST_TEST_MODULE checkpoint
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <tenet/data/dataset.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/checkpoint.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/message_of.hpp>
#include <support/temporary_directory.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

using Net = Network<Input<3>, Linear<7>, Tanh, Dropout<0.5f>, PReLU<>, Linear<4>>;
using Labelled = data::Dataset<float, data::Label>;
using Options = FitOptions<Labelled>;

Labelled samples() {
    const Generator random{Seed{1}, Stream::data};
    std::vector<float> inputs;
    std::vector<data::Label> labels;
    for (int i = 0; i < 50; ++i) {
        for (int k = 0; k < 3; ++k) inputs.push_back(random.normal(inputs.size()));
        labels.push_back(static_cast<data::Label>(random.bits(static_cast<std::uint64_t>(1000 + i)) % 4));
    }
    return {Shape{3}, inputs, labels};
}

std::vector<float> numbers(const Model<Net>& model) {
    return {model.data(), model.data() + model.storage()};
}

template <class T>
std::vector<float> states(T& trainer) {
    std::vector<float> all;
    for (const float* state : trainer.numbers().states)
        all.insert(all.end(), state, state + trainer.model().storage());
    return all;
}

/// Three epochs of 7 batches in one go, and the same with a stop after `stop` steps, whose checkpoint a model and a
/// trainer of another seed load.
template <class Rule>
void check_resumption(const Rule& rule, int stop) {
    const Labelled data = samples();
    const Options options{.epochs = 3, .batch_size = 8, .validation = &data, .progress = Progress::off};
    Model<Net> whole{Seed{5}}, first{Seed{5}}, second{Seed{99}};
    Trainer uninterrupted{whole, CrossEntropy{}, rule};
    const History expected = uninterrupted.fit(data, options);

    const TemporaryDirectory folder;
    const std::string path = folder.file("run.safetensors");
    {
        Trainer trainer{first, CrossEntropy{}, rule};
        int steps = 0;
        trainer.fit(data, options, [&](auto&, const StepResult&) { return ++steps < stop; });
        BOOST_TEST(trainer.position().step == stop);
        io::save(trainer, path);
    }
    Trainer resumed{second, CrossEntropy{}, rule};
    io::load(resumed, path);
    BOOST_TEST(resumed.position().step == stop);
    BOOST_TEST(resumed.position().epoch == stop / 7);
    BOOST_TEST(resumed.position().batch_in_epoch == stop % 7);
    const History rest =
        resumed.fit(data, {.epochs = 3 - stop / 7, .batch_size = 8, .validation = &data, .progress = Progress::off});

    check_identical("parameters", numbers(second), numbers(whole));
    check_identical("optimizer", states(resumed), states(uninterrupted));
    BOOST_TEST((resumed.position() == uninterrupted.position()));
    BOOST_REQUIRE(rest.epochs.size() == static_cast<std::size_t>(3 - stop / 7));
    for (std::size_t i = 0; i < rest.epochs.size(); ++i) {
        const EpochRecord &a = rest.epochs[rest.epochs.size() - 1 - i], &b = expected.epochs[2 - i];
        BOOST_TEST(a.epoch == b.epoch);
        BOOST_TEST(a.loss == b.loss);
        BOOST_TEST(a.accuracy == b.accuracy);
        BOOST_TEST(a.validation_loss == b.validation_loss);
        BOOST_TEST(a.validation_accuracy == b.validation_accuracy);
    }
}

/// The samples, of which one read fails, once.
struct Unreliable {
    using input_type = float;
    using target_type = data::Label;
    Labelled data;
    mutable int good_reads;

    std::int64_t size() const { return data.size(); }
    Shape input_shape() const { return data.input_shape(); }
    Shape target_shape() const { return data.target_shape(); }
    data::Conversion conversion() const { return data.conversion(); }
    const float* input_data(std::int64_t i) const {
        if (good_reads-- == 0) throw std::runtime_error("the disk is on fire");
        return data.input_data(i);
    }
    const data::Label* target_data(std::int64_t i) const { return data.target_data(i); }
};

/// Three epochs of 50 samples with reads that fail, here and in validation, against a run without: what stands after
/// each failure is saved, and goes on in another trainer.
template <class... Callback>
void check_failures(Callback... callback) {
    const Labelled data = samples();
    const Adam rule{.learning_rate = 0.01};
    Model<Net> whole{Seed{5}};
    Trainer uninterrupted{whole, CrossEntropy{}, rule};
    const History expected =
        uninterrupted.fit(data, {.epochs = 3, .batch_size = 8, .validation = &data, .progress = Progress::off});

    const TemporaryDirectory folder;
    const std::string path = folder.file("run.safetensors");
    for (const int good_reads : {0, 7, 8, 49, 50, 71}) {
        const Unreliable reading{data, good_reads}, validation{data, good_reads};
        std::string failures;
        {
            Model<Net> model{Seed{5}};
            Trainer trainer{model, CrossEntropy{}, rule};
            io::save(trainer, path);
        }
        History rest;
        for (bool done = false; !done;) {
            Model<Net> model{Seed{99}};
            Trainer trainer{model, CrossEntropy{}, rule};
            io::load(trainer, path);
            try {
                rest = trainer.fit(reading,
                                   {.epochs = 3 - static_cast<int>(trainer.position().epoch),
                                    .batch_size = 8,
                                    .validation = &validation,
                                    .progress = Progress::off},
                                   callback...);
                done = true;
            } catch (const std::runtime_error& error) {
                failures += error.what();
            }
            BOOST_TEST(!trainer.interrupted());
            io::save(trainer, path);
            if (!done) continue;
            check_identical("parameters", numbers(model), numbers(whole));
            check_identical("optimizer", states(trainer), states(uninterrupted));
            BOOST_TEST((trainer.position() == uninterrupted.position()));
        }
        BOOST_TEST(failures == "the disk is on firethe disk is on fire");
        BOOST_TEST(rest.epochs.back().loss == expected.epochs.back().loss);
        BOOST_TEST(rest.epochs.back().accuracy == expected.epochs.back().accuracy);
        BOOST_TEST(rest.epochs.back().validation_loss == expected.epochs.back().validation_loss);
    }
}

/// Descent whose arithmetic fails.
struct Breaking {
    static constexpr int state_count = 0;
    double learning_rate = 0.1;
    bool breaks = false;

    struct StepConstants {
        float learning_rate;
        bool breaks;
    };
    int used_states() const { return 0; }
    StepConstants constants(std::int64_t) const { return {static_cast<float>(learning_rate), breaks}; }
    template <class T>
    TENET_INLINE void update(T& weight, T gradient, T*, const StepConstants& c) const {
        if (c.breaks) throw std::runtime_error("broken");
        weight = weight - T(c.learning_rate) * gradient;
    }
};

/// A checkpoint in the middle of the second epoch.
template <class Rule>
void write_checkpoint(const std::string& path, const Rule& rule) {
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, rule};
    int steps = 0;
    trainer.fit(samples(), {.epochs = 2, .batch_size = 8, .progress = Progress::off},
                [&](auto&, const StepResult&) { return ++steps < 10; });
    io::save(trainer, path);
}

/// What loading a file into a trainer with this rule says; nothing may be changed by it.
template <class Rule>
std::string error_of(const std::string& path, const Rule& rule) {
    const Labelled data = samples();
    Model<Net> model{Seed{6}};
    Trainer trainer{model, CrossEntropy{}, rule};
    trainer.fit(data, {.batch_size = 20, .progress = Progress::off});
    const std::vector<float> parameters = numbers(model), before = states(trainer);
    const TrainingPosition position = trainer.position();
    std::string message = message_of([&] { io::load(trainer, path); });
    BOOST_TEST(numbers(model) == parameters);
    BOOST_TEST(states(trainer) == before);
    BOOST_TEST((trainer.position() == position));
    BOOST_TEST(message.starts_with(path + ": "), message);
    return message.substr(std::min(message.size(), path.size() + 2));
}

/// What loading says once the metadata of a good checkpoint were changed.
std::string error_with(const std::function<void(io::Metadata&)>& change) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    write_checkpoint(path, Adam{});
    const io::TensorFile file = io::read_safetensors(path);
    io::Metadata metadata = file.metadata();
    change(metadata);
    io::write_safetensors(path, file.tensors(), metadata);
    return error_of(path, Adam{});
}

}  // namespace

BOOST_AUTO_TEST_CASE(adam_goes_on_from_the_middle_of_an_epoch) {
    check_resumption(Adam{.learning_rate = 0.01}, 10);
}
BOOST_AUTO_TEST_CASE(amsgrad_goes_on) {
    check_resumption(Adam{.learning_rate = 0.01, .amsgrad = true}, 13);
}
BOOST_AUTO_TEST_CASE(momentum_goes_on) {
    check_resumption(SGD{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}, 4);
}
BOOST_AUTO_TEST_CASE(plain_descent_goes_on) {
    check_resumption(SGD{.learning_rate = 0.1}, 1);
}
BOOST_AUTO_TEST_CASE(a_run_goes_on_after_an_epoch) {
    check_resumption(Adam{.learning_rate = 0.01}, 14);
}
BOOST_AUTO_TEST_CASE(a_run_goes_on_after_the_last_step_of_an_epoch) {
    check_resumption(SGD{.momentum = 0.5}, 7);
}

BOOST_AUTO_TEST_CASE(reads_that_fail_leave_a_run_after_its_last_whole_step) {
    check_failures();
}
BOOST_AUTO_TEST_CASE(reads_that_fail_do_so_when_steps_are_watched) {
    int steps = 0;
    check_failures([&](auto&, const StepResult&) { ++steps; });
    BOOST_TEST(steps == 6 * 21);
}

BOOST_AUTO_TEST_CASE(callbacks_that_throw_leave_a_whole_step) {
    const Labelled data = samples();
    const Options options{.epochs = 2, .batch_size = 8, .progress = Progress::off};
    Model<Net> whole{Seed{5}}, model{Seed{5}};
    Trainer uninterrupted{whole, CrossEntropy{}, Adam{}}, trainer{model, CrossEntropy{}, Adam{}};
    uninterrupted.fit(data, options);
    for (const int last : {3, 7}) {
        const auto stop = [&](auto& self, const StepResult&) {
            if (self.position().step == last) throw std::runtime_error("enough");
        };
        BOOST_TEST(message_of([&] { trainer.fit(data, options, stop); }) == "enough");
        BOOST_TEST(trainer.position().step == last);
        BOOST_TEST(trainer.position().batch_in_epoch == last);
    }
    const auto stop = [](auto&, const EpochRecord& record) {
        if (record.epoch == 1) throw std::runtime_error("enough");
    };
    BOOST_TEST(message_of([&] { trainer.fit(data, options, stop); }) == "enough");
    BOOST_TEST(trainer.position().epoch == 1);
    BOOST_TEST(trainer.position().batch_in_epoch == 0);
    trainer.fit(data, {.batch_size = 8, .progress = Progress::off});
    check_identical("parameters", numbers(model), numbers(whole));
    BOOST_TEST((trainer.position() == uninterrupted.position()));
}

BOOST_AUTO_TEST_CASE(a_step_that_breaks_in_two_is_neither_saved_nor_continued) {
    const TemporaryDirectory folder;
    const Labelled data = samples();
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, Breaking{}};
    const auto fit = [&] { trainer.fit(data, {.batch_size = 8, .progress = Progress::off}); };
    fit();
    const std::string path = folder.file("x");
    io::save(trainer, path);
    trainer.optimizer(3).breaks = true;
    BOOST_TEST(message_of([&] { fit(); }) == "broken");
    BOOST_TEST(trainer.interrupted());
    BOOST_TEST(trainer.position().step == 7);
    trainer.optimizer(3).breaks = false;
    const std::string sentence =
        ": an exception interrupted a step of this run when some of the weights had moved; load a saved run";
    BOOST_TEST(message_of<std::logic_error>([&] { fit(); }) == "fit" + sentence);
    BOOST_TEST(message_of<std::logic_error>([&] { io::save(trainer, path); }) == path + sentence);
    io::load(trainer, path);
    BOOST_TEST(!trainer.interrupted());
    fit();
    BOOST_TEST(trainer.position().step == 14);
}

BOOST_AUTO_TEST_CASE(an_epoch_under_way_is_finished_as_it_was_begun) {
    const Labelled data = samples();
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, Adam{}};
    int steps = 0;
    trainer.fit(data, {.batch_size = 8, .progress = Progress::off},
                [&](auto&, const StepResult&) { return ++steps < 3; });
    const auto error_of_fit = [&](const Labelled& set, int batch_size, bool shuffle) {
        return message_of<std::invalid_argument>(
            [&] { trainer.fit(set, {.batch_size = batch_size, .shuffle = shuffle, .progress = Progress::off}); });
    };
    const std::string begin = "fit: the epoch under way has done 3 batches",
                      end = "; finish it as it was begun, or call restart_epoch() first";
    BOOST_TEST(error_of_fit(data, 16, true) == begin + " of 8 samples, but batch_size is 16" + end);
    BOOST_TEST(error_of_fit(data.take(49), 8, true) ==
               begin + " of a data set of 50 samples, but this one has 49" + end);
    BOOST_TEST(error_of_fit(data, 8, false) == begin + " of shuffled samples, but shuffle is false" + end);
    BOOST_TEST(trainer.position().step == 3);
    trainer.restart_epoch();
    trainer.fit(data, {.batch_size = 25, .shuffle = false, .progress = Progress::off});
    BOOST_TEST(trainer.position().step == 5);
    BOOST_TEST(trainer.position().epoch == 1);

    // Of a run whose file did not say how its epoch was begun.
    TrainingPosition position = trainer.position();
    position.batch_size = 0;
    position.batch_in_epoch = std::int64_t{1} << 48;
    trainer.set_position(position);
    BOOST_TEST(error_of_fit(data, 8, true) ==
               "fit: the epoch under way has done 281474976710656 batches, but 50 samples are 7 batches" + end);
}

BOOST_AUTO_TEST_CASE(a_run_that_has_not_begun_is_saved_as_well) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    Model<Net> first{Seed{5}}, second{Seed{6}};
    Trainer fresh{first, CrossEntropy{}, Adam{}}, loaded{second, CrossEntropy{}, Adam{}};
    io::save(fresh, path);
    loaded.fit(samples(), {.progress = Progress::off});
    io::load(loaded, path);
    check_identical("parameters", numbers(second), numbers(first));
    check_identical("optimizer", states(loaded), std::vector<float>(states(loaded).size()));
    BOOST_TEST((loaded.position() == fresh.position()));
}

BOOST_AUTO_TEST_CASE(the_file_is_readable_by_others) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    write_checkpoint(path, Adam{});
    const io::TensorFile file = io::read_safetensors(path);
    BOOST_TEST(file.tensors().size() == 15u);
    BOOST_TEST(file.at("model.0.weight").shape == (std::vector<std::int64_t>{7, 3}));
    BOOST_TEST(file.at("optimizer.0.0.weight").shape == (std::vector<std::int64_t>{7, 3}));
    BOOST_TEST(file.at("optimizer.1.4.bias").shape == (std::vector<std::int64_t>{4}));
    BOOST_TEST(file.metadata().at("step") == "10");
    BOOST_TEST(file.metadata().at("epoch") == "1");
    BOOST_TEST(file.metadata().at("batch_in_epoch") == "3");
    BOOST_TEST(file.metadata().at("samples") == "24");
    BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(another_optimizers_state_is_refused) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    write_checkpoint(path, Adam{});
    const std::string surplus = error_of(path, SGD{.momentum = 0.9});
    BOOST_TEST(contains(surplus, "5 problems"), surplus);
    BOOST_TEST(contains(surplus, "surplus optimizer.1.0.weight, found [7, 3]"), surplus);
    BOOST_TEST(contains(error_of(path, SGD{}), "10 problems"));
    write_checkpoint(path, SGD{.momentum = 0.9});
    const std::string missing = error_of(path, Adam{});
    BOOST_TEST(contains(missing, "5 problems"), missing);
    BOOST_TEST(contains(missing, "missing optimizer.1.3.weight, expected [1]"), missing);
}

BOOST_AUTO_TEST_CASE(metadata_that_make_no_sense_are_refused) {
    for (const char* const key : {"step", "epoch", "batch_in_epoch", "samples", "correct", "loss_sum_bits", "seed"}) {
        const std::string name{key};
        BOOST_TEST(error_with([&](io::Metadata& m) { m.erase(name); }) ==
                   "not a checkpoint, its metadata have no " + name);
        for (const char* const text : {"", "x", "1x", " 1", "1.5", "99999999999999999999"})
            BOOST_TEST(error_with([&](io::Metadata& m) { m[name] = text; }) ==
                       name + ": expected a whole number, found " + text);
    }
    for (const char* const key : {"step", "epoch", "batch_in_epoch", "samples", "correct"})
        for (const char* const text : {"-1", "-9223372036854775808", "9223372036854775807"}) {
            const std::string message = error_with([&](io::Metadata& m) { m[key] = text; });
            BOOST_TEST(contains(message, key), message);
            BOOST_TEST(contains(message, text), message);
        }
}

BOOST_AUTO_TEST_CASE(loss_scales_that_make_no_sense_are_refused) {
    const auto with = [](const char* scale, const char* good) {
        return error_with([&](io::Metadata& m) {
            m["loss_scale_bits"] = scale;
            m["good_steps"] = good;
            m["skipped_steps"] = "3";
        });
    };
    for (const char* const bits : {"0", "2139095040", "4294967295"})  // 0, infinity, no float's
        BOOST_TEST(with(bits, "0") ==
                   std::string{"loss_scale_bits: expected those of a positive float, found "} + bits);
    BOOST_TEST(contains(with("-1", "0"), "loss_scale_bits"));
    BOOST_TEST(with("1199570944", "2000") == "good_steps: expected fewer than 2000, found 2000");
    BOOST_TEST(contains(error_with([](io::Metadata& m) { m["loss_scale_bits"] = "1199570944"; }), "no good_steps"));
}

BOOST_AUTO_TEST_CASE(a_run_is_no_model_but_has_one) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    Model<Net> model{Seed{5}}, loaded{Seed{6}};
    Trainer trainer{model, CrossEntropy{}, Adam{}};
    trainer.fit(samples(), {.progress = Progress::off});
    io::save(trainer, path);
    BOOST_TEST(
        message_of([&] { io::load(loaded, path); }) ==
        path +
            ": holds a training run, which a Trainer saved and a Trainer loads; {.prefix = \"model.\"} takes the "
            "model alone out of it");
    io::load(loaded, path, {.prefix = "model."});
    check_identical("parameters", numbers(loaded), numbers(model));
}

BOOST_AUTO_TEST_CASE(other_files_are_refused) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    io::save(Model<Net>{}, path);
    BOOST_TEST(contains(error_of(path, Adam{}), "not a checkpoint"));
    write_checkpoint(path, Adam{});
    const std::string whole = read_text(path);
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{7}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
        write_text(path, std::string_view{whole}.substr(0, length));
        BOOST_TEST(error_of(path, Adam{}) != "(nothing was thrown)");
    }
    write_text(path, whole + '\0');
    BOOST_TEST(error_of(path, Adam{}) != "(nothing was thrown)");
}
