#define BOOST_TEST_MODULE threads
#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/data/dataset.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/model.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/checkpoint.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/message_of.hpp>
#include <support/random_numbers.hpp>
#include <support/temporary_directory.hpp>
#include <support/users_tasks.hpp>

/// What several threads give is what one gives, bit for bit. To be run under the thread sanitizer too.
using namespace tenet;
using namespace tenet::testing;

namespace {

using Net = Network<Input<1, 8, 8>, Conv2d<4, Kernel<3>, Padding<1>>, ReLU, MaxPool2d<2>, Flatten, Dropout<>,
                    Linear<20>, Tanh, PReLU<>, Linear<5>>;
constexpr std::size_t inputs = 64, outputs = 5, samples = 43;

std::vector<float> random_inputs() {
    return RandomNumbers{1}.uniform(samples * inputs, -1.0f, 1.0f);
}

std::vector<float> serial_outputs(const Model<Net>& model, const std::vector<float>& x) {
    std::vector<float> y(samples * outputs);
    Workspace<Net> workspace;
    model.forward(x, y, workspace);
    return y;
}

/// `action` with at most so many threads, in an arena of its own.
template <class Action>
void on_threads(int threads, const Action& action) {
    const oneapi::tbb::global_control control{oneapi::tbb::global_control::max_allowed_parallelism,
                                              static_cast<std::size_t>(threads)};
    oneapi::tbb::task_arena arena{threads};
    arena.execute(action);
}

}  // namespace

BOOST_AUTO_TEST_CASE(four_threads_share_one_model) {
    const Model<Net> model{Seed{1}};
    const std::vector<float> x = random_inputs();
    // Each thread cuts the batch elsewhere: groups of lanes and single samples run at the same time.
    const auto run = [&](std::size_t t, std::vector<float>& y, Workspace<Net>& workspace) {
        const std::size_t cut = std::array<std::size_t, 4>{samples, 16, 3, 20}[t];
        model.forward(std::span{x}.first(cut * inputs), std::span{y}.first(cut * outputs), workspace);
        model.forward(std::span{x}.subspan(cut * inputs), std::span{y}.subspan(cut * outputs), workspace);
    };
    std::vector<std::vector<float>> results(4, std::vector<float>(samples * outputs)), expected = results;
    Workspace<Net> serial;
    for (std::size_t t = 0; t < 4; ++t) run(t, expected[t], serial);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            Workspace<Net> workspace;
            for (int round = 0; round < 20; ++round) run(t, results[t], workspace);
        });
    for (std::thread& thread : threads) thread.join();
    for (std::size_t t = 0; t < 4; ++t) check_identical("outputs", results[t], expected[t]);
}

BOOST_AUTO_TEST_CASE(two_threads_in_one_workspace_are_told_or_right) {
    const Model<Net> model{Seed{1}};
    const std::vector<float> x = random_inputs(), expected = serial_outputs(model, x);
    const auto check = [&](auto& shared) {
        std::array<std::vector<float>, 2> results;
        std::array<int, 2> right{}, told{};
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < 2; ++t)
            threads.emplace_back([&, t] {
                for (int round = 0; round < 200; ++round) {
                    results[t].assign(samples * outputs, -1.0f);
                    try {
                        model.forward(x, results[t], shared);
                        right[t] += results[t] == expected;
                    } catch (const std::logic_error&) {
                        told[t] += results[t] == std::vector<float>(samples * outputs, -1.0f);
                    }
                }
            });
        for (std::thread& thread : threads) thread.join();
        for (std::size_t t = 0; t < 2; ++t) BOOST_TEST(right[t] + told[t] == 200);
    };
    Workspace<Net> workspace;
    check(workspace);
    Workspaces<Net> workspaces;
    check(workspaces);
}

BOOST_AUTO_TEST_CASE(four_threads_each_use_all_cores) {
    const Model<Net> model{Seed{1}};
    const std::vector<float> x = random_inputs(), expected = serial_outputs(model, x);
    std::vector<std::vector<float>> results(4, std::vector<float>(samples * outputs));
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            Workspaces<Net> workspaces;
            for (int round = 0; round < 10; ++round) model.forward(x, results[t], workspaces);
        });
    for (std::thread& thread : threads) thread.join();
    for (const std::vector<float>& result : results) check_identical("outputs", result, expected);
}

