#define BOOST_TEST_MODULE checkpoint
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <tenet/data/dataset.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/math/formula.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/adamw.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/checkpoint.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/message_of.hpp>
#include <support/temporary_directory.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace one {
struct Bent {
    float by;
    template <class T>
    constexpr T operator()(T x) const {
        return x * T(by);
    }
};
}  // namespace one
namespace two {
struct Bent {
    float by;
    template <class T>
    constexpr T operator()(T x) const {
        return -x * T(by);
    }
};
}  // namespace two
inline constexpr auto square = [](auto x) { return x * x; };
inline constexpr auto cube = [](auto x) { return x * x * x; };

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

const io::ResumeOptions silent{.notes = nullptr};

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
    io::load(resumed, path, silent);
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
            io::load(trainer, path, silent);
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

/// Squares, at times without.
struct BreakingLoss {
    static constexpr bool takes_labels = false;
    static inline bool breaks = false;

    template <class T>
    TENET_INLINE T forward(const T* output, const T* target, int n) const {
        return MSE{}.forward(output, target, n);
    }
    template <class T>
    TENET_INLINE T gradient(const T* output, const T* target, int n, T scale, T* gradient) const {
        if (breaks) throw std::runtime_error("broken");
        return MSE{}.gradient(output, target, n, scale, gradient);
    }
};

/// Whether a run is interrupted by a loss that throws; its numbers must be as they were if not.
template <class N>
bool interrupted_by_a_loss() {
    const data::Dataset<float, float> data{Shape{2}, {1, 2, 3, 4, 5, 6}, Shape{1}, {1, 0, 1}};
    const auto fit = [&](auto& trainer) { trainer.fit(data, {.batch_size = 3, .progress = Progress::off}); };
    Model<N> whole{Seed{5}}, model{Seed{5}};
    Trainer expected{whole, BreakingLoss{}, Adam{}}, trainer{model, BreakingLoss{}, Adam{}};
    fit(expected);
    fit(expected);
    fit(trainer);
    BreakingLoss::breaks = true;
    BOOST_TEST(message_of([&] { fit(trainer); }) == "broken");
    BreakingLoss::breaks = false;
    if (trainer.interrupted()) return true;
    fit(trainer);
    BOOST_TEST(std::equal(whole.data(), whole.data() + whole.storage(), model.data()));
    BOOST_TEST((trainer.position() == expected.position()));
    return false;
}

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
    static const io::TensorFile file = [] {
        const TemporaryDirectory folder;
        write_checkpoint(folder.file("x"), Adam{});
        return io::read_safetensors(folder.file("x"));
    }();
    io::Metadata metadata = file.metadata();
    change(metadata);
    metadata["crc32"] = io::checksum(file.tensors(), metadata);
    // As io::write_safetensors does, without waiting for the disk.
    io::Problems none;
    std::vector<const io::TensorView*> in_order;
    for (const io::TensorView& tensor : file.tensors()) in_order.push_back(&tensor);
    std::string bytes = io::detail::safetensors_header(in_order, metadata, none);
    for (const io::TensorView& tensor : file.tensors())
        bytes.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    const TemporaryDirectory folder;
    return error_of(write_text(folder.file("x"), bytes), Adam{});
}

/// Makes of a run's file one from before they had records.
void make_old(
    const std::string& path, const std::function<void(io::Metadata&)>& change = [](io::Metadata&) {}) {
    const io::TensorFile file = io::read_safetensors(path);
    io::Metadata metadata = file.metadata();
    metadata["format"] = "tenet-run";
    for (const char* const key : {"network", "loss", "optimizer", "backend", "hyper_parameters", "identities",
                                  "batch_size", "data_size", "shuffled", "drops_last", "crc32"})
        metadata.erase(key);
    change(metadata);
    std::vector<io::TensorView> tensors;
    for (const io::TensorView& tensor : file.tensors())
        if (!tensor.name.starts_with("hyper_parameters.")) tensors.push_back(tensor);
    io::write_safetensors(path, tensors, metadata);
}

using Notes = std::vector<std::string>;
const io::ResumeOptions accepting{.accept_changes = true, .notes = nullptr};

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

