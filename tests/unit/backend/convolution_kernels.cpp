#define BOOST_TEST_MODULE backend_convolution_kernels
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/backend/cpu/convolution_data_gradient.hpp>
#include <tenet/backend/cpu/convolution_forward.hpp>
#include <tenet/backend/cpu/convolution_single.hpp>
#include <tenet/backend/cpu/convolution_weight_gradient.hpp>
#include <tenet/backend/cpu/depthwise_convolution.hpp>
#include <tenet/backend/cpu/executable_tables.hpp>
#include <tenet/backend/cpu/map.hpp>
#include <tenet/backend/cpu/winograd.hpp>
#include <tenet/backend/cpu/winograd_single.hpp>
#include <tenet/backend/cpu/winograd_weight_gradient.hpp>
#include <tenet/math/relu.hpp>

#include <support/oracle.hpp>

namespace cpu = tenet::cpu;
namespace math = tenet::math;
using tenet::operations::Convolution;
using tenet::operations::PaddingMode;
using Floats = std::vector<float>;

namespace {

std::mt19937 random_engine(11);

int random_int(int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random_engine);
}

Floats random_floats(std::size_t count) {
    std::uniform_real_distribution<float> uniform(-1.f, 1.f);
    Floats values(count);
    for (float& value : values) value = uniform(random_engine);
    return values;
}

template <class T>
std::vector<T> to_lanes(int n, const Floats& rows) {
    std::vector<T> x(n, T(0.f));
    for (int l = 0; l < tenet::lanes_of<T>; ++l)
        for (int i = 0; i < n; ++i) x[i].v[l] = rows[l * n + i];
    return x;
}

template <class T>
Floats to_rows(const std::vector<T>& x) {
    const int n = static_cast<int>(x.size());
    Floats rows(x.size() * tenet::lanes_of<T>);
    for (int l = 0; l < tenet::lanes_of<T>; ++l)
        for (int i = 0; i < n; ++i) rows[l * n + i] = x[i][l];
    return rows;
}

