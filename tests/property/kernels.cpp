// Laws that hold for any layer, whatever its numbers: a data gradient is the adjoint of the forward map, a weight
// gradient its derivative by the weights, and neither depends on how the work was cut.
#define BOOST_TEST_MODULE property_kernels
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <tenet/backend/cpu/convolution_data_gradient.hpp>
#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/convolution_gradient_of_batch.hpp>
#include <tenet/backend/cpu/convolution_weight_gradient.hpp>
#include <tenet/backend/cpu/linear_data_gradient.hpp>
#include <tenet/backend/cpu/linear_forward.hpp>
#include <tenet/backend/cpu/linear_weight_gradient.hpp>

#include <support/boost_test.hpp>

namespace cpu = tenet::cpu;
using tenet::operations::Convolution;
using tenet::operations::PaddingMode;

namespace {

std::mt19937 random_engine(3);

int random_int(int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random_engine);
}

template <class T>
std::vector<T> random_values(std::int64_t count) {
    std::uniform_real_distribution<float> uniform(-1.f, 1.f);
    std::vector<T> values(static_cast<std::size_t>(count), T(0.f));
    for (T& value : values)
        for (int l = 0; l < tenet::lanes_of<T>; ++l) reinterpret_cast<float*>(&value)[l] = uniform(random_engine);
    return values;
}

template <class T>
double dot(const std::vector<T>& a, const std::vector<T>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (int l = 0; l < tenet::lanes_of<T>; ++l)
            sum += static_cast<double>(tenet::lane(a[i], l)) * tenet::lane(b[i], l);
    return sum;
}

void check_close(double a, double b, double terms) {
    BOOST_TEST(std::abs(a - b) <= 1e-5 * std::sqrt(terms) + 1e-5 * std::abs(a));
}

Convolution random_convolution() {
    Convolution op;
    op.groups = random_int(1, 3);
    op.in_channels = op.groups * random_int(1, 4);
    op.out_channels = op.groups * random_int(1, 6);
    op.padding_mode = static_cast<PaddingMode>(random_int(0, 3));
    for (int axis = random_int(0, 2); axis < 3; ++axis) {
        op.kernel[axis] = random_int(1, 4);
        op.stride[axis] = random_int(1, 3);
        op.dilation[axis] = random_int(1, 2);
        op.padding[axis] = random_int(0, 2);
        op.in[axis] = op.dilation[axis] * (op.kernel[axis] - 1) + 1 + random_int(op.padding[axis], 8);
    }
    for (int axis = 0; axis < 3; ++axis) op.out[axis] = op.out_extent(axis);
    return op;
}

}  // namespace

// <dy, conv(x, w)> = <dx(dy, w), x> = <dw(dy, x), w>, for no bias.
BOOST_AUTO_TEST_CASE(gradients_of_a_convolution_are_its_adjoints) {
    for (int i = 0; i < 100; ++i) {
        const Convolution op = random_convolution();
        cpu::for_each_isa([&]<class Isa>() {
            using T = cpu::Value<Isa>;
            const auto x = random_values<T>(op.in_channels * op.in_count()),
                       dy = random_values<T>(op.out_channels * op.out_count());
            const auto w = random_values<float>(op.weight_count());
            std::vector<T> y(dy), dx(x),
                scratch(static_cast<std::size_t>(cpu::convolution_forward_scratch(op) +
                                                 cpu::convolution_data_gradient_scratch(op) +
                                                 cpu::convolution_weight_gradient_scratch(op)));
            std::vector<float> dw(w.size(), 0.f);
            const float *const xs = cpu::floats(x.data()), *const dys = cpu::floats(dy.data());
            float* const memory = cpu::floats(scratch.data());
            cpu::convolution_forward(cpu::correlation_blocks<Isa>, op, xs, w.data(), nullptr, cpu::floats(y.data()),
                                     memory, {});
            cpu::convolution_data_gradient(cpu::correlation_blocks<Isa>, op, dys, w.data(), nullptr,
                                           cpu::floats(dx.data()), memory, {});
            cpu::convolution_weight_gradient(cpu::convolution_gradient_blocks<Isa>, op, xs, dys, dw.data(), memory);
            const double terms = static_cast<double>(op.forward_flops()) * Isa::lanes;
            check_close(dot(dy, y), dot(dx, x), terms);
            check_close(dot(dy, y), dot(dw, w), terms);
            if (op.groups > 1 || op.kernel[0] > 1 || op.out[0] > 1 || cpu::detail::stores_border(op)) return;
            // Of two groups of lanes, the second one alike, in two tiles of rows: twice as much, whatever was there.
            const auto twice = [](std::vector<T> values) {
                values.insert(values.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size()));
                return values;
            };
            auto kept_x = twice(x), kept_dy = twice(dy);
            const cpu::KeptForBatch kept{cpu::floats(kept_x.data()), cpu::floats(kept_dy.data()), 2 * Isa::lanes};
            for (const int tile : {0, 1}) {
                const int middle = op.out_channels / 2;
                cpu::convolution_gradient_of_batch(cpu::convolution_gradient_blocks<Isa>, op,
                                                   {kept, 2 * Isa::lanes, tile == 0 ? 0 : middle,
                                                    tile == 0 ? middle : op.out_channels, dw.data(), nullptr});
            }
            check_close(2 * dot(dy, y), dot(dw, w), 2 * terms);
        });
    }
}

