#define BOOST_TEST_MODULE property_extremes
#include <cfenv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include <tenet/backend/cpu/evaluation.hpp>
#include <tenet/backend/cpu/training_step.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/math/celu.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>

// Layers and losses over numbers of every finite size: what is finite is right, and raises no flag on the way.

using namespace tenet;

namespace {

constexpr float largest = std::numeric_limits<float>::max();
constexpr float sizes[] = {0.0f,    1e-45f, 1e-40f, 1e-30f, 1e-3f, 1.0f,  88.8f,
                           1000.0f, 1e7f,   1e8f,   1e19f,  1e30f, 3e38f, largest};
constexpr int errors = FE_INVALID | FE_OVERFLOW | FE_DIVBYZERO;

template <class T>
T numbers(float first, float second) {
    T result(first);
    for (int l = 0; l < lanes_of<T>; l += 2) reinterpret_cast<float*>(&result)[l] = second;
    return result;
}

/// Calls f with two numbers of every pair of sizes and signs.
template <class F>
void for_each_pair(F&& f) {
    for (const float a : sizes)
        for (const float b : sizes)
            for (const float first : {a, -a})
                for (const float second : {b, -b}) f(first, second);
}

/// Holds what `Layer` makes of three numbers to be finite and without a flag, except where the results are infinite.
template <class Layer, class T, class Infinite>
void check_layer(const char* name, const Infinite& infinite) {
    static constexpr float slope = -1.5f;
    static constexpr const float* tensor = &slope;
    for_each_pair([&](float a, float b) {
        if (infinite(a, b)) return;
        const T x[3] = {numbers<T>(a, b), numbers<T>(b, a), numbers<T>(a, a)};
        const T dy[3] = {T(1.0f), T(-0.5f), T(0.0f)};
        T y[3], dx[3];
        std::feclearexcept(FE_ALL_EXCEPT);
        Layer::template forward<Shape{3, 1}>(x, Weights{&tensor}, y);
        if constexpr (operations::SampleFunction<Layer, Shape{3, 1}>::takes_scratch) {
            T scratch[3];
            Layer::template backward<Shape{3, 1}>(x, y, dy, Weights{&tensor}, dx, Gradients{}, scratch);
        } else {
            Layer::template backward<Shape{3, 1}>(x, y, dy, Weights{&tensor}, dx, Gradients{});
        }
        const int raised = std::fetestexcept(errors);
        BOOST_TEST(!raised, name << " of " << a << " and " << b << " raises flags " << raised);
        for (int i = 0; i < 3; ++i)
            BOOST_TEST(
                (std::isfinite(lane(y[i], 0)) && std::isfinite(lane(dx[i], 0))),
                name << " of " << a << " and " << b << " is " << lane(y[i], 0) << ", gradient " << lane(dx[i], 0));
    });
}

template <class Layer, class Infinite>
void check_layer(const char* name, const Infinite& infinite) {
    check_layer<Layer, float>(name, infinite);
    check_layer<Layer, Lanes<4>>(name, infinite);
}

}  // namespace