BOOST_AUTO_TEST_CASE(workspaces_of_threads_serve_tasks_of_the_callers) {
    const Model<Net> model{Seed{1}};
    const std::vector<float> x = random_inputs();
    std::atomic<int> told{0};
    on_threads(8, [&] {
        oneapi::tbb::enumerable_thread_specific<Workspaces<Net>> workspaces;
        run_users_tasks(4000, [&](int) {
            std::vector<float> y(samples * outputs);
            try {
                model.forward(x, y, workspaces.local());
            } catch (const std::logic_error&) {
                ++told;
            }
        });
    });
    BOOST_TEST(told == 0);
}

BOOST_AUTO_TEST_CASE(workspaces_follow_when_more_threads_come) {
    const Model<Net> model{Seed{1}};
    const std::vector<float> x = random_inputs(), expected = serial_outputs(model, x);
    std::vector<float> y(samples * outputs);
    Workspaces<Net>* workspaces = nullptr;
    on_threads(1, [&] { workspaces = new Workspaces<Net>; });
    for (const int threads : {1, 4, 2}) {
        on_threads(threads, [&] { model.forward(x, y, *workspaces); });
        check_identical("outputs", y, expected);
    }
    delete workspaces;
}

BOOST_AUTO_TEST_CASE(training_gives_the_same_bits_on_any_number_of_threads) {
    const std::vector<float> x = random_inputs();
    std::vector<data::Label> labels;
    for (std::size_t i = 0; i < samples; ++i) labels.push_back(static_cast<data::Label>(i % outputs));
    const data::Dataset<float, data::Label> data{Shape{1, 8, 8}, x, labels};
    std::vector<float> expected;
    double expected_loss = 0;
    for (const int threads : {1, 2, 4}) {
        Model<Net> model{Seed{1}};
        Trainer trainer{model, CrossEntropy{}, Adam{.learning_rate = 0.01}};
        History history;
        on_threads(threads, [&] {
            // Batches of several tasks, and one in which the last task is not full.
            history =
                trainer.fit(data, {.epochs = 4, .batch_size = 40, .validation = &data, .progress = Progress::off});
        });
        const std::vector<float> numbers(model.data(), model.data() + model.storage());
        if (expected.empty()) expected = numbers, expected_loss = history.epochs.back().validation_loss;
        check_identical("parameters", numbers, expected);
        BOOST_TEST(history.epochs.back().validation_loss == expected_loss);
    }
}

BOOST_AUTO_TEST_CASE(two_trainers_run_at_the_same_time) {
    const std::vector<float> x = random_inputs();
    const data::Dataset<float, data::Label> data{Shape{1, 8, 8}, x, std::vector<data::Label>(samples, 2)};
    const auto train = [&](std::vector<float>& result) {
        Model<Net> model{Seed{1}};
        Trainer trainer{model, CrossEntropy{}, Adam{}};
        trainer.fit(data, {.epochs = 3, .batch_size = 40, .progress = Progress::off});
        result.assign(model.data(), model.data() + model.storage());
    };
    std::vector<float> alone, first, second;
    train(alone);
    std::thread one{[&] { train(first); }}, two{[&] { train(second); }};
    one.join();
    two.join();
    check_identical("parameters", first, alone);
    check_identical("parameters", second, alone);
}