void check_equal(const Floats& got, const oracle::Array& expected, const std::string& what, double scale) {
    BOOST_REQUIRE_EQUAL(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
        if (!(std::abs(got[i] - expected[i]) <= 2e-6 * scale + 2e-5 * std::abs(expected[i]))) {
            BOOST_ERROR(what << ": [" << i << "] is " << got[i] << ", expected " << expected[i]);
            return;
        }
}

oracle::Convolution to_oracle(const Convolution& op) {
    oracle::Convolution o;
    o.C = op.in_channels, o.K = op.out_channels, o.groups = op.groups;
    for (int axis = 0; axis < 3; ++axis) {
        o.in[axis] = op.in[axis], o.kernel[axis] = op.kernel[axis], o.stride[axis] = op.stride[axis];
        o.padding[axis] = op.padding[axis], o.dilation[axis] = op.dilation[axis];
    }
    o.mode = static_cast<oracle::Padding>(op.padding_mode);
    return o;
}

std::string describe(const Convolution& op) {
    std::string text = std::to_string(op.in_channels) + "->" + std::to_string(op.out_channels) + " groups " +
                       std::to_string(op.groups) + " mode " + std::to_string(static_cast<int>(op.padding_mode));
    for (int axis = 0; axis < 3; ++axis)
        text += " [in " + std::to_string(op.in[axis]) + " k " + std::to_string(op.kernel[axis]) + " s " +
                std::to_string(op.stride[axis]) + " p " + std::to_string(op.padding[axis]) + " d " +
                std::to_string(op.dilation[axis]) + "]";
    return text;
}

bool is_nan(float x) {
    return std::isnan(x);
}
template <int Width>
bool is_nan(const tenet::Lanes<Width>& x) {
    return std::isnan(x[0]);
}

// Scratch with a guard behind it: a kernel that writes further than it said is found out.
template <class T>
struct Scratch {
    std::vector<T> values;
    std::size_t size;
    explicit Scratch(std::int64_t n) : values(n + 4, T(NAN)), size(n) {}
    ~Scratch() {
        for (std::size_t i = size; i < values.size(); ++i) BOOST_TEST(is_nan(values[i]), "scratch overrun");
    }
};

// What a convolution computes: the numbers of 16, 8 or 4 samples, and the oracle's answers for them.
template <class Isa>
struct Case {
    using T = cpu::Value<Isa>;
    static constexpr int N = tenet::lanes_of<T>;

    Convolution op;
    bool with_bias;
    oracle::Convolution reference = to_oracle(op);
    std::string what = std::string(Isa::name) + " " + describe(op);
    int in = op.in_channels * op.in_count(), out = op.out_channels * op.out_count();
    Floats x_rows = random_floats(N * in), dy_rows = random_floats(N * out);
    Floats w = random_floats(op.weight_count()), bias = random_floats(op.out_channels);
    std::vector<T> x = to_lanes<T>(in, x_rows), dy = to_lanes<T>(out, dy_rows);
    oracle::Array xd = oracle::to_double(x_rows), wd = oracle::to_double(w), dyd = oracle::to_double(dy_rows);
    double scale = std::sqrt(op.weight_count() + N * op.out_count());

    const float* bias_data() const { return with_bias ? bias.data() : nullptr; }

    oracle::Array outputs() const {
        auto y = oracle::convolution(reference, N, xd, wd, with_bias ? oracle::to_double(bias) : oracle::Array{});
        for (double& value : y) value = std::max(value, 0.);
        return y;
    }
    // forward(x, w, bias, y, scratch, epilogue)
    template <class Forward>
    void check_forward(const char* name, std::int64_t scratch_size, Forward forward) const {
        Scratch<T> scratch(scratch_size);
        std::vector<T> y(out, T(NAN));
        forward(cpu::floats(x.data()), w.data(), bias_data(), cpu::floats(y.data()), cpu::floats(scratch.values.data()),
                cpu::Epilogue{cpu::value_epilogue<Isa, math::ReLU>()});
        check_equal(to_rows(y), outputs(), what + name, scale);
    }
    // data_gradient(dy, w, bias, dx, scratch, epilogue)
    template <class DataGradient>
    void check_data_gradient(const char* name, std::int64_t scratch_size, DataGradient data_gradient) const {
        Scratch<T> scratch(scratch_size);
        std::vector<T> dx(in, T(NAN));
        const float* const no_bias = nullptr;
        data_gradient(cpu::floats(dy.data()), w.data(), no_bias, cpu::floats(dx.data()),
                      cpu::floats(scratch.values.data()),
                      cpu::Epilogue{cpu::derivative_epilogue<Isa, math::ReLU>(), cpu::floats(x.data())});
        auto expected = oracle::convolution_data_gradient(reference, N, wd, dyd);
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] *= x_rows[i] > 0;
        check_equal(to_rows(dx), expected, what + name, scale);
    }
    // weight_gradient(x, dy, dw, scratch)
    template <class WeightGradient>
    void check_weight_gradient(const char* name, std::int64_t scratch_size, WeightGradient weight_gradient) const {
        Scratch<T> scratch(scratch_size);
        const Floats dw_before = random_floats(op.weight_count()), db_before = random_floats(op.out_channels);
        Floats dw = dw_before, db = db_before;
        weight_gradient(cpu::floats(x.data()), cpu::floats(dy.data()), dw.data(), cpu::floats(scratch.values.data()));
        cpu::convolution_bias_gradient<Isa>(op.out_channels, op.out_count(), cpu::floats(dy.data()), db.data());
        auto weights = oracle::convolution_weight_gradient(reference, N, xd, dyd);
        auto biases = oracle::convolution_bias_gradient(reference, N, dyd);
        for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += dw_before[i];
        for (std::size_t i = 0; i < biases.size(); ++i) biases[i] += db_before[i];
        check_equal(dw, weights, what + name + " dw", scale);
        check_equal(db, biases, what + name + " db", scale);
    }
    // single(x, w, bias, y, scratch)
    template <class Single>
    void check_single(const char* name, std::int64_t scratch_size, Single single) const {
        Scratch<float> scratch(scratch_size);
        const Floats sample(x_rows.begin(), x_rows.begin() + in);  // behind it nothing may be read
        Floats y(out + 1, NAN);
        single(sample.data(), w.data(), bias_data(), y.data(), scratch.values.data());
        cpu::map_single<Isa, math::ReLU>(y.data(), out);
        BOOST_TEST(std::isnan(y[out]), what + name + ": write behind y");
        y.pop_back();
        auto expected = outputs();
        expected.resize(out);
        check_equal(y, expected, what + name, scale);
    }
};

