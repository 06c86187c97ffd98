#define BOOST_TEST_MODULE property_padding_lanes
#include <tenet/backend/cpu/evaluation.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/networks.hpp>
#include <support/random_numbers.hpp>

// Lanes that hold no sample contribute exactly nothing, even where the formula has no value at the numbers they hold.

using namespace tenet;
using namespace tenet::testing;

namespace {

struct Logarithm : Elementwise<math::FromCallable<[](auto x) { return log(x); }>> {};
struct Reciprocal : Elementwise<math::FromCallable<[](auto x) { return 1.0f / x; }>> {};

// Inputs are positive; 0 would give infinities and then numbers that are none.
using AfterWeights = Network<Input<5>, PReLU<>, Logarithm, Linear<3>>;
using BeforeWeights = Network<Input<5>, Logarithm, Linear<4>, ReLU, Linear<3>>;
using InImages = Network<Input<1, 4, 4>, Quadratic, Reciprocal, Conv2d<2, Kernel<3>>, AvgPool2d<2>, Flatten, Linear<3>>;
using Vanishing = Network<Input<5>, Quadratic, Reciprocal, Softmax>;

template <class Net>
void check(const char* name) {
    const auto network = any_network<Net>(Seed{run_seed()});
    RandomNumbers random{4};
    for (const int lanes : all_lanes())
        for (int batch = 1; batch <= lanes + 1; ++batch)
            TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name << ", " << lanes << " lanes, batch " << batch) {
                const auto samples = static_cast<std::size_t>(batch);
                const Numbers input = random.uniform(samples * network->input_count(), 0.5f, 2.0f);
                const Numbers target = random.uniform(samples * network->output_count(), -1.0f, 1.0f);
                const Pass pass = network->pass(lanes, input, target);
                const auto all_finite = [](const Numbers& numbers) {
                    return std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); });
                };
                BOOST_TEST(std::isfinite(pass.loss));
                BOOST_TEST(all_finite(pass.input_gradient));
                for (int i = 0; i < network->tensor_count(); ++i)
                    BOOST_TEST(all_finite(pass.gradients[static_cast<std::size_t>(i)]), network->tensor(i).name);
                BOOST_TEST(all_finite(network->outputs(lanes, input, batch)));
            }
}

}  // namespace

BOOST_AUTO_TEST_CASE(undefined_values_in_empty_lanes_stay_there) {
    check<AfterWeights>("AfterWeights");
    check<BeforeWeights>("BeforeWeights");
    check<InImages>("InImages");
    check<Vanishing>("Vanishing");
}

BOOST_AUTO_TEST_CASE(a_mean_counts_samples_only) {
    using Net = Network<Input<5>, Logarithm>;
    RandomNumbers random{5};
    const Model<Net> model;
    cpu::Evaluation<Net, CrossEntropy> labelled;
    cpu::Evaluation<Net, MSE> numbered;
    for (int size = 1; size <= 40; ++size)
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT("batch " << size) {
            const auto samples = static_cast<std::size_t>(size);
            const Numbers input = random.uniform(samples * 5, 0.5f, 2.0f);
            const Numbers target = random.uniform(samples * 5, -1.0f, 1.0f);
            const std::vector<const float*> rows = rows_of(input, 5), targets = rows_of(target, 5);
            std::vector<std::int32_t> labels;
            double cross_entropy = 0.0, squares = 0.0;
            std::int64_t correct = 0;
            for (std::size_t n = 0; n < samples; ++n) {
                const int label = random.integer(0, 4);
                labels.push_back(label);
                float logits[5];
                for (std::size_t i = 0; i < 5; ++i) logits[i] = std::log(input[n * 5 + i]);
                cross_entropy += double{CrossEntropy{}.forward(logits, 5, label)} / size;
                squares += double{MSE{}.forward(logits, targets[n], 5)} / size;
                correct += std::max_element(logits, logits + 5) - logits == label;
            }
            Batch<> batch;
            batch.inputs = rows.data();
            batch.labels = labels.data();
            batch.targets = targets.data();
            batch.size = size;
            const StepResult with_labels = labelled.run(model.data(), CrossEntropy{}, batch);
            BOOST_TEST(std::abs(with_labels.loss - cross_entropy) <= 1e-6 * (1 + cross_entropy));
            BOOST_TEST(with_labels.correct == correct);
            BOOST_TEST(std::abs(numbered.run(model.data(), MSE{}, batch).loss - squares) <= 1e-6 * (1 + squares));
            const auto nothing = [](int, std::int64_t, std::int64_t) {};
            cpu::TrainingStep<Net, CrossEntropy> step;
            const StepResult trained = step.run(model.data(), CrossEntropy{}, batch, nothing);
            BOOST_TEST(std::abs(trained.loss - cross_entropy) <= 1e-6 * (1 + cross_entropy));
            BOOST_TEST(trained.correct == correct);
        }
}