BOOST_AUTO_TEST_CASE(a_step_that_breaks_before_anything_moved_is_none) {
    BOOST_TEST((!interrupted_by_a_loss<Network<Input<2>, Linear<3>, Tanh, Linear<1>>>()));
    BOOST_TEST((interrupted_by_a_loss<Network<Input<2>, Linear<3>, BatchNorm1d<>, Linear<1>>>()));
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

// 50 samples in batches of 8: epochs of 7 steps.
BOOST_AUTO_TEST_CASE(a_callback_goes_back_to_a_saved_run) {
    const Labelled data = samples();
    const TemporaryDirectory folder;
    const std::string path = folder.file("run.safetensors");
    for (const bool shuffle : {false, true}) {
        const Options options{
            .epochs = 3, .batch_size = 8, .validation = &data, .shuffle = shuffle, .progress = Progress::off};
        Model<Net> straight{Seed{5}};
        Trainer expected{straight, CrossEntropy{}, Adam{.learning_rate = 0.01}};
        const History whole = expected.fit(data, options);
        struct Detour {
            std::int64_t saved_at, back_at;  // steps
            std::size_t epochs;              // that are gone through to their end
        };
        for (const Detour detour :
             {Detour{0, 1, 3}, {3, 6, 3}, {3, 7, 3}, {5, 17, 5}, {7, 8, 4}, {6, 7, 3}, {13, 21, 4}}) {
            Model<Net> model{Seed{5}};
            Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 0.01}};
            io::save(trainer, path);
            bool gone_back = false;
            int steps = 0;
            const History history = trainer.fit(data, options, [&](auto& t, const StepResult&) {
                BOOST_REQUIRE(++steps < 60);
                const std::int64_t step = t.position().step;
                if (step == detour.saved_at && !gone_back) io::save(t, path);
                if (step == detour.back_at && !gone_back) {
                    gone_back = true;
                    io::load(t, path);
                }
            });
            BOOST_TEST(steps == 21 + detour.back_at - detour.saved_at);
            check_identical("parameters", numbers(model), numbers(straight));
            check_identical("optimizer", states(trainer), states(expected));
            BOOST_TEST((trainer.position() == expected.position()));
            BOOST_TEST(history.epochs.size() == detour.epochs);
            BOOST_TEST(history.epochs.back().epoch == 3);
            BOOST_TEST(history.epochs.back().loss == whole.epochs.back().loss);
            BOOST_TEST(history.epochs.back().validation_loss == whole.epochs.back().validation_loss);
        }

        // After an epoch, to where another program has come in the middle of one.
        {
            Model<Net> model{Seed{5}};
            Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 0.01}};
            trainer.fit(data, options, [](auto& t, const StepResult&) { return t.position().step < 10; });
            io::save(trainer, path);
        }
        Model<Net> model{Seed{99}};
        Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 0.01}};
        int steps = 0;
        trainer.fit(
            data, options, [&](auto&, const StepResult&) { ++steps; },
            [&](auto& t, const EpochRecord& record) {
                if (record.epoch == 1) io::load(t, path, silent);
            });
        BOOST_TEST(steps == 7 + 11);
        check_identical("parameters", numbers(model), numbers(straight));
        BOOST_TEST((trainer.position() == expected.position()));
    }
}

BOOST_AUTO_TEST_CASE(a_callback_may_go_back_and_end_the_run) {
    const Labelled data = samples();
    const TemporaryDirectory folder;
    const std::string path = folder.file("run.safetensors");
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, Adam{}};
    const Options options{.epochs = 3, .batch_size = 8, .progress = Progress::off};
    io::save(trainer, path);
    const History history = trainer.fit(data, options, [&](auto& t, const StepResult&) {
        if (t.position().step < 7) return true;
        io::load(t, path);
        return false;
    });
    BOOST_TEST(history.epochs.empty());
    BOOST_TEST(trainer.position().step == 0);
    BOOST_TEST(trainer.fit(data, options).epochs.size() == 3u);
}