template <class Isa>
void check_convolution(const Convolution& op, bool with_bias) {
    const Case<Isa> c{op, with_bias};
    c.check_forward(" forward", cpu::convolution_forward_scratch(op),
                    [&](auto... operands) { cpu::convolution_forward(cpu::correlation_blocks<Isa>, op, operands...); });
    c.check_single(" single", cpu::convolution_single_scratch(op), [&](auto... operands) {
        cpu::convolution_single(cpu::convolution_single_blocks<Isa>, op, operands...);
    });
    c.check_single(" single, pixels", cpu::convolution_single_pixels_scratch(op), [&](auto... operands) {
        cpu::convolution_single_pixels(cpu::pixel_lane_blocks<Isa>, op, operands...);
    });
    c.check_single(" single, sums", cpu::convolution_single_sums_scratch(op), [&](auto... operands) {
        cpu::convolution_single_sums(cpu::sum_lane_blocks<Isa>, op, operands...);
    });
    if (cpu::channels_fill_lanes(op, Isa::lanes))
        c.check_single(" single, channels", cpu::convolution_single_channels_scratch(op, Isa::lanes),
                       [&](auto... operands) {
                           cpu::convolution_single_channels(cpu::channel_lane_blocks<Isa>, op, operands...);
                       });
    c.check_data_gradient(" data gradient", cpu::convolution_data_gradient_scratch(op), [&](auto... operands) {
        cpu::convolution_data_gradient(cpu::correlation_blocks<Isa>, op, operands...);
    });
    c.check_weight_gradient(" weight gradient", cpu::convolution_weight_gradient_scratch(op), [&](auto... operands) {
        cpu::convolution_weight_gradient(cpu::convolution_gradient_blocks<Isa>, op, operands...);
    });
}

template <class Isa>
void check_winograd(const Convolution& op, bool with_bias) {
    const Case<Isa> c{op, with_bias};
    const auto forward = cpu::WinogradCorrelation::forward(op), back = cpu::WinogradCorrelation::data_gradient(op);
    c.check_forward(" Winograd forward", forward.scratch(), [&](auto... operands) {
        cpu::winograd_correlate(cpu::winograd_blocks<Isa>, forward, operands...);
    });
    c.check_data_gradient(" Winograd data gradient", back.scratch(), [&](auto... operands) {
        cpu::winograd_correlate(cpu::winograd_blocks<Isa>, back, operands...);
    });
    c.check_weight_gradient(
        " Winograd weight gradient", cpu::WinogradGradientPlan::of(op).scratch(),
        [&](auto... operands) { cpu::winograd_weight_gradient(cpu::winograd_gradient_blocks<Isa>, op, operands...); });
    c.check_single(" Winograd single", cpu::winograd_single_scratch(op, Isa::lanes), [&](auto... operands) {
        cpu::winograd_single(cpu::winograd_single_blocks<Isa>, op, operands...);
    });
}

template <class Isa>
void check_depthwise_single(const Case<Isa>& c) {
    c.check_single(" depthwise single", cpu::depthwise_single_scratch(c.op), [&](auto... operands) {
        cpu::depthwise_single(cpu::pixel_lane_blocks<Isa>, cpu::copy_rows_apart<Isa>, c.op, operands...);
    });
}

