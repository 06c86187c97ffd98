#define BOOST_TEST_MODULE training_precision
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <tenet/data/synthetic.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/checkpoint.hpp>
#include <tenet/training/device_engine.hpp>
#include <tenet/training/trainer.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/random_numbers.hpp>
#include <support/striped_images.hpp>
#include <support/temporary_directory.hpp>

// Precision is a parameter of the model: what factors, activations and their gradients are rounded to. Sums,
// parameters, their gradients, the optimizer and running averages are floats in each.

using namespace tenet;
using namespace tenet::testing;

namespace {

template <class Precision>
using Device = OnDevice<TestSystemWith<Precision>>;

/// Formulas without kinks: a rounded number takes no other way.
using Images = Network<Input<1, 8, 8>, Conv2d<4, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, Tanh,
                       Residual<Conv2d<4, Kernel<3>, Padding<1>>>, AvgPool2d<2>, Flatten, Dropout<0.25f>, Linear<12>,
                       GELU, Linear<3>>;
/// Numbers that are rounded one after the other on the way from an input to a gradient: in each layer with parameters
/// an input, a weight and a result, forward and backward; in each other layer a result.
constexpr int roundings = 2 * (3 * 4 + 7);

data::Dataset<std::uint8_t, data::Label> images(int size) {
    return striped_images(size, 150.0f, 120.0f);
}

struct BatchGradients {
    double loss = 0.0;
    std::vector<std::vector<float>> tensors;
};

template <class Backend>
BatchGradients gradients() {
    Model<Images, Backend> model{Seed{3}};
    Trainer trainer{model, CrossEntropy{}, SGD{}};
    if constexpr (requires { trainer.loss_scale(); }) trainer.set_loss_scale({.scale = 1024.0f});
    BatchBuffer<data::Dataset<std::uint8_t, data::Label>> buffer;
    const auto data = images(48);
    BatchGradients result;
    result.loss = trainer.compute_gradients(buffer.gather(data, 48, [](int i) { return i; })).loss;
    for (int i = 0; i < Images::parameter_tensor_count; ++i)
        if (Images::parameters[i].trained) {
            const auto values = trainer.gradient(i).values;
            result.tensors.emplace_back(values.begin(), values.end());
        }
    return result;
}

double distance_of(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0.0, size = 0.0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        difference += std::pow(double{a[i]} - double{b[i]}, 2);
        size += std::pow(double{b[i]}, 2);
    }
    return std::sqrt(difference / size);
}

template <class Precision>
void hold_to(const BatchGradients& exact, const char* name) {
    BOOST_TEST_CONTEXT(name) {
        const BatchGradients rounded = gradients<Device<Precision>>();
        const double bound = std::sqrt(roundings) * double{Precision::unit_roundoff};  // with signs of their own
        BOOST_TEST(std::abs(rounded.loss - exact.loss) <= bound * exact.loss + 1e-6);
        double most = 0.0;
        for (std::size_t i = 0; i < exact.tensors.size(); ++i)
            most = std::max(most, distance_of(rounded.tensors[i], exact.tensors[i]));
        BOOST_TEST_MESSAGE(name << ": " << most / double{Precision::unit_roundoff} << " roundings");
        BOOST_TEST(most <= bound + 1e-5);
        // And rounded it is.
        BOOST_TEST(most >= 0.25 * double{Precision::unit_roundoff});
    }
}

/// The mean of squares in units that make its gradients vanish in 16 bits.
struct FaintMSE {
    static constexpr bool takes_labels = false;
    static constexpr float unit = 1e-7f;

    template <class T>
    T forward(const T* output, const T* target, int n) const {
        return T(unit) * MSE{}.forward(output, target, n);
    }
    template <class T>
    T gradient(const T* output, const T* target, int n, T scale, T* gradient) const {
        return T(unit) * MSE{}.gradient(output, target, n, scale * T(unit), gradient);
    }
};

/// FP16 as it would be without a scale.
struct UnscaledFP16 : FP16 {
    static constexpr bool needs_loss_scale = false;
};

using Law = Network<Input<2>, Linear<8>, Tanh, Linear<1>>;

/// The mean of squares after training, and before it.
template <class Precision>
std::pair<double, double> train_faintly() {
    const auto data = data::synthetic_linear({0.5f, -0.4f}, 0.2f, 512, 0.0f, Seed{2});
    Model<Law, Device<Precision>> model{Seed{1}};
    Trainer trainer{model, FaintMSE{}, Adam{.learning_rate = 0.01, .eps = 1e-20}};
    const double before = trainer.evaluate(data).loss / double{FaintMSE::unit};
    trainer.fit(data, {.epochs = 30, .batch_size = 32, .progress = Progress::off});
    return {trainer.evaluate(data).loss / double{FaintMSE::unit}, before};
}

