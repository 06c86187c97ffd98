// Members that a user writes as the documentation shows, each the weakest that it allows, give what the same formulas
// give in double for one sample after the other: compiled at every optimisation level, run on every instruction set
// (see CMakeLists.txt). Without Boost.Test, which takes longer to compile than all of this.

#include "archetypes.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace archetypes;

namespace {

int failures = 0;

void expect(const char* what, double found, double expected, double tolerance) {
    if (std::abs(found - expected) <= tolerance * (1 + std::abs(expected))) return;
    std::printf("%s: expected %.9g, found %.9g\n", what, expected, found);
    ++failures;
}

constexpr int samples = 37, features = 5, outputs = 3;
using Net = Network<Input<features>, Scale, Bent, Linear<outputs>>;

float number(int i) {
    return static_cast<float>((i * 7919) % 1009) / 504.5f - 1.0f;
}

/// The parameters of Net and its gradients by hand.
struct Numbers {
    std::array<double, features> scale{};
    std::array<std::array<double, features>, outputs> weight{};
    std::array<double, outputs> bias{};

    double& operator[](int i) {
        if (i < features) return scale[static_cast<std::size_t>(i)];
        i -= features;
        if (i < outputs * features)
            return weight[static_cast<std::size_t>(i / features)][static_cast<std::size_t>(i % features)];
        return bias[static_cast<std::size_t>(i - outputs * features)];
    }
    static constexpr int count = features + outputs * features + outputs;
};

double bent(double x) {
    return x > 0 ? x / (1 + std::exp(-x)) / 2 + x / 4 : x / 4;
}
double bent_slope(double x) {
    const double s = 1 / (1 + std::exp(-x));
    return x > 0 ? (s + x * s * (1 - s)) / 2 + 0.25 : 0.25;
}

std::array<double, outputs> output_of(const Numbers& n, const float* x) {
    std::array<double, outputs> y = n.bias;
    for (std::size_t k = 0; k < outputs; ++k)
        for (std::size_t i = 0; i < features; ++i) y[k] += n.weight[k][i] * bent(n.scale[i] * x[i]);
    return y;
}

/// A loss of one sample by hand, and its gradient.
using ByHand = std::function<double(int sample, const std::array<double, outputs>& y, std::array<double, outputs>& dy)>;

double gradients_of(const Numbers& n, const Source<float>& data, const ByHand& loss, Numbers& gradient) {
    double sum = 0;
    for (int s = 0; s < samples; ++s) {
        const float* x = data.input_data(s);
        std::array<double, outputs> dy{};
        sum += loss(s, output_of(n, x), dy);
        for (std::size_t k = 0; k < outputs; ++k) {
            const double d = dy[k] / samples;
            gradient.bias[k] += d;
            for (std::size_t i = 0; i < features; ++i) {
                const double z = n.scale[i] * x[i];
                gradient.weight[k][i] += d * bent(z);
                gradient.scale[i] += d * n.weight[k][i] * bent_slope(z) * x[i];
            }
        }
    }
    return sum / samples;
}

double huber(const float* target, const std::array<double, outputs>& y, std::array<double, outputs>& dy) {
    double sum = 0;
    for (std::size_t k = 0; k < outputs; ++k) {
        const double d = y[k] - target[k], size = std::abs(d);
        sum += size < 1 ? d * d / 2 : size - 0.5;
        dy[k] = size < 1 ? d : d > 0 ? 1 : -1;
    }
    return sum;
}

double brier(int label, const std::array<double, outputs>& y, std::array<double, outputs>& dy) {
    double sum = 0;
    for (std::size_t k = 0; k < outputs; ++k) {
        const double d = y[k] - (static_cast<int>(k) == label ? 1 : 0);
        sum += d * d;
        dy[k] = 2 * d;
    }
    return sum;
}

/// Gradients, then three epochs of one batch, against the same by hand.
template <class Loss, class Target>
void train(const char* name, const Source<float>& inputs, const Source<Target>& data, const ByHand& loss) {
    Model<Net> model{Seed{1}};
    model.initialize(Ramp{});
    Numbers n;
    for (int i = 0; i < Net::parameter_tensor_count; ++i) {
        int at = i == 0 ? 0 : i == 1 ? features : features + outputs * features;
        for (const float value : model.parameter(Net::parameter_name(i))) n[at++] = double{value};
    }

    Trainer trainer{model, Loss{}, SignSGD{}};
    std::array<double, Numbers::count> velocity{};
    int events = 0;
    for (int step = 0; step < 3; ++step) {
        Numbers gradient;
        const double expected = gradients_of(n, inputs, loss, gradient);
        const Score score = trainer.evaluate(data);
        expect(name, score.loss, expected, 1e-5);
        const auto history = trainer.fit(
            data, {.epochs = 1, .batch_size = samples, .shuffle = false, .progress = Progress::off},
            [&](auto& t, const StepResult& result) {
                expect("the step's loss", result.loss, expected, 1e-5);
                for (int i = 0, at = 0; i < Net::parameter_tensor_count; ++i)
                    for (const float g : t.gradient(i).values) expect("gradient", g, gradient[at++], 1e-5);
                ++events;
                return true;
            },
            [&](auto&, const EpochRecord& record) {
                expect("the epoch's loss", record.loss, expected, 1e-5);
                ++events;
            });
        for (int i = 0; i < Numbers::count; ++i) {
            double& v = velocity[static_cast<std::size_t>(i)];
            v = 0.9 * v + (gradient[i] > 0 ? 1 : gradient[i] < 0 ? -1 : 0);
            n[i] -= 0.01 * v;
        }
        for (int i = 0, at = 0; i < Net::parameter_tensor_count; ++i)
            for (const float w : model.parameter(Net::parameter_name(i))) expect("weight", w, n[at++], 1e-5);
    }
    expect("events", events, 6, 0);

    std::vector<float> found(samples * outputs), one(outputs);
    Workspace<Net> workspace;
    model.forward(inputs.inputs, found, workspace);
    double positive = 0;
    for (int s = 0; s < samples; ++s) {
        const auto expected = output_of(n, inputs.input_data(s));
        model.forward(std::span(inputs.input_data(s), features), one, workspace);
        for (std::size_t k = 0; k < outputs; ++k) {
            expect("output", found[static_cast<std::size_t>(s) * outputs + k], expected[k], 1e-5);
            expect("output of one sample", one[k], expected[k], 1e-5);
            positive += expected[k] > 0;
        }
    }
    Positive metric;
    for (int s = 0; s + 16 <= samples; s += 16)
        metric.add(reinterpret_cast<const Lanes<16>*>(found.data() + s * outputs), outputs);
    for (int i = samples / 16 * 16 * outputs; i < samples * outputs; ++i) metric.add(found.data() + i, 1);
    expect("share of outputs above 0", metric.count / metric.of, positive / (samples * outputs), 1e-9);
}

/// The library's own layers that draw random numbers: a step's losses, as recorded.
void random_layers(const Source<float>& images) {
    using Random = Network<Input<4, 2, 2>, Dropout2d<0.5f>, Flatten, Residual<Linear<16>, StochasticDepth<0.5f>>,
                           Dropout<0.25f>, Linear<1>>;
    Model<Random> model{Seed{3}};
    model.initialize(Ramp{});
    Trainer trainer{model, Huber{}, SignSGD{}};
    const History history = trainer.fit(images, {.epochs = 2, .batch_size = 9, .progress = Progress::off});
    expect("random layers, epoch 1", history.epochs[0].loss, 4.5249345, 1e-5);
    expect("random layers, epoch 2", history.epochs[1].loss, 1.1896101, 1e-5);
}

}  // namespace

int main() {
    Source<float> data{{}, {}, Shape{features}, Shape{outputs}};
    Source<data::Label> labelled{{}, {}, Shape{features}, Shape{}};
    Source<float> images{{}, {}, Shape{4, 2, 2}, Shape{1}};
    for (int i = 0; i < samples * features; ++i) data.inputs.push_back(number(i));
    for (int i = 0; i < samples * outputs; ++i) data.targets.push_back(2.0f * number(5 * i + 3));
    for (int i = 0; i < samples; ++i) labelled.targets.push_back(i % outputs);
    labelled.inputs = data.inputs;
    for (int i = 0; i < samples * 16; ++i) images.inputs.push_back(number(3 * i));
    for (int i = 0; i < samples; ++i) images.targets.push_back(number(i));

    train<Huber>("mean Huber loss", data, data,
                 [&](int s, const auto& y, auto& dy) { return huber(data.target_data(s), y, dy); });
    train<Brier>("mean Brier loss", data, labelled, [&](int s, const auto& y, auto& dy) {
        return brier(labelled.targets[static_cast<std::size_t>(s)], y, dy);
    });
    random_layers(images);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