template <class Isa>
void check_depthwise(const Convolution& op, bool with_bias) {
    const Case<Isa> c{op, with_bias};
    c.check_forward(" depthwise forward", cpu::depthwise_scratch(op),
                    [&](auto... operands) { cpu::depthwise_forward(cpu::depthwise_blocks<Isa>, op, operands...); });
    c.check_data_gradient(" depthwise data gradient", cpu::depthwise_scratch(op),
                          [&](const float* dy, const float* w, const float*, auto... operands) {
                              cpu::depthwise_data_gradient(cpu::depthwise_blocks<Isa>, op, dy, w, operands...);
                          });
    c.check_weight_gradient(" depthwise weight gradient", 0, [&](auto x, auto dy, auto dw, auto) {
        cpu::depthwise_weight_gradient(cpu::depthwise_gradient_blocks<Isa>, op, x, dy, dw);
    });
    check_depthwise_single<Isa>(c);
}

void set_out(Convolution& op) {
    for (int axis = 0; axis < 3; ++axis) op.out[axis] = op.out_extent(axis);
}

// 1, 2 or 3 axes with anything that PyTorch allows.
Convolution random_convolution() {
    Convolution op;
    op.groups = random_int(0, 2) ? 1 : random_int(1, 3);
    op.in_channels = op.groups * random_int(1, 5);
    // Multiples of 8 may fill lanes.
    op.out_channels = op.groups * (random_int(0, 1) ? random_int(1, 9) : 8 * random_int(1, 3));
    op.padding_mode = static_cast<PaddingMode>(random_int(0, 1) ? 0 : random_int(1, 3));
    const int rank = random_int(1, 3);
    for (int axis = 3 - rank; axis < 3; ++axis) {
        op.kernel[axis] = random_int(1, rank == 3 ? 3 : 5);
        op.stride[axis] = random_int(0, 1) ? 1 : random_int(1, 3);
        op.dilation[axis] = random_int(0, 2) ? 1 : random_int(1, 3);
        const int reach = op.dilation[axis] * (op.kernel[axis] - 1) + 1;
        op.in[axis] = random_int(1, rank == 3 ? 7 : 13);
        op.padding[axis] = random_int(0, 2) ? random_int(0, reach / 2) : 0;
        if (op.padding_mode != PaddingMode::zeros && op.padding[axis] >= op.in[axis])
            op.padding[axis] = op.in[axis] - 1;
        while (op.padded(axis) < reach) ++op.in[axis];
    }
    set_out(op);
    return op;
}

Convolution winograd_convolution(int in_channels, int out_channels, int height, int width, int padding) {
    Convolution op;
    op.in_channels = in_channels, op.out_channels = out_channels;
    op.in[1] = height, op.in[2] = width;
    for (int axis = 1; axis < 3; ++axis) op.kernel[axis] = 3, op.padding[axis] = padding;
    set_out(op);
    return op;
}

// Anything that the kernels for one channel at a time take.
Convolution depthwise_convolution() {
    Convolution op;
    op.in_channels = op.out_channels = op.groups = random_int(1, 7);
    for (int axis = random_int(1, 2); axis < 3; ++axis) {
        op.kernel[axis] = axis == 2 ? 2 * random_int(1, 2) + 1 : random_int(1, 6);
        op.stride[axis] = random_int(1, axis == 2 ? 2 : 3);
        op.dilation[axis] = axis == 2 ? 1 : random_int(1, 3);
        const int reach = op.dilation[axis] * (op.kernel[axis] - 1) + 1;
        op.in[axis] = random_int(1, 20);
        op.padding[axis] = random_int(0, reach + 1);
        while (op.padded(axis) < reach) ++op.in[axis];
    }
    set_out(op);
    return op;
}

}  // namespace

