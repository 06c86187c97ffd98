#define BOOST_TEST_MODULE property_shared
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/finite_differences.hpp>
#include <support/fusion_law.hpp>
#include <support/layers.hpp>

// Layers that share their parameters: gradients against finite differences and against the same network with parameters
// of its own at each place, and training.

using namespace tenet;
using namespace tenet::testing;

namespace {

struct Tag;
template <class Layer>
using Tied = Shared<Tag, Layer>;
template <class Layer>
using Free = Sequential<Layer>;

template <template <class> class Keep>
using Features = Network<Input<7>, Linear<21>, Tanh, Keep<Linear<21>>, Keep<Linear<21>>, Tanh,
                         Residual<Keep<Linear<21>>>, Linear<3>>;
template <template <class> class Keep>
using Images =
    Network<Input<2, 6, 6>, Conv2d<4, Kernel<3>, Padding<1>>,
            Repeat<2, Residual<Keep<Sequential<Conv2d<4, Kernel<3>, Padding<1>>, Tanh>>>>, AvgPool2d<2>,
            Graph<Inputs<"x">, Node<"sum", Add<>, From<"left", "x">>,
                  Node<"left", Keep<Sequential<Conv2d<4, Kernel<3>, Padding<1>>, Tanh>>, From<"x">>, Outputs<"sum">>>;
template <template <class> class Keep>
using Slopes = Network<Input<5>, Keep<PReLU<>>, Linear<4>, Keep<PReLU<>>>;
template <template <class> class Keep>
using OwnLayers = Network<Input<5>, Keep<Quadratic>, Linear<5>, Keep<Quadratic>>;
template <template <class> class Keep>
using Norms = Network<Input<6>, Linear<5>, Keep<BatchNorm1d<>>, Tanh, Keep<BatchNorm1d<>>, Linear<5>,
                      Residual<Keep<BatchNorm1d<>>>>;
template <template <class> class Keep>
using Rows = Network<Input<3, 4>, Keep<LayerNorm<1>>, Tanh, Keep<LayerNorm<1>>>;

/// Gives each place of the shared layers the same numbers, then holds the sum of their gradients to the one gradient.
template <class TiedNet, class FreeNet>
void check_sums(const char* name) {
    const auto tied = any_network<TiedNet>(Seed{run_seed()}), free = any_network<FreeNet>();
    const auto owner = [](int free_tensor) {
        const Parameter& p = FreeNet::parameters[free_tensor];
        const int node = TiedNet::graph.nodes[p.node].parameters_of;
        for (int i = 0; i < TiedNet::parameter_tensor_count; ++i)
            if (TiedNet::parameters[i].node == node && TiedNet::parameters[i].index == p.index) return i;
        return -1;
    };
    for (int i = 0; i < free->tensor_count(); ++i) {
        const std::span<const float> from = tied->tensor(owner(i)).values;
        std::copy(from.begin(), from.end(), free->tensor(i).values.begin());
    }
    RandomNumbers random{21};
    for (const int batch : {5, 16, 37, 100})
        for (const int lanes : all_ways())
            TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name << ", batch " << batch << ", " << lanes << " lanes") {
                const auto samples = static_cast<std::size_t>(batch);
                const Numbers input = random.uniform(samples * tied->input_count(), -1.0f, 1.0f);
                const Numbers target = random.uniform(samples * tied->output_count(), -1.0f, 1.0f);
                check_identical("output", tied->outputs(lanes, input, batch), free->outputs(lanes, input, batch));
                const Pass one = tied->pass(lanes, input, target), other = free->pass(lanes, input, target);
                check_identical("input gradient", one.input_gradient, other.input_gradient);
                std::vector<Numbers> sums(static_cast<std::size_t>(tied->tensor_count()));
                for (std::size_t i = 0; i < other.gradients.size(); ++i) {
                    Numbers& sum = sums[static_cast<std::size_t>(owner(static_cast<int>(i)))];
                    sum.resize(other.gradients[i].size());
                    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += other.gradients[i][k];
                }
                for (std::size_t i = 0; i < sums.size(); ++i)
                    if (tied->trained(static_cast<int>(i)))
                        check_close(std::string(tied->tensor(static_cast<int>(i)).name), one.gradients[i], sums[i],
                                    2e-6);
            }
}

