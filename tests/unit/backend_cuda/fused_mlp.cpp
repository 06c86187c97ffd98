#define BOOST_TEST_MODULE fused_mlp
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/backend/cuda/fused_mlp_inference.hpp>
#include <tenet/backend/cuda/fused_mlp_training.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/math/formulas.hpp>

#include <support/emulated_block.hpp>
#include <support/random_numbers.hpp>

using namespace tenet;
using cuda::FusedLayer;
using cuda::FusedMLP;
using math::Identity;
using math::ReLU;
using math::Sigmoid;
using math::Tanh;

/// The bodies of the fused MLP's kernels, emulated, against forward and backward passes in double.
namespace {

// Shared memory and registers of one block are the limits.
static_assert(cuda::fits_fused_mlp({64, 64, 64, 64, 64, 64, 16}));
static_assert(cuda::fits_fused_mlp({1, 1}) && cuda::fits_fused_mlp({3, 100, 50, 10}));
static_assert(cuda::fits_fused_mlp({128, 64, 10}));
static_assert(!cuda::fits_fused_mlp({784, 128, 10}) && !cuda::fits_fused_mlp({128, 128, 128, 128, 128, 128, 16}));
static_assert(cuda::fits_fused_inference({128, 128, 128, 128, 128, 128, 16}) &&
              !cuda::fits_fused_mlp({128, 128, 128, 16}));
static_assert(!cuda::fits_fused_mlp({16}) && !cuda::fits_fused_mlp({16, 0, 16}));

template <class Net>
constexpr int training_bytes = cuda::FusedMLPTraining<BF16, Net, MSE>::shared_words * 4;
using Deep = FusedMLP<64, FusedLayer<64, ReLU>, FusedLayer<64, ReLU>, FusedLayer<64, ReLU>, FusedLayer<64, ReLU>,
                      FusedLayer<64, ReLU>, FusedLayer<16, Identity>>;
using Ragged = FusedMLP<5, FusedLayer<19, Tanh>, FusedLayer<33, Sigmoid>, FusedLayer<3, Identity>>;
constexpr int deep_widths[] = {64, 64, 64, 64, 64, 64, 16};
constexpr int ragged_widths[] = {5, 19, 33, 3};
template <class Net>
constexpr int inference_bytes = cuda::FusedMLPInference<BF16, Net>::shared_words * 4;
static_assert(inference_bytes<Deep> == cuda::detail::FusedCost(deep_widths, 6).inference_bytes());
static_assert(inference_bytes<Ragged> == cuda::detail::FusedCost(ragged_widths, 3).inference_bytes());
static_assert(training_bytes<Deep> == cuda::detail::FusedCost(deep_widths, 6).training_bytes());
static_assert(training_bytes<Ragged> == cuda::detail::FusedCost(ragged_widths, 3).training_bytes());

/// Parameters as PyTorch keeps them, samples, and what they are compared with.
template <class Net, class Number>
struct Problem {
    static constexpr int inputs = Net::width(0), outputs = Net::width(Net::layers);
    int samples;
    std::vector<float> parameters, targets;
    std::vector<Number> x;
    std::vector<std::int32_t> labels;

    explicit Problem(int of) : samples(of), targets(static_cast<std::size_t>(of * outputs)) {
        testing::RandomNumbers random(static_cast<std::uint32_t>(of));
        for (int i = 0; i < Net::layers; ++i) {
            const float bound = 1.5f / std::sqrt(static_cast<float>(Net::width(i)));
            for (int j = Net::parameter(i); j < Net::parameter(i + 1); ++j)
                parameters.push_back(random.uniform(-bound, bound));
        }
        for (int i = 0; i < of * inputs; ++i) x.push_back(Number(random.uniform(-1.0f, 1.0f)));
        for (float& target : targets) target = random.uniform(-1.0f, 1.0f);
        for (int i = 0; i < of; ++i) labels.push_back(random.integer(0, outputs - 1));
    }

    cuda::FusedParameters<Net::layers> pointers() const {
        cuda::FusedParameters<Net::layers> to;
        for (int i = 0; i < Net::layers; ++i) {
            to.weight[i] = parameters.data() + Net::parameter(i);
            to.bias[i] = to.weight[i] + Net::width(i) * Net::width(i + 1);
        }
        return to;
    }
    device::Matrix<Number> matrix() const { return {x.data(), inputs, 1, 0}; }
};

/// The same in double, with the roundings of factors that the kernels are documented to have.
template <class P, class Net>
struct Reference {
    std::vector<std::vector<double>> activations;  // of each layer's input, and the outputs
    std::vector<double> gradients;
    double loss = 0, correct = 0;

