#define BOOST_TEST_MODULE allocation
#include <algorithm>
#include <cstdint>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/data/dataset.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/model/model.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

#include <support/allocations.hpp>
#include <support/boost_test.hpp>
#include <support/layers.hpp>

/// Inference never takes memory from the heap, and neither does a training step once the largest batch was seen.
using namespace tenet;
using namespace tenet::testing;

namespace {

using MLP = Network<Input<1, 10, 10>, Flatten, Linear<70>, ReLU, Dropout<0.5f>, Linear<40>, GELU, Linear<5>>;
using Mixed =
    Network<Input<2, 12, 12>, Conv2d<8, Kernel<3>, Padding<1>>, ReLU, Conv2d<6, Kernel<3>, Stride<2>, Groups<2>>,
            PReLU<6>, MaxPool2d<2, Stride<1>>, Conv2d<6, Kernel<3>, Padding<1>, PaddingMode<reflect>>, AvgPool2d<2>,
            Mish, Reshape<6, -1>, Conv1d<4, Kernel<2>>, AvgPool1d<3>, Dropout<>, Flatten, Quadratic, Frozen<Linear<9>>,
            Softmax, Linear<5>>;

using Images = data::Dataset<std::uint8_t, data::Label>;

Images images(const Shape& shape, int n) {
    const Generator random{Seed{1}, Stream::data};
    std::vector<std::uint8_t> pixels;
    std::vector<data::Label> labels;
    for (std::int64_t i = 0; i < n * shape.count(); ++i)
        pixels.push_back(static_cast<std::uint8_t>(random.bits(static_cast<std::uint64_t>(i))));
    for (int i = 0; i < n; ++i) labels.push_back(i % 5);
    return {shape, pixels, labels};
}

/// Runs `action` on so many threads of an arena of its own, whatever the machine has.
template <class Action>
void on_threads(int threads, const Action& action) {
    const oneapi::tbb::global_control control{oneapi::tbb::global_control::max_allowed_parallelism,
                                              static_cast<std::size_t>(threads)};
    oneapi::tbb::task_arena arena{threads};
    arena.execute(action);
}

/// On several threads, oneTBB takes a little memory as its threads come to life, whenever that is: there, one of many
/// attempts shall take none.
template <class Action>
void check_takes_none(const Action& action) {
    std::int64_t least = allocations(action);
    for (int attempt = 0; least > 0 && attempt < 100 && cpu::max_threads() > 1; ++attempt)
        least = std::min(least, allocations(action));
    BOOST_TEST(least == 0);
}

template <class Net>
void check_inference() {
    const Model<Net> model{Seed{1}};
    constexpr std::size_t inputs = Net::input_shape.count(), outputs = Net::output_shape.count();
    const std::vector<float> x(100 * inputs, 0.5f);
    std::vector<float> y(100 * outputs);
    Workspace<Net> workspace;
    const auto run = [&](auto& memory) {
        for (const std::size_t count : {1u, 4u, 5u, 16u, 33u, 100u})
            model.forward(std::span{x}.first(count * inputs), std::span{y}.first(count * outputs), memory);
    };
    check_takes_none([&] { run(workspace); });
    Workspaces<Net> workspaces;
    check_takes_none([&] { run(workspaces); });
}

template <class Net, class Rule>
void check_training(const Rule& rule) {
    Model<Net> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, rule};
    const Images data = images(Net::input_shape, 150);
    BatchBuffer<Images> buffer;
    const auto batch = [&](int count) { return buffer.gather(data, count, [](int i) { return i; }); };
    const std::int64_t first_step = allocations([&] { trainer.step(batch(128)); });
    BOOST_TEST(first_step > 0);  // or nothing is counted at all
    check_takes_none([&] {
        for (const int count : {128, 100, 1, 17, 128}) trainer.step(batch(count));
    });
}

/// From the first step of each epoch to its last.
template <class Net>
void check_fit() {
    Model<Net> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, Adam{}};
    const Images data = images(Net::input_shape, 150);
    constexpr int epochs = 20, steps_per_epoch = 5;
    std::int64_t before = 0, in_epoch = 0, least = 1000, steps = 0;
    trainer.fit(data, {.epochs = epochs, .batch_size = 32, .progress = Progress::off}, [&](auto&, const StepResult&) {
        const std::int64_t now = allocations_so_far();
        if (steps % steps_per_epoch == 0)
            in_epoch = 0;
        else
            in_epoch += now - before;
        before = now;
        if (++steps % steps_per_epoch != 0) return;
        if (cpu::max_threads() == 1) BOOST_TEST(in_epoch == 0);
        least = std::min(least, in_epoch);
        before = allocations_so_far();
    });
    BOOST_TEST(steps == epochs * steps_per_epoch);
    BOOST_TEST(least == 0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(inference_on_one_thread) {
    on_threads(1, [] {
        check_inference<MLP>();
        check_inference<Mixed>();
    });
}
BOOST_AUTO_TEST_CASE(inference_on_four_threads) {
    on_threads(4, [] {
        check_inference<MLP>();
        check_inference<Mixed>();
    });
}
BOOST_AUTO_TEST_CASE(a_training_step_on_one_thread) {
    on_threads(1, [] {
        check_training<MLP>(Adam{});
        check_training<Mixed>(SGD{.learning_rate = 0.1, .momentum = 0.9});
    });
}
BOOST_AUTO_TEST_CASE(a_training_step_on_four_threads) {
    on_threads(4, [] {
        check_training<MLP>(Adam{});
        check_training<Mixed>(SGD{.learning_rate = 0.1, .momentum = 0.9});
    });
}
BOOST_AUTO_TEST_CASE(the_steps_of_an_epoch) {
    on_threads(1, [] { check_fit<MLP>(); });
    on_threads(4, [] { check_fit<MLP>(); });
}