BOOST_AUTO_TEST_CASE(gradients_of_a_linear_layer_are_its_adjoints) {
    for (int i = 0; i < 60; ++i) {
        const int I = random_int(1, 200), O = random_int(1, 60), groups = random_int(1, 5);
        cpu::for_each_isa([&]<class Isa>() {
            using T = cpu::Value<Isa>;
            const auto x = random_values<T>(groups * I), dy = random_values<T>(groups * O);
            const auto w = random_values<float>(I * O);
            std::vector<T> y(dy), dx(x);
            const int stride = std::max(I, Isa::lanes);
            std::vector<float> dw(w.size()), rows(static_cast<std::size_t>(groups) * stride * Isa::lanes);
            const cpu::LinearExtents e{I, O, groups, I, O, I};
            cpu::linear_forward(cpu::linear_forward_blocks<Isa>, e, cpu::floats(x.data()), w.data(), nullptr,
                                cpu::floats(y.data()), {});
            cpu::linear_data_gradient(cpu::linear_data_gradient_blocks<Isa>, e, cpu::floats(dy.data()), w.data(),
                                      nullptr, cpu::floats(dx.data()), false, nullptr);
            for (int s = 0; s < groups * Isa::lanes; ++s)
                for (int f = 0; f < I; ++f) rows[s * stride + f] = x[s / Isa::lanes * I + f][s % Isa::lanes];
            const cpu::LinearGradientExtents g{I, O, groups * Isa::lanes, 0, O, stride, I};
            cpu::linear_weight_gradient(cpu::linear_gradient_blocks<Isa>, g, rows.data(), cpu::floats(dy.data()),
                                        dw.data(), nullptr);
            const double terms = 2. * I * O * groups * Isa::lanes;
            check_close(dot(dy, y), dot(dx, x), terms);
            check_close(dot(dy, y), dot(dw, w), terms);
        });
    }
}

// Bit for bit: rows of a weight gradient may be computed by any number of threads.
BOOST_AUTO_TEST_CASE(rows_of_a_weight_gradient_do_not_depend_on_the_cut) {
    constexpr int I = 53, O = 37, N = 70;
    cpu::for_each_isa([&]<class Isa>() {
        using T = cpu::Value<Isa>;
        const auto rows = random_values<float>(N * I);
        auto dy = random_values<T>((N + Isa::lanes - 1) / Isa::lanes * O);
        std::vector<float> whole(I * O), cut(I * O), whole_bias(O), cut_bias(O);
        const auto run = [&](int first, int last, std::vector<float>& dw, std::vector<float>& db) {
            const cpu::LinearGradientExtents g{I, O, N, first, last, I, I};
            cpu::linear_weight_gradient(cpu::linear_gradient_blocks<Isa>, g, rows.data(), cpu::floats(dy.data()),
                                        dw.data(), db.data());
        };
        run(0, O, whole, whole_bias);
        for (int first = 0; first < O; first += 5) run(first, std::min(first + 5, O), cut, cut_bias);
        BOOST_TEST(whole == cut);
        BOOST_TEST(whole_bias == cut_bias);
    });
}

// Bit for bit: a sample's result depends neither on its lane, nor on how many groups of lanes come along.
BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_lane_or_the_group) {
    constexpr int I = 100, O = 45;
    cpu::for_each_isa([&]<class Isa>() {
        using T = cpu::Value<Isa>;
        const auto sample = random_values<float>(I), w = random_values<float>(I * O), bias = random_values<float>(O);
        std::vector<T> x, y(3 * O, T(0.f));
        for (int g = 0; g < 3; ++g)
            for (float value : sample) x.push_back(T(value));
        cpu::linear_forward(cpu::linear_forward_blocks<Isa>, cpu::LinearExtents{I, O, 3, I, O}, cpu::floats(x.data()),
                            w.data(), bias.data(), cpu::floats(y.data()), {});
        for (int g = 0; g < 3; ++g)
            for (int o = 0; o < O; ++o)
                for (int l = 0; l < Isa::lanes; ++l) BOOST_REQUIRE_EQUAL(y[g * O + o][l], y[o][0]);
    });
}
