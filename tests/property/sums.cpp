#define BOOST_TEST_MODULE property_sums
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <tenet/backend/cpu/batch_norm.hpp>
#include <tenet/backend/cpu/join.hpp>
#include <tenet/backend/cpu/linear_weight_gradient.hpp>
#include <tenet/backend/cpu/loss_step.hpp>
#include <tenet/backend/cpu/sum_values.hpp>
#include <tenet/backend/cpu/window.hpp>
#include <tenet/backend/device/sum.hpp>
#include <tenet/backend/device/window.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/model/workspace.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/device_engine.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/device.hpp>
#include <support/random_numbers.hpp>

// Sums over many numbers lose no digits that a pairwise sum would keep: of one number after the other, ten million
// times 0.1 is 1,087,937.

using namespace tenet;
using namespace tenet::testing;

namespace {

using Numbers = std::vector<float>;

/// Of the sum of magnitudes: what 200 roundings, all in one direction, come to is 1.2e-5; as they fall, they never do.
constexpr double allowed = 3e-6;

constexpr int sizes[]{1, 2, 63, 64, 65, 127, 4097, 262'145, 10'000'000};

double exact_sum(const Numbers& numbers) {
    double sum = 0.0;
    for (const float number : numbers) sum += number;
    return sum;
}

/// Calls check(name, numbers) for numbers of several kinds, which are hard in several ways: equal ones are all rounded
/// in one direction.
template <class Check>
void for_each_kind(std::size_t size, const Check& check) {
    RandomNumbers random{static_cast<std::uint32_t>(size)};
    check("equal", Numbers(size, 0.1f));
    check("far from 0", random.uniform(size, 99.0f, 101.0f));
    if (size > 1'000'000) return;
    check("both signs", random.uniform(size, -1.0f, 1.0f));
    Numbers last_large(size, 1e-4f);
    last_large.front() = last_large.back() = 1000.0f;
    check("of two magnitudes", last_large);
}

/// Calls check(what, numbers, allowed distance from the exact sum).
template <class Check>
void for_each_sum(const Check& check) {
    for (const int size : sizes)
        for_each_kind(static_cast<std::size_t>(size), [&](const std::string& kind, const Numbers& numbers) {
            double magnitudes = 0.0;
            for (const float number : numbers) magnitudes += std::abs(number);
            check(std::to_string(size) + " numbers, " + kind, numbers, allowed * magnitudes);
        });
}

void hold(const std::string& what, double actual, double expected, double distance) {
    if (std::abs(actual - expected) <= distance) return;
    BOOST_TEST(false, what << ": " << actual << " is " << actual - expected << " from " << expected << ", allowed "
                           << distance);
}

struct SumOfLanes {
    template <class T>
    static TENET_INLINE float run(const T* x, std::int64_t count) {
        return sum_lanes(block_sum<T>(count, [&](std::int64_t i) TENET_INLINE_LAMBDA { return x[i]; }));
    }
};

struct SumOneByOne {
    template <class T>
    static TENET_INLINE float run(const T* x, std::int64_t count) {
        BlockSum<T, 4> sum;
        for (std::int64_t i = 0; i < count; ++i) sum.add(x[i]);
        return sum_lanes(sum.total());
    }
};

struct NumbersOfOneSum {
    const float* numbers;
    float operator()(std::int64_t, std::int64_t i) const { return numbers[i]; }
};
struct StoreSum {
    float* to;
    void operator()(std::int64_t, float sum) const { *to = sum; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(of_numbers_and_of_lanes) {
    for_each_sum([](const std::string& what, const Numbers& x, double distance) {
        hold(what, SumOfLanes::run(x.data(), static_cast<std::int64_t>(x.size())), exact_sum(x), distance);
        hold(what + ", one by one", SumOneByOne::run(x.data(), static_cast<std::int64_t>(x.size())), exact_sum(x),
             distance);
        cpu::for_each_isa([&]<class Isa>() {
            using T = cpu::Value<Isa>;
            const auto count = static_cast<int>(x.size()) / Isa::lanes;
            const Numbers whole(x.begin(), x.begin() + std::ptrdiff_t{count} * Isa::lanes);
            const auto* const values = reinterpret_cast<const T*>(whole.data());
            const std::string where = what + ", " + std::to_string(Isa::lanes) + " lanes";
            hold(where, cpu::call<Isa, SumOfLanes>(values, std::int64_t{count}), exact_sum(whole), distance);
            hold(where + ", of a bias", cpu::sum_values<Isa>(whole.data(), Isa::lanes, count), exact_sum(whole),
                 distance);
        });
    });
}

BOOST_AUTO_TEST_CASE(of_a_device) {
    Numbers scratch(100'000);
    for_each_sum([&](const std::string& what, const Numbers& x, double distance) {
        const auto terms = static_cast<std::int64_t>(x.size());
        float one = 0.0f, shared = 0.0f;
        device::Serial<> serial;
        device::sum(serial, 1, terms, NumbersOfOneSum{x.data()}, StoreSum{&one});
        hold(what, one, exact_sum(x), distance);
        TestSystem system;
        system.scratch.place(scratch.data());
        device::sum(system, 1, terms, NumbersOfOneSum{x.data()}, StoreSum{&shared});
        BOOST_TEST(one == shared, what << ": " << one << " in order, " << shared << " in parts");
        float alone = 0.0f;  // as one of very many, which are not taken in parts
        device::detail::WholeSum<NumbersOfOneSum, StoreSum>{terms, 1, {x.data()}, {&alone}}(0);
        hold(what + ", in one part", alone, exact_sum(x), distance);
    });
}

BOOST_AUTO_TEST_CASE(of_losses) {
    for_each_sum([](const std::string& what, const Numbers& x, double) {
        const int n = static_cast<int>(x.size());
        const Numbers targets(x.size());
        Numbers gradient(x.size());
        double squares = 0.0, powers = 0.0, largest = x[0];
        for (const float number : x) {
            squares += double{number} * number;
            largest = std::max(largest, double{number});
        }
        for (const float number : x) powers += std::exp(number - largest);
        const double mean = squares / n;
        hold(what + ", MSE", MSE{}.forward(x.data(), targets.data(), n), mean, allowed * mean);
        hold(what + ", MSE", MSE{}.gradient(x.data(), targets.data(), n, 1.0f, gradient.data()), mean, allowed * mean);
        if (n > 1'000'000) return;
        const double loss = std::log(powers) + largest - x[0], distance = allowed * (1.0 + std::abs(loss));
        hold(what + ", classes", CrossEntropy{}.forward(x.data(), n, 0), loss, distance);
        hold(what + ", classes", CrossEntropy{}.gradient(x.data(), n, 0, 1.0f, gradient.data()), loss, distance);
        // Each number a place with two classes.
        const CrossEntropy entropy;  // which `places` points to
        const cpu::AnyLoss places = cpu::any_loss<cpu::Baseline>(entropy, Shape{2, n});
        constexpr int lanes = cpu::Baseline::lanes;
        Numbers output(2 * x.size() * lanes), by_output(output.size()), buffer(2 * lanes);
        std::vector<std::int32_t> labels(x.size() * lanes);
        double mean_over_places = 0.0;
        for (int i = 0; i < n; ++i) {
            const float number = x[static_cast<std::size_t>(i)];
            std::fill_n(output.begin() + std::ptrdiff_t{i} * lanes, lanes, number);
            mean_over_places += std::log1p(std::exp(-double{number})) / n;
        }
        float scale[lanes]{1.0f};
        const double found =
            places.gradient(places.loss, output.data(), 2 * n, n, labels.data(), buffer.data(), scale, by_output.data())
                .loss;
        hold(what + ", places", found, mean_over_places, allowed * mean_over_places + 1e-30);
    });
}

BOOST_AUTO_TEST_CASE(of_batch_statistics) {
    for (const int size : sizes)
        for_each_kind(static_cast<std::size_t>(size), [&](const std::string& kind, const Numbers& numbers) {
            cpu::for_each_isa([&]<class Isa>() {
                using T = cpu::Value<Isa>;
                // Three groups, the last one with one sample; what its other lanes hold does not count.
                const int plane = size / (2 * Isa::lanes + 1), samples = 2 * Isa::lanes + 1;
                if (plane < 1 || (size > 1'000'000 && Isa::lanes != cpu::detail::lanes_in_use())) return;
                Numbers x(std::size_t{3} * static_cast<std::size_t>(plane) * Isa::lanes, 7.0f), dy(x.size());
                double sum = 0.0, squares = 0.0, sum_dy = 0.0, product = 0.0, magnitude = 0.0, magnitude_dy = 0.0;
                std::size_t next = 0;
                const auto for_each = [&](const auto& visit) {
                    next = 0;
                    for (int s = 0; s < samples; ++s)
                        for (int i = 0; i < plane; ++i, ++next)
                            visit((std::size_t(s / Isa::lanes) * std::size_t(plane) + std::size_t(i)) * Isa::lanes +
                                      std::size_t(s % Isa::lanes),
                                  numbers[next]);
                };
                for_each([&](std::size_t at, float number) {
                    x[at] = number;
                    dy[at] = numbers[next % 5 * (numbers.size() / 5)] - 0.5f * number;
                    sum += number;
                });
                const double count = double(samples) * plane, mean = sum / count;
                for_each([&](std::size_t at, float number) {
                    squares += (number - mean) * (number - mean);
                    sum_dy += dy[at];
                    magnitude_dy += std::abs(dy[at]);
                    product += dy[at] * (number - mean);
                    magnitude += std::abs(dy[at] * (number - mean));
                });
                const auto in = reinterpret_cast<const T*>(x.data()), gradient = reinterpret_cast<const T*>(dy.data());
                float moments[3], sums[2];
                cpu::call<Isa, cpu::detail::ChannelMoments>(in, std::ptrdiff_t{plane}, 3, samples, 1,
                                                            std::int64_t{plane}, static_cast<float*>(moments));
                const double found_mean = moments[0] + moments[1] / count;
                const double found = moments[2] - double{moments[1]} * moments[1] / count;
                const std::string what = kind + ", " + std::to_string(samples) + " x " + std::to_string(plane);
                const double deviation = std::sqrt(squares / count);
                hold(what + ", mean", found_mean, mean, allowed * deviation + 1e-9 * std::abs(mean));
                hold(what + ", variance", found / count, squares / count,
                     allowed * squares / count + 1e-13 * mean * mean);
                const float center = static_cast<float>(mean);
                cpu::call<Isa, cpu::detail::ChannelGradientSums>(in, std::ptrdiff_t{plane}, gradient,
                                                                 std::ptrdiff_t{plane}, 3, 1, std::int64_t{plane},
                                                                 &center, static_cast<float*>(sums));
                hold(what + ", gradients", sums[0], sum_dy, allowed * magnitude_dy);
                hold(what + ", products", sums[1] - (mean - center) * sums[0], product,
                     allowed * magnitude + 1e-7 * std::abs(mean) * magnitude_dy * 1e-3 +
                         1e-12 * std::abs(mean * sum_dy));
            });
        });
}

BOOST_AUTO_TEST_CASE(of_a_layer_normalisation) {
    constexpr int size = 1'000'000;
    constexpr tenet::detail::NormalisedRanges ranges{1, size, size, 1, true, false, false, 1e-5f};
    Numbers y(size), dx(size);
    for_each_kind(size, [&](const std::string& kind, const Numbers& x) {
        const double mean = exact_sum(x) / size;
        double squares = 0.0, error = 0.0;
        for (const float number : x) squares += (number - mean) * (number - mean);
        const double scale = 1.0 / std::sqrt(squares / size + 1e-5);
        tenet::detail::Normalisation<ranges>::forward(x.data(), Weights{}, y.data());
        for (std::size_t i = 0; i < x.size(); ++i)
            error = std::max(error, std::abs(y[i] - (x[i] - mean) * scale) / (1.0 + std::abs(y[i])));
        // The mean is rounded to a float.
        hold(kind, error, 0.0, allowed + 1e-7 * std::abs(mean) * scale);
    });
}

BOOST_AUTO_TEST_CASE(of_pooling_windows) {
    operations::Window<operations::Pooling::average> op;
    op.channels = 1;
    op.in[0] = 3;
    op.in[1] = 1'000;
    op.in[2] = 2'000;
    for (int axis = 0; axis < 3; ++axis) op.out[axis] = 1, op.kernel[axis] = op.stride[axis] = op.in[axis];
    for_each_kind(static_cast<std::size_t>(op.in_count()), [&](const std::string& kind, const Numbers& x) {
        double magnitudes = 0.0;
        for (const float number : x) magnitudes += std::abs(number);
        float y = 0.0f;
        cpu::for_each_isa([&]<class Isa>() {
            cpu::call<Isa, cpu::detail::WindowSingle<operations::Pooling::average>>(
                static_cast<const operations::Window<operations::Pooling::average>*>(&op), x.data(), &y);
            hold(kind, y, exact_sum(x) / op.in_count(), allowed * magnitudes / op.in_count());
        });
        const device::detail::WindowForward<operations::Pooling::average, float> on_device{
            op, {const_cast<float*>(x.data()), op.in_count()}, {&y, 1}};
        on_device(0, 0);
        hold(kind + " on a device", y, exact_sum(x) / op.in_count(), allowed * magnitudes / op.in_count());
    });
}

BOOST_AUTO_TEST_CASE(of_a_weight_gradient_over_many_samples) {
    constexpr int samples = 1'000'000, outputs = 2;
    for (const int inputs : {1, 70})
        cpu::for_each_isa([&]<class Isa>() {
            const int count = samples / inputs, stride = std::max(inputs, Isa::lanes);
            Numbers x(static_cast<std::size_t>(count + 1) * static_cast<std::size_t>(stride), 0.1f);
            Numbers dy(static_cast<std::size_t>(count + Isa::lanes) * outputs, 1.0f);
            Numbers dw(static_cast<std::size_t>(inputs) * outputs + 64), db(std::size_t{outputs});
            const cpu::LinearGradientExtents extents{inputs, outputs, count, 0, outputs, stride, inputs};
            cpu::linear_weight_gradient(cpu::linear_gradient_blocks<Isa>, extents, x.data(), dy.data(), dw.data(),
                                        db.data());
            for (int i = 0; i < inputs * outputs; ++i)
                hold("weight", dw[static_cast<std::size_t>(i)] / static_cast<float>(count), 0.1f, 5e-6);
            hold("bias", db[1], (count + Isa::lanes - 1) / Isa::lanes * Isa::lanes, allowed * count);
        });
}

namespace {

using TestDevice = OnDevice<TestSystem>;

struct Normalised {
    double error = 0.0;  // the mean square of the output's distance from what is right
    double mean = 0.0, variance = 0.0;
};

/// One step of BatchNorm2d with a batch of 4 images of S x S.
template <class Backend, int S>
Normalised normalise(const Numbers& images) {
    using Net = Network<Input<1, S, S>, BatchNorm2d<Momentum<1.0f>>>;
    const double mean = exact_sum(images) / static_cast<double>(images.size());
    double squares = 0.0;
    for (const float number : images) squares += (number - mean) * (number - mean);
    Numbers right;
    for (const float number : images)
        right.push_back(
            static_cast<float>((number - mean) / std::sqrt(squares / static_cast<double>(images.size()) + 1e-5)));
    const data::Dataset<float, float> data{Shape{1, S, S}, images, Shape{1, S, S}, right};
    Model<Net, Backend> model{Seed{1}};
    Trainer trainer{model, MSE{}, SGD{.learning_rate = 0.0f}};
    Normalised found;
    found.error =
        trainer.fit(data, {.epochs = 1, .batch_size = 4, .shuffle = false, .progress = Progress::off}).epochs[0].loss;
    const auto look = [&](const Model<Net>& on_host) {
        found.mean = on_host.tensor(2).values[0];
        found.variance = on_host.tensor(3).values[0];
    };
    if constexpr (std::same_as<Backend, Cpu>)
        look(model);
    else
        look(model.to_host());
    return found;
}

template <class Backend, int S>
void normalise_constant() {
    const Normalised found = normalise<Backend, S>(Numbers(4 * S * S, 100.1f));
    BOOST_TEST(found.error < 1e-9);
    BOOST_TEST(found.mean == 100.1f);
    BOOST_TEST(found.variance < 1e-12);
}

template <class Backend>
void normalise_around_100() {
    constexpr int S = 224;
    RandomNumbers random{1};
    Numbers images(4 * S * S);
    double mean = 0.0, squares = 0.0;
    for (float& number : images) {
        float sum = -6.0f;  // of twelve numbers, close to N(0, 1)
        for (int i = 0; i < 12; ++i) sum += random.uniform(0.0f, 1.0f);
        number = 100.1f + 0.01f * sum;
        mean += number / (4.0 * S * S);
    }
    for (const float number : images) squares += (number - mean) * (number - mean);
    const Normalised found = normalise<Backend, S>(images);
    // Where the mean is a float, 1e-6 of a spread of 0.01 is what it can be wrong by, and that is 1e-4 of it.
    BOOST_TEST(found.error < (std::same_as<Backend, Cpu> ? 1e-12 : 1e-6));
    BOOST_TEST(std::abs(found.mean - mean) < 1e-5);
    BOOST_TEST(std::abs(found.variance - squares / (4.0 * S * S - 1.0)) < 1e-9);
}

template <class Net, class Backend, class Loss, class Data>
double loss_of(const Data& data, Loss loss) {
    Model<Net, Backend> model{Seed{1}};
    Trainer trainer{model, loss, SGD{.learning_rate = 0.0f}};
    const double trained = trainer.fit(data, {.epochs = 1, .batch_size = 5, .progress = Progress::off}).epochs[0].loss;
    const double evaluated = trainer.evaluate(data).loss;
    BOOST_TEST(std::abs(trained - evaluated) < 2e-6 * evaluated);
    return evaluated;
}

template <class Backend>
void known_losses() {
    constexpr std::size_t numbers = 5 * 68 * 64 * 64, pixels = 512 * 512;
    const data::Dataset<float, float> tenths{Shape{68, 64, 64}, Numbers(numbers, 0.1f), Shape{68, 64, 64},
                                             Numbers(numbers)};
    const double mse = loss_of<Network<Input<68, 64, 64>, PReLU<>>, Backend>(tenths, MSE{});
    BOOST_TEST(std::abs(mse - 0.01) < 3e-8);
    const data::Dataset<float, data::PixelLabel> image{Shape{2, 512, 512}, Numbers(2 * pixels, 0.5f), Shape{512, 512},
                                                       std::vector<data::PixelLabel>(pixels, 1)};
    const double entropy = loss_of<Network<Input<2, 512, 512>, PReLU<>>, Backend>(image, CrossEntropy{});
    BOOST_TEST(std::abs(entropy - 0.69314718) < 1.5e-6);
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_constant_channel) {
    normalise_constant<Cpu, 14>();
    normalise_constant<Cpu, 32>();
    normalise_constant<Cpu, 64>();
    normalise_constant<Cpu, 224>();
    normalise_constant<TestDevice, 14>();
    normalise_constant<TestDevice, 224>();
}

BOOST_AUTO_TEST_CASE(of_a_channel_far_from_0) {
    normalise_around_100<Cpu>();
    normalise_around_100<TestDevice>();
}

BOOST_AUTO_TEST_CASE(of_losses_that_are_known) {
    known_losses<Cpu>();
    known_losses<TestDevice>();
}

BOOST_AUTO_TEST_CASE(of_one_window) {
    using Net = Network<Input<1, 256, 256>, AvgPool2d<256>>;
    const Numbers image(256 * 256, 100.1f);
    float average = 0.0f;
    Model<Net> model{Seed{1}};
    Workspace<Net> workspace;
    model.forward(image, std::span(&average, 1), workspace);
    BOOST_TEST(std::abs(average - 100.1f) < 1e-4f);
}