BOOST_AUTO_TEST_CASE(an_epoch_that_a_callback_loads_is_finished_as_it_was_begun) {
    const Labelled data = samples();
    const TemporaryDirectory folder;
    const std::string path = folder.file("run.safetensors");
    {
        Model<Net> model{Seed{5}};
        Trainer trainer{model, CrossEntropy{}, Adam{}};
        trainer.fit(data, {.batch_size = 8, .progress = Progress::off},
                    [](auto& t, const StepResult&) { return t.position().step < 3; });
        io::save(trainer, path);
    }
    const auto error_of_fit = [&](auto... callback) {
        Model<Net> model{Seed{5}};
        Trainer trainer{model, CrossEntropy{}, Adam{}};
        const std::string message = message_of<std::invalid_argument>(
            [&] { trainer.fit(data, {.epochs = 3, .batch_size = 25, .progress = Progress::off}, callback...); });
        BOOST_TEST(trainer.position().step == 3);
        BOOST_TEST(trainer.position().batch_size == 8);
        trainer.fit(data, {.batch_size = 8, .progress = Progress::off});
        BOOST_TEST(trainer.position().step == 7);
        return message;
    };
    const std::string expected =
        "fit: the epoch under way has done 3 batches of 8 samples, but batch_size is 25; finish it as it was begun, or "
        "call restart_epoch() first";
    BOOST_TEST(error_of_fit([&](auto& t, const EpochRecord&) { io::load(t, path); }) == expected);
    BOOST_TEST(error_of_fit([&](auto& t, const StepResult&) { io::load(t, path); }) == expected);
}

BOOST_AUTO_TEST_CASE(a_run_that_has_not_begun_is_saved_as_well) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    Model<Net> first{Seed{5}}, second{Seed{6}};
    Trainer fresh{first, CrossEntropy{}, Adam{}}, loaded{second, CrossEntropy{}, Adam{}};
    io::save(fresh, path);
    loaded.fit(samples(), {.progress = Progress::off});
    io::load(loaded, path, silent);
    check_identical("parameters", numbers(second), numbers(first));
    check_identical("optimizer", states(loaded), std::vector<float>(states(loaded).size()));
    BOOST_TEST((loaded.position() == fresh.position()));
}

BOOST_AUTO_TEST_CASE(the_file_is_readable_by_others) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    write_checkpoint(path, Adam{});
    const io::TensorFile file = io::read_safetensors(path);
    BOOST_TEST(file.tensors().size() == 17u);
    BOOST_TEST(file.at("hyper_parameters.now").shape == (std::vector<std::int64_t>{5, 6}));
    BOOST_TEST(file.metadata().at("hyper_parameters") == "learning_rate betas[0] betas[1] eps weight_decay amsgrad");
    BOOST_TEST(file.metadata().at("network") ==
               "input: [3]\n0: Linear<7>\n1: Tanh\n2: Dropout<0.5>\n3: PReLU<>\n4: Linear<4>");
    BOOST_TEST(file.metadata().at("loss") == "CrossEntropy, label_smoothing 0");
    BOOST_TEST(file.metadata().at("batch_size") == "8");
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
    BOOST_TEST(
        error_of(path, SGD{}) ==
        "the optimizer is Adam in the run, SGD in the program; load(trainer, path, {.accept_changes = true}) goes on "
        "with the program's");
    make_old(path);
    const std::string surplus = error_of(path, SGD{.momentum = 0.9});
    BOOST_TEST(contains(surplus, "5 problems"), surplus);
    BOOST_TEST(contains(surplus, "surplus optimizer.1.0.weight, found [7, 3]"), surplus);
    BOOST_TEST(contains(error_of(path, SGD{}), "10 problems"));
    write_checkpoint(path, SGD{.momentum = 0.9});
    make_old(path);
    const std::string missing = error_of(path, Adam{});
    BOOST_TEST(contains(missing, "5 problems"), missing);
    BOOST_TEST(contains(missing, "missing optimizer.1.3.weight, expected [1]"), missing);
}