template <class Net, class Backend>
std::vector<float> parameters(const Model<Net, Backend>& model) {
    const Model<Net> host = model.to_host();
    return {host.data(), host.data() + host.storage()};
}

Batch<> batch_of(const std::vector<const float*>& rows, const std::vector<const float*>& targets) {
    Batch<> batch;
    batch.inputs = rows.data();
    batch.targets = targets.data();
    batch.size = static_cast<int>(rows.size());
    return batch;
}

template <class T>
concept ScalesLoss = requires(T& trainer) {
    trainer.loss_scale();
};

template <class Precision>
using LawTrainer = Trainer<Law, MSE, Adam, Device<Precision>>;

}  // namespace

BOOST_AUTO_TEST_CASE(gradients_differ_by_what_was_rounded) {
    const BatchGradients exact = gradients<Device<FP32>>();
    hold_to<TF32>(exact, "TF32");
    hold_to<BF16>(exact, "BF16");
    hold_to<FP16>(exact, "FP16");
}

BOOST_AUTO_TEST_CASE(training_in_bf16_is_as_accurate) {
    const auto train = images(300), test = images(150);
    const auto accuracy = [&]<class Precision>(Precision) {
        Model<Images, Device<Precision>> model{Seed{3}};
        Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.05, .momentum = 0.9}};
        trainer.fit(train, {.epochs = 3, .batch_size = 32, .progress = Progress::off});
        return trainer.evaluate(test).accuracy;
    };
    const double exact = accuracy(FP32{});
    BOOST_TEST(exact > 0.95);
    BOOST_TEST(accuracy(BF16{}) > exact - 0.02);
    BOOST_TEST(accuracy(FP16{}) > exact - 0.02);
}

BOOST_AUTO_TEST_CASE(parameters_and_averages_are_floats) {
    const auto train = images(64);
    Model<Images, Device<BF16>> model{Seed{3}};
    const std::vector<float> before = parameters(model);
    // Steps far below the distance of neighbours in BF16, and they count.
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 1e-5}};
    trainer.fit(train, {.batch_size = 32, .progress = Progress::off});
    const std::vector<float> after = parameters(model);
    for (int t = 0; t < Images::parameter_tensor_count; ++t) {
        const Parameter& p = Images::parameters[t];
        const std::string name{Images::parameter_name(t)};
        if (name.ends_with("num_batches_tracked")) continue;
        const auto begin = static_cast<std::size_t>(p.offset), count = static_cast<std::size_t>(p.count());
        std::size_t moved = 0, finer = 0;
        for (std::size_t i = begin; i < begin + count; ++i) {
            moved += after[i] != before[i];
            finer += after[i] != static_cast<float>(bfloat16(after[i]));
        }
        BOOST_TEST(2 * moved > count, name << ": only " << moved << " of " << count << " moved");
        BOOST_TEST(2 * finer > count, name << ": only " << finer << " of " << count << " are no bfloat16");
    }
}

BOOST_AUTO_TEST_CASE(only_fp16_scales_its_loss) {
    static_assert(ScalesLoss<LawTrainer<FP16>>);
    static_assert(!ScalesLoss<LawTrainer<FP32>> && !ScalesLoss<LawTrainer<TF32>> && !ScalesLoss<LawTrainer<BF16>>);
    static_assert(!ScalesLoss<Trainer<Law, MSE, Adam, Cpu>>);
    Model<Law, Device<FP16>> model;
    LawTrainer<FP16> trainer{model, MSE{}, Adam{}};
    BOOST_TEST((trainer.loss_scale() == LossScale{.scale = 65536.0f, .good_steps = 0, .skipped = 0}));
}