namespace {

/// As a user would write it around a loss of ours. g++ 12 gave up at -O1 as long as that one asked for lanes without a
/// sample, scale * 2 == 0.
struct Doubled {
    static constexpr bool takes_labels = true;

    template <class T>
    TENET_INLINE T forward(const T* output, int n, integer_of<T> label) const {
        return T(2.0f) * CrossEntropy{}.forward(output, n, label);
    }
    template <class T>
    TENET_INLINE T gradient(const T* output, int n, integer_of<T> label, T scale, T* gradient) const {
        return T(2.0f) * CrossEntropy{}.gradient(output, n, label, scale * T(2.0f), gradient);
    }
};

/// A loss that never heard of lanes without a sample: it has a gradient where the scale is 0, and no value.
struct Careless {
    static constexpr bool takes_labels = false;

    template <class T>
    TENET_INLINE T forward(const T* output, const T* target, int n) const {
        return MSE{}.forward(output, target, n);
    }
    template <class T>
    TENET_INLINE T gradient(const T* output, const T* target, int n, T scale, T* gradient) const {
        const T loss = MSE{}.gradient(output, target, n, T(1.0f), gradient);
        for (int i = 0; i < n; ++i) gradient[i] = gradient[i] * scale * scale / scale;
        return loss * scale / scale;
    }
};

/// The largest difference of two losses' gradients by the parameters, of a batch of this size.
template <class Net, class One, class Other>
double difference(int size, float factor) {
    RandomNumbers random{6};
    const auto samples = static_cast<std::size_t>(size);
    const Numbers input = random.uniform(samples * 5, 0.5f, 2.0f), target = random.uniform(samples * 3, -1.0f, 1.0f);
    const std::vector<const float*> rows = rows_of(input, 5), targets = rows_of(target, 3);
    const std::vector<std::int32_t> labels(samples, 1);
    Batch<> batch;
    batch.inputs = rows.data();
    batch.labels = labels.data();
    batch.targets = targets.data();
    batch.size = size;
    const Model<Net> model;
    const auto gradients = [&]<class L>(const L& loss) {
        cpu::TrainingStep<Net, L> step;
        step.run(model.data(), loss, batch, [](int, std::int64_t, std::int64_t) {});
        return Numbers(step.gradients(), step.gradients() + model.storage());
    };
    const Numbers one = gradients(One{}), other = gradients(Other{});
    double most = 0.0;
    for (std::size_t i = 0; i < one.size(); ++i) most = std::max(most, double{std::abs(one[i] - factor * other[i])});
    return most;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_loss_need_not_know_of_empty_lanes) {
    using Net = Network<Input<5>, Logarithm, Linear<3>>;
    for (int size = 1; size <= 20; ++size) TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT("batch " << size) {
            BOOST_TEST((difference<Net, Careless, MSE>(size, 1.0f)) <= 1e-6);
            BOOST_TEST((difference<Net, Doubled, CrossEntropy>(size, 2.0f)) <= 1e-6);
        }
}