BOOST_AUTO_TEST_CASE(metadata_that_make_no_sense_are_refused) {
    for (const char* const key : {"step", "epoch", "batch_in_epoch", "samples", "correct", "loss_sum_bits", "seed",
                                  "batch_size", "data_size", "shuffled", "drops_last"}) {
        const std::string name{key};
        BOOST_TEST(error_with([&](io::Metadata& m) { m.erase(name); }) ==
                   "not a training run, its metadata have no " + name);
        for (const char* const text : {"", "x", "1x", " 1", "1.5", "99999999999999999999"})
            BOOST_TEST(error_with([&](io::Metadata& m) { m[name] = text; }) ==
                       name + ": expected a whole number, found " + text);
    }
    for (const char* const key : {"network", "loss", "optimizer", "backend", "hyper_parameters"})
        BOOST_TEST(error_with([&](io::Metadata& m) { m.erase(key); }) ==
                   std::string{"not a training run, its metadata have no "} + key);
    for (const char* const key :
         {"step", "epoch", "batch_in_epoch", "samples", "correct", "batch_size", "data_size", "shuffled", "drops_last"})
        for (const char* const text : {"-1", "-9223372036854775808", "9223372036854775807"}) {
            const std::string message = error_with([&](io::Metadata& m) { m[key] = text; });
            BOOST_TEST(contains(message, key), message);
            BOOST_TEST(contains(message, text), message);
        }
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_noticed) {
    using Tiny = Network<Input<1>, Linear<2>>;
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    const Labelled data{Shape{1}, {1.0f, 2.0f, 3.0f}, {0, 1, 1}};
    Model<Tiny> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, SGD{.momentum = 0.9}};
    trainer.fit(data, {.batch_size = 1, .progress = Progress::off}, [](auto&, const StepResult&) { return false; });
    io::save(trainer, path);
    const std::string whole = read_text(path);
    std::FILE* const file = std::fopen(path.c_str(), "r+b");
    std::setvbuf(file, nullptr, _IONBF, 0);
    const auto put = [&](std::size_t at, char byte) {
        std::fseek(file, static_cast<long>(at), SEEK_SET);
        std::fputc(static_cast<unsigned char>(byte), file);
    };
    int noticed = 0;
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        const std::size_t at = bit / 8;
        if (bit % 8 == 0 && at > 0) put(at - 1, whole[at - 1]);
        put(at, static_cast<char>(whole[at] ^ (1 << bit % 8)));
        try {
            io::load(trainer, path, silent);
            BOOST_ERROR("bit " << bit);
        } catch (const std::runtime_error&) {
            ++noticed;
        }
    }
    BOOST_TEST(noticed == static_cast<int>(8 * whole.size()));
    put(whole.size() - 1, whole.back());
    std::fclose(file);
    BOOST_TEST(read_text(path) == whole);
    io::load(trainer, path, silent);
}

BOOST_AUTO_TEST_CASE(another_program_is_refused_with_both_values) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    const std::string advice = "load(trainer, path, {.accept_changes = true}) goes on with the program's";
    const auto error_of_program = [&]<class Other>(std::type_identity<Other>, const auto& loss, const auto& rule) {
        Model<Other> model{Seed{5}};
        Trainer trainer{model, loss, rule};
        const std::string message = message_of([&] { io::load(trainer, path); });
        BOOST_TEST(message.starts_with(path + ": "), message);
        BOOST_TEST(trainer.position().step == 0);
        return message.substr(std::min(message.size(), path.size() + 2));
    };
    constexpr std::type_identity<Net> same;
    write_checkpoint(path, Adam{});
    BOOST_TEST(error_of_program(same, CrossEntropy{}, AdamW{.weight_decay = 0.0}) ==
               "the optimizer is Adam in the run, AdamW in the program; " + advice);
    BOOST_TEST(error_of_program(same, CrossEntropy{.label_smoothing = 0.1f}, Adam{.betas = {0.9, 0.99}, .eps = 1e-7}) ==
               "3 problems\n"
               "  the loss is CrossEntropy, label_smoothing 0 in the run, CrossEntropy, label_smoothing "
               "0.1 in the program\n"
               "  betas[1] is 0.999 in the run, 0.99 in the program\n"
               "  eps is 1e-08 in the run, 1e-07 in the program\n" +
                   advice);
    using Rectified = Network<Input<3>, Linear<7>, ReLU, Dropout<0.25f>, PReLU<>, Linear<4>>;
    BOOST_TEST(error_of_program(std::type_identity<Rectified>{}, CrossEntropy{}, Adam{}) ==
               "2 problems\n"
               "  layer 1 is Tanh in the run, ReLU in the program\n"
               "  layer 2 is Dropout<0.5> in the run, Dropout<0.25> in the program\n" +
                   advice);
    using Shorter = Network<Input<3>, Linear<7>, Tanh, Dropout<0.5f>, PReLU<>, Frozen<Linear<4>>, Dropout<0.5f>>;
    BOOST_TEST(error_of_program(std::type_identity<Shorter>{}, CrossEntropy{}, Adam{}) ==
               "2 problems\n"
               "  the number of layers is 5 in the run, 6 in the program\n"
               "  layer 4 is Linear<4> in the run, Linear<4>, frozen in the program\n" +
                   advice);
    using Residuals = Network<Input<3>, Linear<7>, Residual<Tanh>, Linear<4>>;
    using Concats = Network<Input<3>, Linear<7>, Add<Tanh, Tanh>, Linear<4>>;
    const auto structure = []<class N>(std::type_identity<N>) {
        std::vector<std::string> identities;
        return detail::structure_text<N>(typename N::leaves{}, identities);
    };
    BOOST_TEST(structure(std::type_identity<Residuals>{}) != structure(std::type_identity<Concats>{}));
    using Fixed = Network<Input<3>, Frozen<BatchNorm1d<>, EvalMode>, Frozen<BatchNorm1d<>>, BatchNorm1d<Eps<1e-3f>>,
                          Activation<[](auto x) { return x * x; }>, Linear<1>>;
    BOOST_TEST(structure(std::type_identity<Fixed>{}) ==
               "input: [3]\n0: BatchNorm1d<>, frozen, in eval mode\n1: BatchNorm1d<>, frozen\n"
               "2: BatchNorm1d<Eps<0.001>>\n3: Activation<a lambda>\n4: Linear<1>");
}

