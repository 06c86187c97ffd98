#define BOOST_TEST_MODULE property_pooling
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <tenet/backend/cpu/window.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/random_numbers.hpp>

// Pooling kernels of any extents equal loops that are written to be obvious, on every instruction set.

using namespace tenet;
using namespace tenet::testing;

namespace {

using operations::Pooling, operations::Window;
using Numbers = std::vector<float>;

/// Calls visit(output index, input index or -1 in the padding) for every tap of every window.
template <Pooling Kind, class Visit>
void for_each_tap(const Window<Kind>& op, const Visit& visit) {
    int output = 0;
    for (int c = 0; c < op.channels; ++c)
        for (int z = 0; z < op.out[0]; ++z)
            for (int y = 0; y < op.out[1]; ++y)
                for (int x = 0; x < op.out[2]; ++x, ++output)
                    for (int i = 0; i < op.kernel[0]; ++i)
                        for (int j = 0; j < op.kernel[1]; ++j)
                            for (int k = 0; k < op.kernel[2]; ++k) {
                                const int at[3]{z * op.stride[0] - op.padding[0] + i, y * op.stride[1] - op.padding[1] + j,
                                                x * op.stride[2] - op.padding[2] + k};
                                bool inside = true, padded = true;
                                for (int axis = 0; axis < 3; ++axis) {
                                    inside = inside && at[axis] >= 0 && at[axis] < op.in[axis];
                                    padded = padded && at[axis] < op.in[axis] + op.padding[axis];
                                }
                                if (inside) visit(output, ((c * op.in[0] + at[0]) * op.in[1] + at[1]) * op.in[2] + at[2]);
                                else if (padded) visit(output, -1);
                            }
}

template <Pooling Kind>
std::size_t output_count(const Window<Kind>& op) {
    return static_cast<std::size_t>(op.channels * op.out_count());
}

/// The position of the maximum of each window, the first of equal ones.
template <Pooling Kind>
std::vector<int> places_of_maxima(const Window<Kind>& op, const Numbers& x) {
    std::vector<int> place(output_count(op), -1);
    for_each_tap(op, [&](int o, int i) {
        int& best = place[static_cast<std::size_t>(o)];
        if (i < 0) return;
        const float value = x[static_cast<std::size_t>(i)];
        if (best < 0 || value > x[static_cast<std::size_t>(best)] ||
            (std::isnan(value) && !std::isnan(x[static_cast<std::size_t>(best)])))
            best = i;
    });
    return place;
}

template <Pooling Kind>
std::vector<int> counts(const Window<Kind>& op) {
    std::vector<int> count(output_count(op));
    for_each_tap(op, [&](int o, int) { ++count[static_cast<std::size_t>(o)]; });
    return count;
}

template <Pooling Kind>
Numbers outputs(const Window<Kind>& op, const Numbers& x) {
    Numbers y;
    if (Kind == Pooling::max) {
        for (const int i : places_of_maxima(op, x)) y.push_back(x[static_cast<std::size_t>(i)]);
        return y;
    }
    std::vector<double> sum(output_count(op));
    for_each_tap(op, [&](int o, int i) {
        if (i >= 0) sum[static_cast<std::size_t>(o)] += x[static_cast<std::size_t>(i)];
    });
    const std::vector<int> count = counts(op);
    for (std::size_t o = 0; o < sum.size(); ++o) y.push_back(static_cast<float>(sum[o] / count[o]));
    return y;
}

template <Pooling Kind>
Numbers input_gradient(const Window<Kind>& op, const Numbers& x, const Numbers& dy) {
    std::vector<double> dx(x.size());
    if (Kind == Pooling::max) {
        const std::vector<int> place = places_of_maxima(op, x);
        for (std::size_t o = 0; o < dy.size(); ++o) dx[static_cast<std::size_t>(place[o])] += dy[o];
    } else {
        const std::vector<int> count = counts(op);
        for_each_tap(op, [&](int o, int i) {
            if (i >= 0) dx[static_cast<std::size_t>(i)] += double{dy[static_cast<std::size_t>(o)]} / count[static_cast<std::size_t>(o)];
        });
    }
    return Numbers(dx.begin(), dx.end());
}

template <Pooling Kind>
Window<Kind> random_window(RandomNumbers& random) {
    Window<Kind> op;
    op.channels = random.integer(1, 3);
    const bool halves = random.integer(0, 2) == 0, ceil = random.integer(0, 1) == 1;
    for (int axis = random.integer(0, 2); axis < 3; ++axis) {
        op.kernel[axis] = halves ? (axis == 0 ? 1 : 2) : random.integer(1, 4);
        op.stride[axis] = halves && axis > 0 ? 2 : random.integer(1, 3);
        op.padding[axis] = halves ? 0 : random.integer(0, op.kernel[axis] / 2);
        op.in[axis] = random.integer(op.kernel[axis], axis == 2 && random.integer(0, 1) ? 40 : 9);
        const int room = op.in[axis] + 2 * op.padding[axis] - op.kernel[axis];
        op.out[axis] = room / op.stride[axis] + 1;
        // A last window over the edge, if it begins in the input or the padding before it.
        if (ceil && room % op.stride[axis] != 0 && op.out[axis] * op.stride[axis] < op.in[axis] + op.padding[axis])
            ++op.out[axis];
    }
    return op;
}

template <Pooling Kind>
std::string describe(const Window<Kind>& op) {
    std::string text = std::to_string(op.channels) + " channels";
    for (int axis = 0; axis < 3; ++axis)
        text += ", [in " + std::to_string(op.in[axis]) + " kernel " + std::to_string(op.kernel[axis]) + " stride " +
                std::to_string(op.stride[axis]) + " padding " + std::to_string(op.padding[axis]) + " out " +
                std::to_string(op.out[axis]) + "]";
    return text;
}

template <class T>
Numbers lane_of(const std::vector<T>& values, int l) {
    Numbers result;
    for (const T& value : values) result.push_back(lane(value, l));
    return result;
}

template <class T>
std::vector<T> in_lanes(const std::vector<Numbers>& samples) {
    std::vector<T> result;
    for (std::size_t i = 0; i < samples[0].size(); ++i) {
        float lanes[lanes_of<T>];
        for (std::size_t l = 0; l < samples.size(); ++l) lanes[l] = samples[l][i];
        result.push_back(load<T>(lanes));
    }
    return result;
}

void check_same(const std::string& what, const Numbers& actual, const Numbers& expected) {
    Numbers a = actual, e = expected;
    for (std::size_t i = 0; i < e.size(); ++i) {
        BOOST_TEST(std::isnan(a[i]) == std::isnan(e[i]), what << "[" << i << "]");
        if (std::isnan(e[i])) a[i] = e[i] = 0.0f;
    }
    check_close(what, a, e, 1e-6);
}

template <class Isa, Pooling Kind>
void check(const Window<Kind>& op, const std::vector<Numbers>& x, const std::vector<Numbers>& dy) {
    using T = cpu::Value<Isa>;
    using Kernels = cpu::Family<Window<Kind>>;
    const std::vector<T> xs = in_lanes<T>(x), dys = in_lanes<T>(dy);
    std::vector<T> y(dys.size(), T(NAN)), dx(xs.size(), T(NAN));
    const cpu::Block<const T> input{xs.data(), 0}, output_gradient{dys.data(), 0};
    Kernels::template forward<Isa, math::Identity, T>(op, input, Weights{}, {y.data(), 0}, nullptr, cpu::TaskContext{});
    Kernels::template backward<Isa, math::Identity, T>(op, input, cpu::Block<const T>{y.data(), 0}, output_gradient,
                                                       Weights{}, {dx.data(), 0}, Gradients{}, nullptr, cpu::TaskContext{});
    for (int l = 0; l < Isa::lanes; ++l) {
        const Numbers& sample = x[static_cast<std::size_t>(l)];
        check_same("output", lane_of(y, l), outputs(op, sample));
        if (std::none_of(sample.begin(), sample.end(), [](float v) { return std::isnan(v); }))
            check_same("input gradient", lane_of(dx, l), input_gradient(op, sample, dy[static_cast<std::size_t>(l)]));
    }
    Numbers single(y.size() + 1, 42.0f), scratch(static_cast<std::size_t>(Kernels::single_scratch(op)));
    Kernels::template forward_single<Isa, math::Identity>(op, x[0].data(), Weights{}, single.data(), scratch.data());
    BOOST_TEST(single.back() == 42.0f);
    single.pop_back();
    check_same("single output", single, outputs(op, x[0]));
}

template <Pooling Kind>
void check_random_windows() {
    for (std::uint32_t trial = 0; trial < 150; ++trial) {
        RandomNumbers random{1000 + trial};
        const Window<Kind> op = random_window<Kind>(random);
        const bool ties = random.integer(0, 1) == 1, nan = random.integer(0, 3) == 0;
        std::vector<Numbers> x, dy;
        for (int l = 0; l < 16; ++l) {
            x.push_back(random.uniform(static_cast<std::size_t>(op.channels * op.in_count()), -2.0f, 2.0f));
            dy.push_back(random.uniform(output_count(op), -1.0f, 1.0f));
            if (ties)
                for (float& value : x.back()) value = std::round(value);
            if (nan && l % 3 == 0)
                x.back()[static_cast<std::size_t>(random.integer(0, static_cast<int>(x.back().size()) - 1))] = NAN;
        }
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT("trial " << trial << ": " << describe(op)) {
            cpu::for_each_isa([&]<class Isa>() {
                BOOST_TEST_CONTEXT(Isa::lanes << " lanes")
                check<Isa>(op, {x.begin(), x.begin() + Isa::lanes}, {dy.begin(), dy.begin() + Isa::lanes});
            });
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(maxima) { check_random_windows<Pooling::max>(); }
BOOST_AUTO_TEST_CASE(averages) { check_random_windows<Pooling::average>(); }
