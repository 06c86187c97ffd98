#pragma once

#include <cstddef>
#include <vector>

/// What layers compute, as nested loops in double precision: written to be obvious, and to share nothing with the
/// library. Arrays are [N][...] per sample in PyTorch's layouts.
namespace oracle {

using Array = std::vector<double>;

template <class Range>
Array to_double(const Range& values) {
    return Array(values.begin(), values.end());
}

// --- Linear: x [N][I], w [O][I], b [O] or empty, y [N][O]
// ---------------------------------------------------------------

inline Array linear(int N, int I, int O, const Array& x, const Array& w, const Array& b) {
    Array y(static_cast<std::size_t>(N) * O);
    for (int n = 0; n < N; ++n)
        for (int o = 0; o < O; ++o) {
            double sum = b.empty() ? 0 : b[o];
            for (int i = 0; i < I; ++i) sum += w[o * I + i] * x[n * I + i];
            y[n * O + o] = sum;
        }
    return y;
}

inline Array linear_data_gradient(int N, int I, int O, const Array& w, const Array& dy) {
    Array dx(static_cast<std::size_t>(N) * I);
    for (int n = 0; n < N; ++n)
        for (int o = 0; o < O; ++o)
            for (int i = 0; i < I; ++i) dx[n * I + i] += w[o * I + i] * dy[n * O + o];
    return dx;
}

inline Array linear_weight_gradient(int N, int I, int O, const Array& x, const Array& dy) {
    Array dw(static_cast<std::size_t>(O) * I);
    for (int n = 0; n < N; ++n)
        for (int o = 0; o < O; ++o)
            for (int i = 0; i < I; ++i) dw[o * I + i] += dy[n * O + o] * x[n * I + i];
    return dw;
}

inline Array linear_bias_gradient(int N, int O, const Array& dy) {
    Array db(O);
    for (int n = 0; n < N; ++n)
        for (int o = 0; o < O; ++o) db[o] += dy[n * O + o];
    return db;
}

// --- Convolution: x [N][C][D][H][W], w [K][C/groups][KD][KH][KW], b [K] or empty, y [N][K][OD][OH][OW]
// --------------------

enum class Padding { zeros, reflect, replicate, circular };

struct Convolution {
    int C = 1, K = 1, groups = 1;
    int in[3]{1, 1, 1}, kernel[3]{1, 1, 1}, stride[3]{1, 1, 1}, padding[3]{0, 0, 0}, dilation[3]{1, 1, 1};
    Padding mode = Padding::zeros;

    int out(int axis) const {
        return (in[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1;
    }
    std::size_t in_count() const { return static_cast<std::size_t>(C) * in[0] * in[1] * in[2]; }
    std::size_t out_count() const { return static_cast<std::size_t>(K) * out(0) * out(1) * out(2); }
    std::size_t weight_count() const {
        return static_cast<std::size_t>(K) * (C / groups) * kernel[0] * kernel[1] * kernel[2];
    }

    /// Where position p of an axis of the padded input comes from, or -1 for a zero.
    int source(int axis, int p) const {
        const int n = in[axis];
        int i = p - padding[axis];
        if (i >= 0 && i < n) return i;
        switch (mode) {
            case Padding::zeros:
                return -1;
            case Padding::replicate:
                return i < 0 ? 0 : n - 1;
            case Padding::circular:
                return (i % n + n) % n;
            case Padding::reflect:
                break;
        }
        while (i < 0 || i >= n) i = i < 0 ? -i : 2 * (n - 1) - i;
        return i;
    }

    /// Calls f(n, k, index of y, index of x, index of w) for each product in the layer's sum.
    template <class F>
    void for_each_product(int N, F f) const {
        const int group_in = C / groups, group_out = K / groups;
        const int depth = out(0), height = out(1), width = out(2);
        for (int n = 0; n < N; ++n)
            for (int k = 0; k < K; ++k)
                for (int z = 0; z < depth; ++z)
                    for (int y = 0; y < height; ++y)
                        for (int x = 0; x < width; ++x)
                            for (int c = 0; c < group_in; ++c)
                                for (int a = 0; a < kernel[0]; ++a) {
                                    const int iz = source(0, z * stride[0] + a * dilation[0]);
                                    if (iz < 0) continue;
                                    for (int r = 0; r < kernel[1]; ++r) {
                                        const int iy = source(1, y * stride[1] + r * dilation[1]);
                                        if (iy < 0) continue;
                                        for (int s = 0; s < kernel[2]; ++s) {
                                            const int ix = source(2, x * stride[2] + s * dilation[2]);
                                            if (ix < 0) continue;
                                            const int channel = k / group_out * group_in + c;
                                            f(n, k, ((n * K + k) * depth + z) * height * width + y * width + x,
                                              ((n * C + channel) * in[0] + iz) * in[1] * in[2] + iy * in[2] + ix,
                                              (((k * group_in + c) * kernel[0] + a) * kernel[1] + r) * kernel[2] + s);
                                        }
                                    }
                                }
    }
};

inline Array convolution(const Convolution& c, int N, const Array& x, const Array& w, const Array& b) {
    Array y(N * c.out_count());
    for (std::size_t i = 0; i < y.size() && !b.empty(); ++i) y[i] = b[i / (c.out_count() / c.K) % c.K];
    c.for_each_product(N, [&](int, int, int iy, int ix, int iw) { y[iy] += w[iw] * x[ix]; });
    return y;
}

inline Array convolution_data_gradient(const Convolution& c, int N, const Array& w, const Array& dy) {
    Array dx(N * c.in_count());
    c.for_each_product(N, [&](int, int, int iy, int ix, int iw) { dx[ix] += w[iw] * dy[iy]; });
    return dx;
}

inline Array convolution_weight_gradient(const Convolution& c, int N, const Array& x, const Array& dy) {
    Array dw(c.weight_count());
    c.for_each_product(N, [&](int, int, int iy, int ix, int iw) { dw[iw] += dy[iy] * x[ix]; });
    return dw;
}

inline Array convolution_bias_gradient(const Convolution& c, int N, const Array& dy) {
    Array db(c.K);
    for (std::size_t i = 0; i < N * c.out_count(); ++i) db[i / (c.out_count() / c.K) % c.K] += dy[i];
    return db;
}

}  // namespace oracle