BOOST_AUTO_TEST_CASE(layers_of_the_same_short_name_are_told_apart) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    const auto message = [&]<class A, class B>(std::type_identity<A>, std::type_identity<B>) {
        Model<Network<Input<2>, A, Linear<2>>> first{Seed{1}};
        Trainer saved{first, MSE{}, SGD{}};
        io::save(saved, path);
        Model<Network<Input<2>, B, Linear<2>>> second{Seed{1}};
        Trainer resumed{second, MSE{}, SGD{}};
        const std::string text = message_of([&] { io::load(resumed, path, silent); });
        return text.substr(text.starts_with(path) ? path.size() + 2 : 0);
    };
    const auto same = [&]<class A>(std::type_identity<A> type) { return message(type, type); };
    const std::string advice = "; load(trainer, path, {.accept_changes = true}) goes on with the program's";
    const auto another = [&](const std::string& name) {
        return "layer 0 is " + name + " in the run, and another of that name in the program" + advice;
    };
    using One = std::type_identity<Activation<one::Bent{1.0f}>>;
    using Two = std::type_identity<Activation<two::Bent{1.0f}>>;
    using Square = std::type_identity<Activation<square>>;
    using Cube = std::type_identity<Activation<cube>>;
    BOOST_TEST(message(One{}, Two{}) == another("Activation<Bent{1}>"));
    BOOST_TEST(message(Square{}, Cube{}) == another("Activation<a lambda>"));
    BOOST_TEST(message(std::type_identity<ELU<1.0f>>{}, std::type_identity<ELU<1.00000012f>>{}) == another("ELU<1>"));
    using formula::x;
    using Third = std::type_identity<Activation<x * sigmoid(1.5f * x)>>;
    using Fourth = std::type_identity<Activation<x * sigmoid(1.7f * x)>>;
    BOOST_TEST(message(Third{}, Fourth{}) != "(nothing was thrown)");
    for (const std::string& text : {same(One{}), same(Square{}), same(Third{})})
        BOOST_TEST(text == "(nothing was thrown)");
    // As g++ and clang know it, for programs with whatever flags.
    const auto exact = []<class T>(std::type_identity<T>) {
        return detail::exact_name(std::string{detail::linker_name<T>()});
    };
    BOOST_TEST(exact(std::type_identity<ELU<1.00000012f>>{}) == "tenet::ELU<(float)[3f800001]>");
    BOOST_TEST(contains(exact(Third{}), "tenet::formula::Constant{(float)[3fc00000]}"), exact(Third{}));
}

BOOST_AUTO_TEST_CASE(files_without_identities_load_with_a_note) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{.label_smoothing = 0.1f}, Adam{}};
    io::save(trainer, path);
    const io::TensorFile file = io::read_safetensors(path);
    io::Metadata metadata = file.metadata();
    BOOST_TEST(metadata.at("loss") == "CrossEntropy, label_smoothing 0.1");
    metadata.erase("identities");
    metadata["loss"] = "CrossEntropy, label_smoothing 0.10000000149011612";
    metadata["crc32"] = io::checksum(file.tensors(), metadata);
    io::write_safetensors(path, file.tensors(), metadata);
    BOOST_TEST(
        io::load(trainer, path, silent) ==
        (Notes{"the file knows layers, loss and optimizer by names without namespaces alone, as those of earlier "
               "versions: others of the same names would not be noticed"}));
}

