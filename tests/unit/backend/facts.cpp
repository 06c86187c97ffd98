#define BOOST_TEST_MODULE facts
#include <cstdlib>
#include <new>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <oneapi/tbb/task_arena.h>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/backend/cpu/facts.hpp>
#include <tenet/backend/cpu/training_step.hpp>
#include <tenet/layers/batch_norm.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/elementwise.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/frozen.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/layers/prelu.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/math/relu.hpp>
#include <tenet/model/model.hpp>

using namespace tenet;

namespace {
std::int64_t aligned_bytes = 0;  // all numbers of models and training steps lie in aligned memory
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    aligned_bytes += static_cast<std::int64_t>(size);
    const auto step = static_cast<std::size_t>(alignment);
    if (void* const memory = std::aligned_alloc(step, (size + step - 1) / step * step)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace {

struct Rectifier : Elementwise<math::ReLU> {};
using MLP = Network<Input<784>, Linear<256>, Rectifier, Linear<10>>;
// Dropout, a layer that stays as it is, one with private sums, and one without an epilogue.
using Mixed =
    Network<Input<70>, Linear<50>, PReLU<>, Dropout<0.5f>, Frozen<Linear<33>>, Rectifier, Linear<20>, Linear<5>>;
using LeNet =
    Network<Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, Rectifier, AvgPool2d<2>, Conv2d<16, Kernel<5>>,
            Rectifier, MaxPool2d<2>, Flatten, Linear<120>, Rectifier, Linear<84>, Rectifier, Linear<10>>;

// Tasks that wait for each other's statistics have a block each.
using Normalised = Network<Input<3, 8, 8>, Conv2d<4, Kernel<3>>, BatchNorm2d<>, Rectifier, Flatten, Linear<12>,
                           BatchNorm1d<>, Rectifier, Linear<10>>;

using Networks = std::tuple<MLP, Mixed, LeNet, Normalised>;

/// What a training step allocates for batches of this size, on one thread.
template <class Net>
std::int64_t allocated_for_training(int batch) {
    const std::vector<float> sample(static_cast<std::size_t>(Net::input_shape.count()), 0.5f);
    const std::vector<const float*> inputs(static_cast<std::size_t>(batch), sample.data());
    const std::vector<std::int32_t> labels(static_cast<std::size_t>(batch), 1);
    const Model<Net> model{Seed{1}};
    Batch<> b;
    b.inputs = inputs.data();
    b.labels = labels.data();
    b.size = batch;
    std::int64_t bytes = 0;
    oneapi::tbb::task_arena one_thread{1};
    one_thread.execute([&] {
        const std::int64_t before = aligned_bytes;
        cpu::TrainingStep<Net, CrossEntropy> step;
        step.run(model.data(), CrossEntropy{}, b, [](int, std::int64_t, std::int64_t) {});
        bytes = aligned_bytes - before;
    });
    return bytes;
}

template <class Net>
void check_training(int batch) {
    const std::int64_t allocated = allocated_for_training<Net>(batch), said = Net::training_memory(batch);
    BOOST_TEST_CONTEXT("batch " << batch) {
        BOOST_TEST(allocated <= said + 256);  // a worker's block is spread over the sets of a cache
        const int lanes = cpu::dispatch([]<class Isa>() { return Isa::lanes; });
        if (lanes == 16) BOOST_TEST(allocated >= said);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(training_memory_is_what_a_step_allocates) {
    for (const int batch : {1, 16, 17, 32, 100, 256, 1000}) {
        check_training<MLP>(batch);
        check_training<Mixed>(batch);
        check_training<LeNet>(batch);
        check_training<Normalised>(batch);
    }
}

BOOST_AUTO_TEST_CASE(inference_memory_is_what_the_largest_workspace_has) {
    const int lanes = cpu::dispatch([]<class Isa>() { return Isa::lanes; });
    for (const std::int64_t batch : {5, 16, 1000}) {
        BOOST_TEST(4 * cpu::Inference<MLP>::memory() <= MLP::inference_memory(batch));
        BOOST_TEST(4 * cpu::Inference<Mixed>::memory() <= Mixed::inference_memory(batch));
    }
    if (lanes == 16) BOOST_TEST(4 * cpu::Inference<MLP>::memory() == MLP::inference_memory(16));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_batch_stays_within_the_memory_named_for_it, Net, Networks) {
    const Model<Net> model{Seed{1}};
    for (const int batch : {1, 2, 3, 4, 5, 16, 33}) {
        const auto floats = static_cast<std::size_t>(Net::inference_memory(batch) / 4);
        memory::AlignedBuffer memory{floats + 16};
        for (std::size_t i = 0; i < 16; ++i) memory.data()[floats + i] = 42.0f;
        const auto samples = static_cast<std::size_t>(batch);
        const std::vector<float> input(samples * static_cast<std::size_t>(Net::input_shape.count()), 0.5f);
        std::vector<float> output(samples * static_cast<std::size_t>(Net::output_shape.count()));
        using Inference = cpu::Inference<Net>;
        Inference::run(model.data(), Inference::whole(input.data(), output.data()), batch, memory.data());
        BOOST_TEST_CONTEXT("batch " << batch)
        for (std::size_t i = 0; i < 16; ++i) BOOST_TEST(memory.data()[floats + i] == 42.0f);
    }
}