    static double rounded(double x) { return P::round(static_cast<float>(x)); }

    template <class Number>
    explicit Reference(const Problem<Net, Number>& problem) {
        activations.emplace_back();
        for (const Number& number : problem.x) activations[0].push_back(rounded(static_cast<float>(number)));
        cuda::for_each_layer<Net::layers>([&](auto layer) {
            constexpr int i = layer.value, in = Net::width(i), out = Net::width(i + 1);
            using Activation = typename Net::template Activation<i>;
            const float* const weight = problem.pointers().weight[i];
            const auto& from = activations.back();
            std::vector<double> to;
            for (int s = 0; s < problem.samples; ++s)
                for (int o = 0; o < out; ++o) {
                    double sum = weight[in * out + o];
                    for (int k = 0; k < in; ++k) sum += rounded(weight[o * in + k]) * from[s * in + k];
                    const float y = Activation::value(static_cast<float>(sum));
                    to.push_back(i + 1 < Net::layers ? rounded(y) : y);
                }
            activations.push_back(to);
        });
    }

    template <class Number, class LossFunction>
    Reference(const Problem<Net, Number>& problem, const LossFunction& loss_function, float scale)
        : Reference(problem) {
        constexpr int outputs = Net::width(Net::layers);
        gradients.resize(Net::parameter(Net::layers));
        std::vector<double> dy;
        for (int s = 0; s < problem.samples; ++s) {
            std::vector<float> row(activations.back().begin() + s * outputs,
                                   activations.back().begin() + (s + 1) * outputs);
            if constexpr (LossFunction::takes_labels) {
                correct += argmax(row.data(), outputs) == problem.labels[s];
                loss += loss_function.gradient(row.data(), outputs, problem.labels[s], scale, row.data());
            }
            else
                loss += loss_function.gradient(row.data(), problem.targets.data() + s * outputs, outputs, scale,
                                               row.data());
            dy.insert(dy.end(), row.begin(), row.end());
        }
        cuda::for_each_layer<Net::layers>([&](auto step) {
            constexpr int i = Net::layers - 1 - step.value, in = Net::width(i), out = Net::width(i + 1);
            using Activation = typename Net::template Activation<i>;
            const float* const weight = problem.pointers().weight[i];
            double* const gradient = gradients.data() + Net::parameter(i);
            std::vector<double> dx(problem.samples * in);
            for (int s = 0; s < problem.samples; ++s)
                for (int o = 0; o < out; ++o) {
                    const auto y = static_cast<float>(activations[i + 1][s * out + o]);
                    const double dz = rounded(dy[s * out + o] * Activation::derivative(0.0f, y));
                    gradient[in * out + o] += dz;
                    for (int k = 0; k < in; ++k) {
                        gradient[o * in + k] += dz * activations[i][s * in + k];
                        dx[s * in + k] += dz * rounded(weight[o * in + k]);
                    }
                }
            dy = dx;
        });
    }
};

/// |a - b| / |b| over all numbers together.
template <class Numbers>
double relative_error(const Numbers& a, const std::vector<double>& b) {
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        difference += (a[i] - b[i]) * (a[i] - b[i]);
        size += b[i] * b[i];
    }
    return std::sqrt(difference / size);
}

// A hidden activation or a gradient rounds to the other neighbour where sums differ in their last bits: few do.
template <class P>
constexpr double tolerance = 0.25 * P::unit_roundoff;

template <class P, class Net, class Number>
void check_inference(int samples, int blocks) {
    using Kernel = cuda::FusedMLPInference<P, Net>;
    const Problem<Net, Number> problem(samples);
    const Reference<P, Net> reference(problem);
    std::vector<float> y(reference.activations.back().size(), NAN);
    testing::emulated_launch<Kernel::warps>(
        blocks, Kernel::shared_words, [&](const auto& block, std::uint32_t* shared, int number) {
            Kernel::run(block, shared, number, blocks, problem.pointers(), problem.matrix(), problem.samples,
                        [&](std::int64_t sample, int feature, float value) {
                            y[static_cast<std::size_t>(sample * problem.outputs + feature)] = value;
                        });
        });
    BOOST_TEST(relative_error(y, reference.activations.back()) <= tolerance<P>);
}