BOOST_AUTO_TEST_CASE(optimizer_states_that_a_run_does_not_have_begin_anew) {
    const Labelled data = samples();
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    write_checkpoint(path, Adam{});
    const std::string refused = error_of(path, Adam{.amsgrad = true});
    BOOST_TEST(refused ==
               "amsgrad is 0 in the run, 1 in the program; load(trainer, path, {.accept_changes = true}) goes on with "
               "the program's");
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, Adam{.amsgrad = true}};
    trainer.fit(data, {.batch_size = 25, .progress = Progress::off});
    BOOST_TEST(io::load(trainer, path, accepting) ==
               (Notes{"amsgrad is 0 in the run, 1 in the program, which holds",
                      "the run has 2 of the 3 states of the program's optimizer; the others begin as at the start of "
                      "training"}));
    const float* const third = trainer.numbers().states.at(2);
    BOOST_TEST(std::all_of(third, third + model.storage(), [](float number) { return number == 0.0f; }));
    BOOST_TEST(trainer.optimizer(0).amsgrad);
    trainer.fit(data, {.batch_size = 8, .progress = Progress::off});

    io::save(trainer, path);
    Trainer without{model, CrossEntropy{}, Adam{}};
    BOOST_TEST(io::load(without, path, accepting).at(1) ==
               "the run has 3 states of its optimizer, of which the program's has 2; the others are left out");
    BOOST_TEST(without.position().step == trainer.position().step);

    // What cannot be accepted is not recommended.
    using Wider = Network<Input<3>, Linear<8>, Tanh, Dropout<0.5f>, PReLU<>, Linear<4>>;
    Model<Wider> wider;
    Trainer other{wider, CrossEntropy{}, Adam{.amsgrad = true}};
    BOOST_TEST(contains(message_of([&] { io::load(other, path); }),
                        "Linear<8> in the program; the program's tensors have other names or shapes: it cannot go on "
                        "with this run"));
}

BOOST_AUTO_TEST_CASE(paths_with_a_nul_are_refused_and_control_characters_are_shown) {
    const TemporaryDirectory folder;
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, Adam{}};
    const std::string hidden = folder.file("nul") + std::string{"\0hidden", 7};
    const std::string sentence = "cannot use the path " + folder.file("nul") + "\\u0000hidden: there is a NUL in it";
    BOOST_TEST(message_of([&] { io::save(model, hidden); }) == sentence);
    BOOST_TEST(message_of([&] { io::save(trainer, hidden); }) == sentence);
    BOOST_TEST(message_of([&] { io::load(model, hidden); }) == sentence);
    BOOST_TEST(message_of([&] { io::load(trainer, hidden); }) == sentence);
    BOOST_TEST(folder.entries() == 0);
    const std::string steering = folder.file("a\x1b[31m\nb"), shown = folder.file("a\\u001b[31m\\u000ab");
    BOOST_TEST(message_of([&] { io::load(model, steering); }).starts_with("cannot open " + shown));
    io::save(model, steering);
    BOOST_TEST(message_of([&] { io::load(trainer, steering); }).starts_with(shown + ": holds a model"));
}

BOOST_AUTO_TEST_CASE(changes_that_are_accepted_are_told) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    using Rectified = Network<Input<3>, Linear<7>, ReLU, Dropout<0.5f>, PReLU<>, Linear<4>>;
    write_checkpoint(path, Adam{.learning_rate = 0.01});
    Model<Rectified> model{Seed{7}};
    Trainer trainer{model, CrossEntropy{}, AdamW{.learning_rate = 0.02}};
    const Notes notes = io::load(trainer, path, accepting);
    BOOST_TEST(notes == (Notes{"layer 1 is Tanh in the run, ReLU in the program, which holds",
                               "the optimizer is Adam in the run, AdamW in the program, which holds",
                               "the seed is 5 in the run, which holds, 7 in the program"}));
    BOOST_TEST(trainer.optimizer(0).learning_rate == 0.02);
    BOOST_TEST(trainer.position().step == 10);
    // From now on the run is the program's.
    io::save(trainer, path);
    BOOST_TEST(io::load(trainer, path).empty());
}