BOOST_AUTO_TEST_CASE(equal_numbers_have_equal_shares_however_large) {
    for (const float size : sizes)
        for (const float x : {size, -size}) {
            const float equal[2] = {x, x};
            float y[2];
            LogSoftmax::forward<Shape{2}>(equal, Weights{}, y);
            BOOST_TEST(y[0] == -0.69314718f);
            BOOST_TEST(y[1] == -0.69314718f);
            Softmax::forward<Shape{2}>(equal, Weights{}, y);
            BOOST_TEST(y[0] == 0.5f);
            BOOST_TEST(CrossEntropy{}.forward(equal, 2, 1) == 0.69314718f);
            BOOST_TEST(CrossEntropy{0.1f}.forward(equal, 2, 1) == 0.69314718f);
        }
    const float one_apart[2] = {1e7f, 1e7f + 1.0f};
    float y[2];
    LogSoftmax::forward<Shape{2}>(one_apart, Weights{}, y);
    BOOST_TEST(y[0] == -1.31326169f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(y[1] == -0.31326169f, boost::test_tools::tolerance(1e-6f));
}

// Sums of squares are taken as they are: where one is no float, its layer has no numbers either.
BOOST_AUTO_TEST_CASE(layers_raise_no_flag_on_finite_numbers) {
    const auto never = [](float, float) { return false; };
    const auto far_apart = [](float a, float b) { return std::fabs(double{a} - double{b}) > largest; };
    const auto large = [](float a, float b) { return std::fmax(std::fabs(a), std::fabs(b)) > 5e18f; };
    check_layer<Softmax>("Softmax", never);
    check_layer<LogSoftmax>("LogSoftmax", far_apart);
    check_layer<PReLU<>>("PReLU", [](float a, float b) { return std::fmin(a, b) < -2e38f; });
    check_layer<LocalResponseNorm<2>>("LocalResponseNorm", large);
    check_layer<LayerNorm<2, NoAffine>>("LayerNorm", large);
    check_layer<RMSNorm<2, NoAffine>>("RMSNorm", large);
}

BOOST_AUTO_TEST_CASE(losses_raise_no_flag_on_finite_numbers) {
    const auto check = [&]<class T>(T) {
        for_each_pair([&](float a, float b) {
            const T x[3] = {numbers<T>(a, a), numbers<T>(b, b), numbers<T>(a, a)};
            T gradient[3];
            // Of a lane without a sample too, whose scale is 0.
            for (const float smoothing : {0.0f, 0.1f, 1.0f})
                for (int label = 0; label < 2; ++label) {
                    const double top = std::fmax(a, b), smoothed = top - (2 * double{a} + double{b}) / 3;
                    if (smoothing < 1.0f && top - double{label == 0 ? a : b} > largest) continue;
                    if (double{smoothing} * smoothed > largest) continue;
                    std::feclearexcept(FE_ALL_EXCEPT);
                    const CrossEntropy loss{smoothing};
                    const float value = lane(loss.forward(x, 3, integer_of<T>(label)), 0);
                    loss.gradient(x, 3, integer_of<T>(label), numbers<T>(1.0f, 0.0f), gradient);
                    const int raised = std::fetestexcept(errors);
                    BOOST_TEST(!raised, "CrossEntropy of " << a << " and " << b << " raises flags " << raised);
                    BOOST_TEST(std::isfinite(value));
                }
            if (std::fabs(double{a} - double{b}) > 1e19) return;
            std::feclearexcept(FE_ALL_EXCEPT);
            const T target[3] = {x[1], x[1], x[0]};
            MSE{}.forward(x, target, 3);
            MSE{}.gradient(x, target, 3, numbers<T>(1.0f, 0.0f), gradient);
            const int raised = std::fetestexcept(errors);
            BOOST_TEST(!raised, "MSE of " << a << " and " << b << " raises flags " << raised);
        });
    };
    check(0.0f);
    check(Lanes<4>(0.0f));
}

BOOST_AUTO_TEST_CASE(a_direct_convolution_sums_an_infinite_pixel_where_it_is_seen) {
    using Summed = Network<Input<32, 9, 9>, Conv2d<32, Kernel<3>, Padding<1>, Direct>>;
    const Model<Summed> model{Seed{1}};
    for (const int samples : {1, 16}) {
        std::vector<float> x(static_cast<std::size_t>(samples) * 32 * 81, 0.5f), y(x.size());
        for (std::size_t at = 7 * 81 + 4 * 9 + 5; at < x.size(); at += 32 * 81)
            x[at] = std::numeric_limits<float>::infinity();
        Workspace<Summed> workspace;
        model.forward(x, y, workspace);
        for (std::size_t i = 0; i < y.size(); ++i) {
            const auto row = static_cast<int>(i % 81 / 9), column = static_cast<int>(i % 9);
            const bool seen = std::abs(row - 4) <= 1 && std::abs(column - 5) <= 1;
            BOOST_TEST((seen ? std::isinf(y[i]) : std::isfinite(y[i])), "number " << i << " is " << y[i]);
        }
    }
}

#if defined(__GLIBC__)
namespace {

struct CELU : Elementwise<math::CELU<0.5f>> {};
using Net = Network<Input<2, 9, 8>, SiLU, ELU<>, Conv2d<16, Kernel<3>, Padding<1>>, SELU, BatchNorm2d<>,
                    Conv2d<16, Kernel<3>, Padding<1>>, CELU, MaxPool2d<2>, Dropout<0.25f>,
                    Conv2d<8, Kernel<3>, Groups<8>>, GELU, AvgPool2d<2, Stride<1>>, Flatten, LayerNorm<1>, Linear<9>,
                    GELUTanh, PReLU<>, Linear<7>, Softplus<>, Linear<5>, Mish, Linear<5>, LogSoftmax>;

/// Traps of errors in this scope: a test that raises one ends with "SIGFPE".
struct Traps {
    Traps() {
        std::feclearexcept(FE_ALL_EXCEPT);
        feenableexcept(errors);
    }
    ~Traps() { fedisableexcept(errors); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_runs_with_traps_on) {
    constexpr auto in = static_cast<std::size_t>(Net::input_shape.count());
    std::vector<float> input(17 * in);
    for (std::size_t i = 0; i < input.size(); ++i) {
        const float size = sizes[i * 7 % 8];  // up to 1000
        input[i] = i % 3 == 0 ? -size : size;
    }
    std::vector<const float*> rows;
    for (std::size_t at = 0; at < input.size(); at += in) rows.push_back(input.data() + at);
    const std::vector<std::int32_t> labels(rows.size(), 3);
    cpu::for_each_isa([&]<class Isa>() {
        Model<Net> model{Seed{1}};
        cpu::TrainingStep<Net, CrossEntropy> step;
        using Inference = cpu::Inference<Net>;
        memory::AlignedBuffer memory{
            static_cast<std::size_t>(std::max(Inference::single_memory, Inference::group_memory(Isa::lanes)))};
        std::vector<float> output(rows.size() * 5);
        for (const int size : {2, 17}) {
            Batch<> batch;
            batch.inputs = rows.data();
            batch.labels = labels.data();
            batch.size = size;
            const Traps traps;
            const StepResult result = step.run_on<Isa>(
                model.data(), CrossEntropy{}, batch, [](int, std::int64_t, std::int64_t) {}, nullptr, model.data());
            BOOST_TEST(std::isfinite(result.loss));
            for (const int at_once : {1, 17})
                for (int done = 0; done < size; done += at_once)
                    Inference::run_on<Isa>(model.data(), Inference::whole(input.data(), output.data()), done,
                                           std::min(at_once, size - done), memory.data());
        }
        for (const float y : output) BOOST_TEST(std::isfinite(y));
    });
    Model<Net> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, Adam{}};
    Batch<> batch;
    batch.inputs = rows.data();
    batch.labels = labels.data();
    batch.size = 17;
    const Traps traps;
    for (int i = 0; i < 3; ++i) BOOST_TEST(std::isfinite(trainer.step(batch).loss));
}
#endif