BOOST_AUTO_TEST_CASE(depthwise_equals_the_loops_for_random_shapes) {
    for (int i = 0; i < 200; ++i) {
        const Convolution op = depthwise_convolution();
        BOOST_REQUIRE(cpu::takes_depthwise(op));
        cpu::for_each_isa([&]<class Isa>() { check_depthwise<Isa>(op, i % 2 == 0); });
    }
}

// What is left of such a convolution when taps that only meet the border are dropped, and other widths and steps.
BOOST_AUTO_TEST_CASE(depthwise_of_one_sample_takes_any_width) {
    for (int i = 0; i < 100; ++i) {
        Convolution op = depthwise_convolution();
        op.kernel[2] = random_int(1, 6), op.stride[2] = random_int(1, 4);
        while (op.padded(2) < op.kernel[2]) ++op.in[2];
        set_out(op);
        BOOST_REQUIRE(cpu::takes_depthwise_single(op));
        cpu::for_each_isa([&]<class Isa>() { check_depthwise_single(Case<Isa>{op, i % 2 == 0}); });
    }
}

BOOST_AUTO_TEST_CASE(convolution_equals_the_loops_for_random_shapes) {
    for (int i = 0; i < 150; ++i) {
        const Convolution op = random_convolution();
        cpu::for_each_isa([&]<class Isa>() { check_convolution<Isa>(op, i % 2 == 0); });
    }
}

BOOST_AUTO_TEST_CASE(convolution_equals_the_loops_for_the_layers_of_known_networks) {
    const auto square = [](int C, int K, int size, int kernel, int stride, int padding, int groups) {
        Convolution op;
        op.in_channels = C, op.out_channels = K, op.groups = groups;
        for (int axis = 1; axis < 3; ++axis)
            op.in[axis] = size, op.kernel[axis] = kernel, op.stride[axis] = stride, op.padding[axis] = padding;
        set_out(op);
        return op;
    };
    for (const Convolution& op :
         {square(1, 6, 28, 5, 1, 2, 1), square(6, 16, 14, 5, 1, 0, 1), square(3, 8, 32, 7, 2, 3, 1),
          square(9, 13, 7, 3, 1, 1, 1), square(8, 16, 8, 1, 2, 0, 1), square(12, 12, 9, 3, 1, 1, 12),
          square(20, 4, 4, 3, 1, 1, 1), square(2, 2, 3, 3, 1, 0, 1), square(24, 48, 3, 3, 2, 1, 1),
          square(4, 64, 26, 3, 1, 0, 2), square(16, 24, 4, 3, 1, 1, 1), square(20, 40, 2, 3, 1, 1, 1)})
        cpu::for_each_isa([&]<class Isa>() { check_convolution<Isa>(op, true); });
}

// One image smaller than a block of tiles; channels that fill no block, more than one band of them, and more than one
// panel; any padding, and more than a kernel reaches.
BOOST_AUTO_TEST_CASE(winograd_equals_the_loops) {
    std::vector<Convolution> cases{winograd_convolution(1, 1, 1, 1, 1),     winograd_convolution(3, 5, 2, 3, 1),
                                   winograd_convolution(5, 18, 3, 3, 0),    winograd_convolution(9, 37, 7, 7, 1),
                                   winograd_convolution(2, 3, 4, 5, 3),     winograd_convolution(8, 8, 1, 9, 2),
                                   winograd_convolution(1100, 18, 3, 2, 1), winograd_convolution(3, 6, 17, 21, 1),
                                   winograd_convolution(18, 1100, 2, 3, 1)};
    for (int i = 0; i < 40; ++i) {
        const int padding = random_int(0, 2), least = std::max(1, 3 - 2 * padding);
        cases.push_back(winograd_convolution(random_int(1, 20), random_int(1, 40), random_int(least, 12),
                                             random_int(least, 12), padding));
        cases.back().padding[1] = random_int(std::max(0, (4 - cases.back().in[1]) / 2), 2);
        set_out(cases.back());
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        BOOST_REQUIRE(cpu::winograd_applies(cases[i]));
        cpu::for_each_isa([&]<class Isa>() { check_winograd<Isa>(cases[i], i % 2 == 0); });
    }
}