BOOST_AUTO_TEST_CASE(hyper_parameters_go_on_as_schedules_left_them) {
    const Labelled data = samples();
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    // Both follow from what stands, not from the position.
    const auto schedule = [](auto& trainer, const EpochRecord&) {
        trainer.set_learning_rate(0.5 * trainer.optimizer(0).learning_rate);
        for (int i = 0; i < Net::parameter_tensor_count; ++i) trainer.optimizer(i).momentum *= 0.9;
    };
    const auto begin = [&](auto& trainer) {
        trainer.group([](std::string_view name) { return name.ends_with("bias"); },
                      SGD{.learning_rate = 0.02, .momentum = 0.5});
    };
    const SGD rule{.learning_rate = 0.1, .momentum = 0.9};
    Model<Net> whole{Seed{5}}, first{Seed{5}}, second{Seed{5}}, third{Seed{5}};
    Trainer uninterrupted{whole, CrossEntropy{}, rule};
    begin(uninterrupted);
    uninterrupted.fit(data, {.epochs = 4, .batch_size = 8, .progress = Progress::off}, schedule);
    Trainer trainer{first, CrossEntropy{}, rule};
    begin(trainer);
    trainer.fit(data, {.epochs = 2, .batch_size = 8, .progress = Progress::off}, schedule);
    io::save(trainer, path);
    Trainer resumed{second, CrossEntropy{}, rule};
    begin(resumed);
    BOOST_TEST(io::load(resumed, path).empty());
    BOOST_TEST(resumed.optimizer(0).learning_rate == 0.025);
    resumed.fit(data, {.epochs = 2, .batch_size = 8, .progress = Progress::off}, schedule);
    check_identical("parameters", numbers(second), numbers(whole));
    check_identical("optimizer", states(resumed), states(uninterrupted));

    // A program that begins with another rate means it; with another momentum it has to say so.
    Trainer faster{third, CrossEntropy{}, SGD{.learning_rate = 0.2, .momentum = 0.9}};
    begin(faster);
    BOOST_TEST(
        io::load(faster, path, silent) ==
        (Notes{"learning_rate is 0.1 in the run, 0.2 in the program for 3 of 5 parameter tensors, which holds"}));
    BOOST_TEST(faster.optimizer(0).learning_rate == 0.2);
    BOOST_TEST(faster.optimizer(1).learning_rate == 0.005);
    BOOST_TEST(faster.optimizer(0).momentum == 0.9 * 0.9 * 0.9);
    // Back to what was saved, from wherever schedules have brought it by now.
    faster.fit(data, {.batch_size = 8, .progress = Progress::off}, schedule);
    BOOST_TEST(io::load(faster, path, silent).size() == 1u);
    BOOST_TEST(faster.optimizer(1).learning_rate == 0.005);
    Trainer other{third, CrossEntropy{}, rule};
    BOOST_TEST(contains(message_of([&] { io::load(other, path); }),
                        ": momentum is 0.5 in the run, 0.9 in the program for 2 of 5 parameter tensors; load("));
}

BOOST_AUTO_TEST_CASE(groups_and_rates_go_by_the_rate_that_the_run_had) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    const auto biases = [](std::string_view name) { return name.ends_with("bias"); };
    const auto slope = [](std::string_view name) { return name.ends_with("2.weight") || name.ends_with("3.weight"); };
    const auto rates = [](const auto& trainer) {
        std::vector<double> result;
        for (int i = 0; i < Net::parameter_tensor_count; ++i) result.push_back(trainer.optimizer(i).learning_rate);
        return result;
    };
    Model<Net> model{Seed{5}}, second{Seed{5}}, third{Seed{5}};
    const SGD rule{.learning_rate = 0.1};
    Trainer trainer{model, CrossEntropy{}, rule};
    trainer.group(slope, SGD{.learning_rate = 0.3});
    trainer.fit(samples(), {.batch_size = 8, .progress = Progress::off});
    trainer.set_learning_rate(0.01);
    io::save(trainer, path);
    const auto go_on = [&](auto& t) {
        t.group(biases, SGD{.learning_rate = 0.02});
        t.set_learning_rate(0.005);
    };
    go_on(trainer);
    BOOST_TEST(trainer.optimizer(1).learning_rate == 0.01);

    Trainer resumed{second, CrossEntropy{}, rule};
    resumed.group(slope, SGD{.learning_rate = 0.3});
    io::load(resumed, path);
    BOOST_TEST(resumed.learning_rate() == 0.01);
    go_on(resumed);
    BOOST_TEST(rates(resumed) == rates(trainer));

    // A group that the run made on its way has the ratio that it had there, wherever the program makes it.
    io::save(trainer, path);
    Trainer late{third, CrossEntropy{}, rule};
    late.group(slope, SGD{.learning_rate = 0.3});
    late.group(biases, SGD{.learning_rate = 0.02});
    io::load(late, path);
    BOOST_TEST(rates(late) == rates(trainer));
    late.set_learning_rate(0.5);
    trainer.set_learning_rate(0.5);
    BOOST_TEST(rates(late) == rates(trainer));

    // A file that does not tell: by the rates that stand.
    trainer.set_learning_rate(0.25);
    io::save(trainer, path);
    const io::TensorFile file = io::read_safetensors(path);
    io::Metadata metadata = file.metadata();
    metadata.erase("learning_rate");
    metadata.erase("learning_rate_ratios");
    metadata[std::string{io::checksum_key}] = io::checksum(file.tensors(), metadata);
    io::write_safetensors(path, file.tensors(), metadata);
    io::load(late, path);
    BOOST_TEST(late.learning_rate() == 0.25);
    for (const auto& [ratios, expected] :
         {std::pair{"1 2", ": learning_rate_ratios: expected one for each parameter tensor, found 2"},
          {"1 1 x 1 1", ": learning_rate_ratios: expected a number, found x"}}) {
        metadata["learning_rate"] = "0.1";
        metadata["learning_rate_ratios"] = ratios;
        metadata[std::string{io::checksum_key}] = io::checksum(file.tensors(), metadata);
        io::write_safetensors(path, file.tensors(), metadata);
        BOOST_TEST(message_of([&] { io::load(late, path); }) == path + expected);
    }

    // A rate that the program chose anew holds, and its ratios.
    io::save(trainer, path);
    Trainer faster{third, CrossEntropy{}, SGD{.learning_rate = 0.2}};
    io::load(faster, path, silent);
    BOOST_TEST(faster.learning_rate() == 0.2);
}