/// Parameters after a few steps on batches of changing size.
template <class Net>
Numbers train(int threads) {
    Model<Net> model{Seed{run_seed()}};
    oneapi::tbb::task_arena arena{threads};
    arena.execute([&] {
        RandomNumbers random{22};
        Trainer trainer{model, MSE{}, Adam{.learning_rate = 0.01}};
        for (const int size : {150, 33, 150, 7}) {
            const auto samples = static_cast<std::size_t>(size);
            const Numbers input = random.uniform(samples * Net::input_shape.count(), -1.0f, 1.0f);
            const Numbers target = random.uniform(samples * Net::output_shape.count(), -1.0f, 1.0f);
            const std::vector<const float*> rows = rows_of(input, Net::input_shape.count());
            const std::vector<const float*> targets = rows_of(target, Net::output_shape.count());
            Batch<> batch;
            batch.inputs = rows.data();
            batch.targets = targets.data();
            batch.size = size;
            trainer.step(batch);
        }
    });
    return {model.data(), model.data() + model.storage()};
}

template <class Net>
void check_training(const char* name) {
    const oneapi::tbb::global_control allow{oneapi::tbb::global_control::max_allowed_parallelism, 4};
    TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name) {
        const Numbers expected = train<Net>(1);
        BOOST_TEST(std::all_of(expected.begin(), expected.end(), [](float x) { return std::isfinite(x); }));
        for (const int threads : {2, 4}) check_identical("parameters", train<Net>(threads), expected);
    }
}

}  // namespace

// One tensor for all places, named at the first.
static_assert(Features<Tied>::parameter_tensor_count == 6 && Features<Free>::parameter_tensor_count == 10);
static_assert(Features<Tied>::parameter_count == 7 * 21 + 21 + 21 * 21 + 21 + 21 * 3 + 3);
static_assert(Features<Tied>::parameter_name(2) == "2.weight" && Features<Tied>::parameter_name(4) == "6.weight");
static_assert(Images<Tied>::parameter_name(2) == "1.0.0.0.0.weight" && Images<Tied>::parameter_tensor_count == 4);

BOOST_AUTO_TEST_CASE(gradients_are_those_of_finite_differences) {
    constexpr Smoothness bent{0.0f, 0.01f};
    check_gradients<Features<Tied>>("features");
    check_gradients<Norms<Tied>>("batch normalisation", bent, 3e-3);
    check_gradients<Rows<Tied>>("layer normalisation");
    check_gradients<OwnLayers<Tied>>("layers of one's own");
    check_gradients<Images<Tied>>("images");
}

BOOST_AUTO_TEST_CASE(gradients_of_all_places_add_up) {
    check_sums<Features<Tied>, Features<Free>>("features");
    check_sums<Norms<Tied>, Norms<Free>>("batch normalisation");
    check_sums<Rows<Tied>, Rows<Free>>("layer normalisation");
    check_sums<OwnLayers<Tied>, OwnLayers<Free>>("layers of one's own");
    check_sums<Slopes<Tied>, Slopes<Free>>("slopes");
    check_sums<Images<Tied>, Images<Free>>("images");
}

BOOST_AUTO_TEST_CASE(fused_is_unfused) {
    check_fusion<Features<Tied>>("features");
    check_fusion<Images<Tied>>("images");
}

BOOST_AUTO_TEST_CASE(training_gives_the_same_bits_for_any_number_of_threads) {
    check_training<Features<Tied>>("features");
    check_training<Norms<Tied>>("batch normalisation");
    check_training<Images<Tied>>("images");
}