BOOST_AUTO_TEST_CASE(winograd_applies_to_3x3_weights_alone) {
    const Convolution op = winograd_convolution(16, 16, 8, 8, 1);
    BOOST_TEST(cpu::winograd_applies(op));
    BOOST_TEST(cpu::takes_winograd(op));
    BOOST_TEST(cpu::kernel_facts(op).alternative);
    const auto refuses = [&](auto change) {
        Convolution other = op;
        change(other);
        set_out(other);
        BOOST_TEST(!cpu::winograd_applies(other), describe(other));
        BOOST_TEST(!cpu::takes_winograd(other), describe(other));
        BOOST_TEST(!cpu::kernel_facts(other).alternative, describe(other));
    };
    refuses([](Convolution& c) { c.direct = true; });
    refuses([](Convolution& c) { c.kernel[2] = 5; });
    refuses([](Convolution& c) { c.kernel[0] = 3, c.in[0] = 3; });
    refuses([](Convolution& c) { c.in[0] = 2; });
    refuses([](Convolution& c) { c.stride[1] = 2; });
    refuses([](Convolution& c) { c.dilation[2] = 2; });
    refuses([](Convolution& c) { c.groups = 2; });
    refuses([](Convolution& c) { c.padding_mode = PaddingMode::reflect; });
}

BOOST_AUTO_TEST_CASE(winograd_is_taken_where_it_pays) {
    for (const int size : {4, 6, 7, 8, 14, 28})
        BOOST_TEST(cpu::takes_winograd(winograd_convolution(64, 64, size, size, 1)), size);
    for (const int size : {1, 2, 3, 5})
        BOOST_TEST(!cpu::takes_winograd(winograd_convolution(64, 64, size, size, 1)), size);
    BOOST_TEST(!cpu::takes_winograd(winograd_convolution(8, 8, 7, 7, 1)));
    BOOST_TEST(!cpu::takes_winograd(winograd_convolution(1, 64, 28, 28, 1)));
}

BOOST_AUTO_TEST_CASE(winograd_is_taken_for_one_sample_where_it_pays) {
    for (const int size : {14, 16, 28, 56})
        BOOST_TEST(cpu::takes_winograd_single(winograd_convolution(64, 64, size, size, 1), 16), size);
    for (const int size : {4, 7, 8, 12, 224})
        BOOST_TEST(!cpu::takes_winograd_single(winograd_convolution(64, 64, size, size, 1), 16), size);
    BOOST_TEST(!cpu::takes_winograd_single(winograd_convolution(8, 8, 14, 14, 1), 16));
}

BOOST_AUTO_TEST_CASE(one_sample_has_in_its_lanes_what_fills_them) {
    const auto chosen = [](int C, int K, int size, int kernel, int padding) {
        Convolution op;
        op.in_channels = C, op.out_channels = K;
        for (int axis = 1; axis < 3; ++axis) op.in[axis] = size, op.kernel[axis] = kernel, op.padding[axis] = padding;
        set_out(op);
        return cpu::single_lanes(op, 16);
    };
    using enum cpu::SingleLanes;
    BOOST_TEST((chosen(6, 16, 14, 5, 0) == channels));  // 10 x 10 pixels would leave 12 lanes empty
    BOOST_TEST((chosen(512, 512, 1, 3, 1) == sums));    // one pixel, 15 lanes, and weights are read once
    BOOST_TEST((chosen(256, 256, 2, 3, 1) == sums));
    BOOST_TEST((chosen(128, 128, 4, 3, 1) == pixels));  // fill one vector
    BOOST_TEST((chosen(256, 256, 4, 1, 0) == sums));    // one tap: sums take fewer loads
    BOOST_TEST((chosen(1, 6, 28, 5, 2) == pixels));
    BOOST_TEST((chosen(64, 64, 32, 3, 1) == pixels));
}
