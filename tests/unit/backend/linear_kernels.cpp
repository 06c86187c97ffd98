#define BOOST_TEST_MODULE backend_linear_kernels
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <tenet/backend/cpu/linear_data_gradient.hpp>
#include <tenet/backend/cpu/linear_forward.hpp>
#include <tenet/backend/cpu/linear_single.hpp>
#include <tenet/backend/cpu/linear_weight_gradient.hpp>
#include <tenet/backend/cpu/map.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/math/relu.hpp>
#include <tenet/math/sigmoid.hpp>

#include <support/oracle.hpp>

namespace cpu = tenet::cpu;
namespace math = tenet::math;
using Floats = std::vector<float>;

namespace {

std::mt19937 random_engine(7);

Floats random_floats(std::size_t count) {
    std::uniform_real_distribution<float> uniform(-1.f, 1.f);
    Floats values(count);
    for (float& value : values) value = uniform(random_engine);
    return values;
}

template <class Range>
void check_equal(const Range& got, const oracle::Array& expected, const std::string& what, double scale = 1) {
    BOOST_REQUIRE_EQUAL(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
        if (!(std::abs(got[i] - expected[i]) <= 2e-6 * scale + 2e-5 * std::abs(expected[i]))) {
            BOOST_ERROR(what << ": [" << i << "] is " << got[i] << ", expected " << expected[i]);
            return;
        }
}

// [N][n] sample rows to groups of lanes, and back.
template <class T>
std::vector<T> to_lanes(int N, int n, const Floats& rows) {
    const int width = tenet::lanes_of<T>, groups = (N + width - 1) / width;
    std::vector<T> x(static_cast<std::size_t>(groups) * n, T(0.f));
    for (int s = 0; s < N; ++s)
        for (int i = 0; i < n; ++i) x[s / width * n + i].v[s % width] = rows[s * n + i];
    return x;
}

template <class T>
Floats to_rows(int N, int n, const std::vector<T>& x) {
    Floats rows(static_cast<std::size_t>(N) * n);
    for (int s = 0; s < N; ++s)
        for (int i = 0; i < n; ++i) rows[s * n + i] = x[s / tenet::lanes_of<T> * n + i][s % tenet::lanes_of<T>];
    return rows;
}

template <class Formula>
double formula_value(double x) {
    return std::is_same_v<Formula, math::Identity> ? x
           : std::is_same_v<Formula, math::ReLU>   ? std::max(x, 0.)
                                                   : 1 / (1 + std::exp(-x));
}
template <class Formula>
double formula_derivative(double y) {
    return std::is_same_v<Formula, math::Identity> ? 1 : std::is_same_v<Formula, math::ReLU> ? y > 0 : y * (1 - y);
}

template <class Isa, class Formula>
void check_linear(int N, int I, int O, bool with_bias) {
    using T = cpu::Value<Isa>;
    const int width = tenet::lanes_of<T>, groups = (N + width - 1) / width;
    const std::string what =
        std::string(Isa::name) + " N " + std::to_string(N) + " I " + std::to_string(I) + " O " + std::to_string(O);
    const Floats rows = random_floats(N * I), w = random_floats(I * O), bias = random_floats(O),
                 dy_rows = random_floats(N * O);
    const auto x = to_lanes<T>(N, I, rows), dy = to_lanes<T>(N, O, dy_rows);
    const double scale = std::sqrt(I + O + N);
    const cpu::LinearExtents e{I, O, groups, I, O, I};

    std::vector<T> y(groups * O, T(NAN));
    cpu::linear_forward(cpu::linear_forward_blocks<Isa>, e, cpu::floats(x.data()), w.data(),
                        with_bias ? bias.data() : nullptr, cpu::floats(y.data()),
                        {cpu::value_epilogue<Isa, Formula>()});
    oracle::Array expected = oracle::linear(N, I, O, oracle::to_double(rows), oracle::to_double(w),
                                            with_bias ? oracle::to_double(bias) : oracle::Array{});
    for (double& value : expected) value = formula_value<Formula>(value);
    check_equal(to_rows(N, O, y), expected, what + " forward", scale);

    Floats single(O, NAN);
    cpu::linear_single(cpu::linear_single_blocks<Isa>, I, O, rows.data(), w.data(), with_bias ? bias.data() : nullptr,
                       single.data());
    cpu::map_single<Isa, Formula>(single.data(), O);
    check_equal(single, oracle::Array(expected.begin(), expected.begin() + O), what + " single", scale);

    for (const bool accumulate : {false, true}) {
        const Floats before = random_floats(N * I);
        std::vector<T> dx = accumulate ? to_lanes<T>(N, I, before) : std::vector<T>(groups * I, T(NAN));
        cpu::linear_data_gradient(cpu::linear_data_gradient_blocks<Isa>, e, cpu::floats(dy.data()), w.data(),
                                  cpu::floats(x.data()), cpu::floats(dx.data()), accumulate,
                                  cpu::derivative_epilogue<Isa, Formula>());
        oracle::Array gradient =
            oracle::linear_data_gradient(N, I, O, oracle::to_double(w), oracle::to_double(dy_rows));
        for (std::size_t i = 0; i < gradient.size(); ++i)
            gradient[i] = (gradient[i] + (accumulate ? before[i] : 0)) * formula_derivative<Formula>(rows[i]);
        check_equal(to_rows(N, I, dx), gradient, what + (accumulate ? " dx accumulated" : " dx"), scale);
    }

    const int first = O / 3, last = O - O / 4;
    Floats dw(I * O, 123.f), db(O, 123.f);
    const int stride = std::max(I, width);
    Floats x_rows(static_cast<std::size_t>(N) * stride, NAN);  // what follows a row of fewer inputs has no influence
    for (int s = 0; s < N; ++s) std::copy_n(rows.begin() + s * I, I, x_rows.begin() + s * stride);
    const cpu::LinearGradientExtents g{I, O, N, first, last, stride, I};
    cpu::linear_weight_gradient(cpu::linear_gradient_blocks<Isa>, g, x_rows.data(), cpu::floats(dy.data()), dw.data(),
                                db.data());
    oracle::Array weights =
        oracle::linear_weight_gradient(N, I, O, oracle::to_double(rows), oracle::to_double(dy_rows));
    oracle::Array biases = oracle::linear_bias_gradient(N, O, oracle::to_double(dy_rows));
    for (int o = 0; o < O; ++o)
        if (o < first || o >= last) {
            biases[o] = 123;
            std::fill(weights.begin() + o * I, weights.begin() + (o + 1) * I, 123.);
        }
    check_equal(dw, weights, what + " dw", scale);
    check_equal(db, biases, what + " db", scale);
}

}  // namespace

BOOST_AUTO_TEST_CASE(linear_equals_the_loops_for_many_shapes) {
    cpu::for_each_isa([]<class Isa>() {
        for (const int I : {1, 2, 3, 5, 13, 16, 17, 31, 60, 84, 129, 512})
            for (const int O : {1, 2, 3, 7, 8, 10, 13, 17, 33}) {
                check_linear<Isa, math::Identity>(16, I, O, true);
                check_linear<Isa, math::ReLU>(37, I, O, false);
                check_linear<Isa, math::Sigmoid>(48, I, O, true);
            }
    });
}

BOOST_AUTO_TEST_CASE(samples_go_to_lanes_and_back) {
    cpu::for_each_isa([]<class Isa>() {
        using T = cpu::Value<Isa>;
        constexpr int width = Isa::lanes;
        for (const int n : {1, 3, 4, 7, 16, 17, 40, 70, 784})
            for (const int count : {1, width - 1, width}) {
                const Floats rows = random_floats(width * n);
                std::vector<T> x(n, T(NAN));
                cpu::call<Isa, cpu::ReadSamples>(n, count, cpu::StridedRows<const float>{rows.data(), n}, 2.f, 0.5f,
                                                 x.data());
                std::vector<std::uint8_t> bytes(width * n);
                for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + i / 251);
                std::vector<T> b(n, T(NAN));
                const std::uint8_t* pointers[width]{};
                for (int l = 0; l < count; ++l) pointers[l] = bytes.data() + l * n;
                cpu::call<Isa, cpu::ReadSamples>(n, count, pointers + 0, 1 / 255.f, -0.5f, b.data());
                for (int l = 0; l < width; ++l)
                    for (int i = 0; i < n; ++i) {
                        const int from = std::min(l, count - 1) * n + i;  // the last sample fills the empty lanes
                        BOOST_REQUIRE_EQUAL(x[i][l], rows[from] * 2 + 0.5f);
                        BOOST_REQUIRE_SMALL(b[i][l] - (bytes[from] / 255.f - 0.5f), 1e-6f);
                    }
                Floats back(width * n, 7.f);
                cpu::call<Isa, cpu::WriteSamples>(n, count, static_cast<const T*>(x.data()),
                                                  cpu::StridedRows<float>{back.data(), n});
                for (int l = 0; l < width; ++l)
                    for (int i = 0; i < n; ++i) BOOST_REQUIRE_EQUAL(back[l * n + i], l < count ? x[i][l] : 7.f);
            }
    });
}

BOOST_AUTO_TEST_CASE(reduce_lanes_gives_each_values_sum_in_its_lane) {
    cpu::Vector<tenet::Lanes<8>> values[8];
    for (int i = 0; i < 8; ++i)
        for (int l = 0; l < 8; ++l) values[i][l] = static_cast<float>(i * 100 + l);
    cpu::reduce_lanes<tenet::Lanes<8>>(values);
    for (int i = 0; i < 8; ++i) BOOST_TEST(float(values[0][i]) == static_cast<float>(i * 800 + 28));
}