namespace {

/// With inputs of 1 and a rate of 1, each step takes 1 from every weight.
struct Sum {
    static constexpr bool takes_labels = false;
    template <class T>
    TENET_INLINE T forward(const T* output, const T*, int n) const {
        T sum = T(0.0f);
        for (int i = 0; i < n; ++i) sum = sum + output[i];
        return sum;
    }
    template <class T>
    TENET_INLINE T gradient(const T* output, const T* target, int n, T scale, T* gradient) const {
        for (int i = 0; i < n; ++i) gradient[i] = scale;
        return forward(output, target, n);
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_second_thread_saves_or_copies_is_of_one_step) {
    using Counter = Network<Input<256>, Linear<256, NoBias>>;
    const SGD rule{.learning_rate = 1.0, .momentum = 1e-30};
    const data::Dataset<float, float> data{Shape{256}, std::vector<float>(512, 1.0f), Shape{256},
                                           std::vector<float>(512, 1.0f)};
    Model<Counter> model;
    model.initialize(Zeros{});
    Trainer trainer{model, Sum{}, rule};
    std::atomic<bool> stop{false};
    std::atomic<int> begun{0};
    std::string failure;
    std::thread training{[&] {
        try {
            trainer.fit(data, {.epochs = 1 << 20, .batch_size = 1, .progress = Progress::off},
                        [&](auto&, const StepResult&) {
                            begun = 1;
                            std::this_thread::sleep_for(std::chrono::microseconds{50});
                            return !stop;
                        });
        } catch (const std::exception& error) {
            failure = error.what();
        }
    }};
    while (!begun) std::this_thread::yield();

    const auto steps_in = [](const auto& of) {
        const auto values = of.tensor(0).values;
        const std::set<float> different(values.begin(), values.end());
        return different.size() == 1 ? static_cast<std::int64_t>(-*different.begin()) : std::int64_t{-1};
    };
    const auto as_good_as_told = [](const auto& action) {
        for (int done = 0, tries = 0; done < 10 && tries < 10000; ++tries)
            if (message_of<std::logic_error>([&] { action(), ++done; }) != "(nothing was thrown)")
                std::this_thread::yield();
    };
    const TemporaryDirectory folder;
    const std::string run = folder.file("run"), weights = folder.file("weights");
    int wrong = 0;
    as_good_as_told([&] {
        io::save(trainer, run);
        Model<Counter> saved;
        Trainer resumed{saved, Sum{}, rule};
        io::load(resumed, run, {.notes = nullptr});
        wrong += steps_in(saved) != resumed.position().step || resumed.position().step == 0;
        wrong += resumed.position().step != 2 * resumed.position().epoch + resumed.position().batch_in_epoch;
    });
    as_good_as_told([&] {
        io::save(model, weights);
        Model<Counter> saved;
        io::load(saved, weights);
        wrong += steps_in(saved) <= 0;
    });
    as_good_as_told([&] {
        const Model<Counter> copy = model;
        wrong += steps_in(copy) <= 0;
    });
    as_good_as_told([&] {
        const EvalModel eval{model};
        wrong += steps_in(eval) <= 0;
    });
    as_good_as_told([&] { trainer.set_learning_rate(1.0); });
    stop = true;
    training.join();
    BOOST_TEST(failure == "");
    BOOST_TEST(wrong == 0);
    BOOST_TEST(steps_in(model) == trainer.position().step);
}

// At -O0, and under sanitizers, functions take several times as much.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !TENET_THREAD_SANITIZER
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TENET_TEST_LARGE_FRAMES
#endif
#endif
#ifndef TENET_TEST_LARGE_FRAMES
namespace {

/// Each of these layers needs room in backward that grows with the image.
using LargeNet = Network<Input<4, 64, 64>, LayerNorm<1>, Conv2d<16, Kernel<3>, Padding<1>>, GroupNorm<4>, GELU,
                         Conv2d<16, Kernel<3>, Padding<1>, Stride<4>>, BatchNorm2d<>, MaxPool2d<4>, InstanceNorm2d<>,
                         Reshape<256, 1>, LocalResponseNorm<3>, Flatten, Linear<10>>;

void on_small_stack(const std::function<void()>& action) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    BOOST_TEST_REQUIRE(pthread_attr_setstacksize(&attributes, 65536) == 0);
    pthread_t thread;
    const auto run = [](void* object) -> void* {
        (*static_cast<const std::function<void()>*>(object))();
        return nullptr;
    };
    BOOST_TEST_REQUIRE(pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&action)) == 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_thread_with_64_kib_of_stack_infers_and_trains) {
    constexpr auto in = static_cast<std::size_t>(LargeNet::input_shape.count());
    const std::vector<float> x = RandomNumbers{1}.uniform(17 * in, -1.0f, 1.0f);
    const std::vector<std::int32_t> labels(17, 3);
    std::vector<float> y(17 * 10), expected(17 * 10);
    std::vector<const float*> rows;
    for (std::size_t i = 0; i < 17; ++i) rows.push_back(x.data() + i * in);
    Batch<> batch;
    batch.inputs = rows.data();
    batch.labels = labels.data();
    batch.size = 17;
    const auto model = std::make_unique<Model<LargeNet>>(Seed{1});
    Trainer trainer{*model, CrossEntropy{}, Adam{}};
    Workspace<LargeNet> workspace;
    model->forward(x, expected, workspace);
    on_small_stack([&] {
        model->forward(x, y, workspace);
        model->forward(std::span{x}.first(in), std::span{y}.first(10), workspace);
    });
    check_close("outputs", y, expected, 1e-4);
    double loss = 0.0;
    on_small_stack([&] {
        for (int i = 0; i < 3; ++i) loss = trainer.step(batch).loss;
    });
    BOOST_TEST(loss > 0.0);
}
#endif
#endif