BOOST_AUTO_TEST_CASE(an_overflow_halves_the_scale_and_skips_the_step) {
    RandomNumbers random{4};
    const std::vector<float> inputs = random.uniform(2 * 16, -1, 1), targets = random.uniform(16, -1, 1);
    const std::vector<const float*> in = rows_of(inputs, 2), to = rows_of(targets, 1);
    const Batch<> batch = batch_of(in, to);
    Model<Law, Device<FP16>> model{Seed{1}}, other{Seed{1}};
    LawTrainer<FP16> trainer{model, MSE{}, Adam{.learning_rate = 0.1}}, calm{other, MSE{}, Adam{.learning_rate = 0.1}};
    const std::vector<float> before = parameters(model);
    trainer.set_loss_scale({.scale = 0x1p40f, .good_steps = 5, .skipped = 0});
    const double loss = trainer.step(batch).loss;
    BOOST_TEST((trainer.loss_scale() == LossScale{.scale = 0x1p39f, .good_steps = 0, .skipped = 1}));
    check_identical("parameters", parameters(model), before);
    BOOST_TEST(trainer.step(batch).loss == loss);
    check_identical("parameters", parameters(model), before);

    // The optimizer has not counted them: its first step is another's first step.
    trainer.set_loss_scale({.scale = 256.0f, .good_steps = 0, .skipped = 2});
    calm.set_loss_scale({.scale = 256.0f});
    trainer.step(batch);
    calm.step(batch);
    BOOST_TEST((trainer.loss_scale() == LossScale{.scale = 256.0f, .good_steps = 1, .skipped = 2}));
    check_identical("parameters", parameters(model), parameters(other));
    BOOST_TEST(!std::ranges::equal(parameters(model), before));

    // BatchGradients are those of the loss, whatever it was scaled by.
    trainer.compute_gradients(batch);
    const auto gradient = trainer.gradient("0.weight").values;
    const std::vector<float> scaled(gradient.begin(), gradient.end());
    trainer.set_loss_scale({.scale = 1024.0f});
    trainer.compute_gradients(batch);
    check_close("gradient", trainer.gradient("0.weight").values, scaled, 1e-3);
    BOOST_TEST((trainer.loss_scale() == LossScale{.scale = 1024.0f}));
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_with_its_scale) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("run.safetensors");
    const auto data = data::synthetic_linear({0.5f, -0.4f}, 0.2f, 64, 0.0f, Seed{2});
    const auto fit = [&](auto& trainer) { trainer.fit(data, {.batch_size = 8, .progress = Progress::off}); };
    Model<Law, Device<FP16>> straight{Seed{1}}, other{Seed{2}};
    LawTrainer<FP16> trainer{straight, MSE{}, Adam{}}, resumed{other, MSE{}, Adam{}};
    trainer.set_loss_scale({.scale = 0x1p21f});
    fit(trainer);
    BOOST_TEST(trainer.loss_scale().skipped > 0);
    BOOST_TEST(trainer.loss_scale().good_steps > 0);
    io::save(trainer, path);
    io::load(resumed, path);
    BOOST_TEST((resumed.loss_scale() == trainer.loss_scale()));
    fit(trainer);
    fit(resumed);
    check_identical("parameters", parameters(other), parameters(straight));
    BOOST_TEST((resumed.loss_scale() == trainer.loss_scale()));
}

BOOST_AUTO_TEST_CASE(good_steps_double_the_scale) {
    const auto data = data::synthetic_linear({0.5f, -0.4f}, 0.2f, 64, 0.0f, Seed{2});
    Model<Law, Device<FP16>> model{Seed{1}};
    LawTrainer<FP16> trainer{model, MSE{}, Adam{}};
    trainer.set_loss_scale({.scale = 256.0f, .good_steps = LossScale::growth_interval - 2});
    const auto fit = [&] { trainer.fit(data, {.batch_size = 64, .progress = Progress::off}); };
    fit();
    BOOST_TEST((trainer.loss_scale() == LossScale{.scale = 256.0f, .good_steps = LossScale::growth_interval - 1}));
    fit();
    BOOST_TEST((trainer.loss_scale() == LossScale{.scale = 512.0f}));
    fit();
    BOOST_TEST((trainer.loss_scale() == LossScale{.scale = 512.0f, .good_steps = 1}));
    // It stays a number.
    trainer.set_loss_scale({.scale = 0x1p127f});
    for (int i = 0; i < 130; ++i) fit();
    const LossScale found = trainer.loss_scale();
    BOOST_TEST(found.scale > 0.0f);
    BOOST_TEST(found.skipped + found.good_steps == 130);
    BOOST_TEST(found.skipped > 100);
}

BOOST_AUTO_TEST_CASE(gradients_that_would_vanish_are_learned_from) {
    const auto [exact, before] = train_faintly<FP32>();
    BOOST_TEST(exact < 0.01 * before);
    const auto [scaled, start] = train_faintly<FP16>();
    BOOST_TEST(scaled < 0.01 * start);
    const auto [unscaled, first] = train_faintly<UnscaledFP16>();
    BOOST_TEST(unscaled > 0.5 * first);
}