BOOST_AUTO_TEST_CASE(files_without_a_record_load_with_a_note) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    write_checkpoint(path, Adam{});
    make_old(path);
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, AdamW{}};
    std::FILE* const stream = std::fopen(folder.file("notes").c_str(), "w");
    const Notes notes = io::load(trainer, path, {.notes = stream});
    std::fclose(stream);
    BOOST_TEST(notes == (Notes{"the file has no checksum and no record of its network, loss and optimizer, as those of "
                               "earlier versions: none of these was compared"}));
    BOOST_TEST(read_text(folder.file("notes")) == path + ": " + notes.at(0) + "\n");
    BOOST_TEST(trainer.position().step == 10);
    trainer.fit(samples(), {.batch_size = 8, .progress = Progress::off});
    BOOST_TEST(trainer.position().step == 14);

    make_old(path, [](io::Metadata& metadata) { metadata["batch_in_epoch"] = "281474976710656"; });
    BOOST_TEST(error_of(path, Adam{}) ==
               "samples: expected 281474976710656 or more, as many as batches of the epoch, found 24");
    make_old(path,
             [](io::Metadata& metadata) { metadata["batch_in_epoch"] = metadata["samples"] = "281474976710656"; });
    io::load(trainer, path, silent);
    BOOST_TEST(contains(message_of<std::invalid_argument>(
                            [&] { trainer.fit(samples(), {.batch_size = 1 << 30, .progress = Progress::off}); }),
                        "281474976710656 batches, but 50 samples are 1 batches"));
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none_are_refused_if_asked) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("x");
    Model<Net> model{Seed{5}};
    Trainer trainer{model, CrossEntropy{}, Adam{}};
    trainer.fit(samples(), {.progress = Progress::off});
    trainer.numbers().states[1][0] = std::numeric_limits<float>::quiet_NaN();
    io::save(trainer, path);
    BOOST_TEST(message_of([&] { io::load(trainer, path, {.finite = true}); }) ==
               path + ": optimizer.1.0.weight has 1 number that is infinite or NaN, the first at [0, 0]");
    io::load(trainer, path);
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
    BOOST_TEST(error_of(path, Adam{}) == "holds a model, not a training run: load it into a Model");
    io::write_safetensors(path, std::vector<io::TensorView>{});
    BOOST_TEST(error_of(path, Adam{}) == "not a training run, its metadata do not say so");
    io::write_safetensors(path, std::vector<io::TensorView>{}, {{"format", "tenet-run 3"}});
    BOOST_TEST(error_of(path, Adam{}) ==
               "expected a training run of the format tenet-run 2, found tenet-run 3: it is "
               "damaged, or of a later version");
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