template <class P, class Net, class LossFunction, class Number>
void check_training(int samples, int blocks) {
    using Kernel = cuda::FusedMLPTraining<P, Net, LossFunction>;
    const Problem<Net, Number> problem(samples);
    const LossFunction loss{};
    const float scale = 1.0f / static_cast<float>(samples);
    const Reference<P, Net> reference(problem, loss, scale);
    // Labels and targets lie the other way round.
    std::vector<std::int64_t> index;
    std::vector<std::int32_t> labels;
    std::vector<float> targets;
    for (int s = samples - 1; s >= 0; --s) {
        index.push_back(s);
        labels.push_back(problem.labels[s]);
        targets.insert(targets.end(), problem.targets.begin() + s * problem.outputs,
                       problem.targets.begin() + (s + 1) * problem.outputs);
    }
    const cuda::FusedBatch<Number> batch{
        problem.matrix(), samples, labels.data(), {targets.data(), problem.outputs, 1, 0}, index.data()};
    std::vector<float> partial(static_cast<std::size_t>(blocks * Kernel::partial_sums), NAN);
    testing::emulated_launch<Kernel::warps>(
        blocks, Kernel::shared_words, [&](const auto& block, std::uint32_t* shared, int number) {
            Kernel::run(block, shared, number, blocks, problem.pointers(), batch, loss, scale, partial.data());
        });
    std::vector<double> sums(Kernel::partial_sums);
    for (std::size_t i = 0; i < partial.size(); ++i) sums[i % sums.size()] += partial[i];
    const double loss_sum = sums[sums.size() - 2], correct = sums.back();
    BOOST_TEST(std::fabs(loss_sum - reference.loss) <= tolerance<P> * reference.loss);
    // Where two outputs are nearly alike, rounding decides.
    BOOST_TEST(std::fabs(correct - reference.correct) <= 2 + samples * tolerance<P>);
    for (int i = 0; i < Net::layers; ++i) {
        const auto part = [&](const std::vector<double>& all, int begin, int end) {
            return std::vector<double>(all.begin() + begin, all.begin() + end);
        };
        const int begin = Net::parameter(i), end = Net::parameter(i + 1), bias = end - Net::width(i + 1);
        BOOST_TEST_CONTEXT("layer " << i) {
            BOOST_TEST(relative_error(part(sums, begin, bias), part(reference.gradients, begin, bias)) <= tolerance<P>);
            BOOST_TEST(relative_error(part(sums, bias, end), part(reference.gradients, bias, end)) <= tolerance<P>);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(outputs_of_any_widths_and_batches) {
    TENET_TEST_SEED_CONTEXT {
        check_inference<BF16, Deep, float>(300, 2);
        check_inference<BF16, Ragged, float>(1, 1);
        check_inference<FP16, Ragged, float>(259, 3);
        check_inference<BF16, Ragged, bfloat16>(130, 1);
        check_inference<BF16, FusedMLP<20, FusedLayer<128, math::GELU>, FusedLayer<128, ReLU>, FusedLayer<1, Sigmoid>>,
                        bfloat16>(140, 1);
    }
}

BOOST_AUTO_TEST_CASE(gradients_of_deep_and_wide_networks) {
    TENET_TEST_SEED_CONTEXT {
        check_training<BF16, Deep, MSE, float>(384, 2);
        using Wide = FusedMLP<128, FusedLayer<128, ReLU>, FusedLayer<10, Identity>>;
        check_training<BF16, Wide, CrossEntropy, bfloat16>(150, 1);
    }
}

BOOST_AUTO_TEST_CASE(gradients_of_any_widths_and_batches) {
    TENET_TEST_SEED_CONTEXT {
        check_training<BF16, Ragged, CrossEntropy, float>(1, 1);
        check_training<BF16, Ragged, CrossEntropy, bfloat16>(300, 2);
        check_training<FP16, Ragged, MSE, float>(128, 1);
        check_training<BF16, FusedMLP<12, FusedLayer<48, ReLU>, FusedLayer<80, Tanh>, FusedLayer<10, Identity>>,
                       CrossEntropy, float>(200, 3);
    }
}
