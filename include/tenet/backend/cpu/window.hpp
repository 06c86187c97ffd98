#pragma once

#include <utility>

#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/operations/window.hpp>

namespace tenet::cpu {

namespace detail {

/// The part of a window that lies inside the input along one axis, and how many taps count for an average: those that
/// lie inside the padded input.
struct WindowSpan {
    int begin = 0, end = 0, counted = 0;
};

template <operations::Pooling Kind>
constexpr WindowSpan window_span(const operations::Window<Kind>& op, int axis, int position) {
    const int start = position * op.stride[axis] - op.padding[axis];
    const int stop = start + op.kernel[axis];
    const int padded = op.in[axis] + op.padding[axis];
    const int limit = stop < padded ? stop : padded;
    return {start > 0 ? start : 0, stop < op.in[axis] ? stop : op.in[axis], limit - start};
}

/// Calls `visit(output index, tap)` for every window, where `tap(f)` calls f(input index) in row-major order.
template <operations::Pooling Kind, class Visit>
TENET_INLINE void for_each_window(const operations::Window<Kind>& op, Visit&& visit) {
    int o = 0;
    for (int c = 0; c < op.channels; ++c)
        for (int d = 0; d < op.out[0]; ++d) {
            const WindowSpan ds = window_span(op, 0, d);
            for (int h = 0; h < op.out[1]; ++h) {
                const WindowSpan hs = window_span(op, 1, h);
                for (int w = 0; w < op.out[2]; ++w, ++o) {
                    const WindowSpan ws = window_span(op, 2, w);
                    const auto taps = [&](auto&& f) TENET_INLINE_LAMBDA {
                        for (int z = ds.begin; z < ds.end; ++z)
                            for (int y = hs.begin; y < hs.end; ++y)
                                for (int x = ws.begin; x < ws.end; ++x)
                                    f(((c * op.in[0] + z) * op.in[1] + y) * op.in[2] + x);
                    };
                    visit(o, taps, ds.counted * hs.counted * ws.counted);
                }
            }
        }
}

template <operations::Pooling Kind>
struct WindowForward {
    template <class T>
    static TENET_INLINE void run(const operations::Window<Kind>* op, const T* x, T* y) {
        for_each_window(*op, [&](int o, auto&& taps, int counted) TENET_INLINE_LAMBDA {
            if constexpr (Kind == operations::Pooling::max) {
                T best = T(-__builtin_inff());
                // NaN wins, as in PyTorch: !(x <= best) holds for it, and nothing is more than it afterwards.
                taps([&](int i) TENET_INLINE_LAMBDA { best = select(x[i] <= best, best, x[i]); });
                y[o] = best;
            } else {
                T sum = T(0.f);
                taps([&](int i) TENET_INLINE_LAMBDA { sum = sum + x[i]; });
                y[o] = sum * T(1.f / static_cast<float>(counted));
            }
        });
    }
};

template <operations::Pooling Kind>
struct WindowBackward {
    template <class T>
    static TENET_INLINE void run(const operations::Window<Kind>* op, const T* x, const T* y, const T* dy, T* dx) {
        const int count = op->channels * op->in_count();
        for (int i = 0; i < count; ++i) dx[i] = T(0.f);
        for_each_window(*op, [&](int o, auto&& taps, int counted) TENET_INLINE_LAMBDA {
            if constexpr (Kind == operations::Pooling::max) {
                T rest = dy[o];  // goes to the first element that is the maximum
                const T best = y[o];
                taps([&](int i) TENET_INLINE_LAMBDA {
                    const auto here = x[i] == best;
                    dx[i] = dx[i] + select(here, rest, T(0.f));
                    rest = select(here, T(0.f), rest);
                });
            } else {
                const T share = dy[o] * T(1.f / static_cast<float>(counted));
                taps([&](int i) TENET_INLINE_LAMBDA { dx[i] = dx[i] + share; });
            }
        });
    }
};

template <operations::Pooling Kind, class T>
TENET_INLINE T combine(T a, T b) {
    if constexpr (Kind == operations::Pooling::max) return select(b <= a, a, b);  // NaN wins, as above
    else return a + b;
}

/// One sample: the rows under a window are combined with neighbouring columns in the lanes, then columns with columns.
template <operations::Pooling Kind>
struct WindowSingle {
    template <class T>
    static TENET_INLINE void run(const operations::Window<Kind>* op_, const float* x, float* y, float* row) {
        const operations::Window<Kind> op = *op_;
        const int width = op.in[2];
        for (int c = 0; c < op.channels; ++c)
            for (int d = 0; d < op.out[0]; ++d)
                for (int h = 0; h < op.out[1]; ++h, y += op.out[2]) {
                    const WindowSpan ds = window_span(op, 0, d), hs = window_span(op, 1, h);
                    bool first = true;
                    for (int z = ds.begin; z < ds.end; ++z)
                        for (int i = hs.begin; i < hs.end; ++i, first = false)
                            add_row<T>(x + ((c * op.in[0] + z) * op.in[1] + i) * width, row, width, first);
                    reduce_columns<T>(op, row, ds.counted * hs.counted, y);
                }
    }

  private:
    template <class T>
    static TENET_INLINE void add_row(const float* x, float* row, int width, bool first) {
        int i = 0;
        for (; i + lanes_of<T> <= width; i += lanes_of<T>)
            store(row + i, first ? load<T>(x + i) : combine<Kind>(load<T>(row + i), load<T>(x + i)));
        for (; i < width; ++i) row[i] = first ? x[i] : combine<Kind>(row[i], x[i]);
    }

    template <class T>
    static TENET_INLINE void reduce_columns(const operations::Window<Kind>& op, const float* row, int rows, float* y) {
        int w = 0;
        if (op.kernel[2] == 2 && op.stride[2] == 2 && op.padding[2] == 0) {
            const T scale = T(1.f / static_cast<float>(2 * rows));
            for (; w + lanes_of<T> <= op.out[2] && 2 * (w + lanes_of<T>) <= op.in[2]; w += lanes_of<T>)
                store(y + w, pairs(load<T>(row + 2 * w), load<T>(row + 2 * w + lanes_of<T>), scale,
                                   std::make_integer_sequence<int, lanes_of<T>>{}));
        }
        for (; w < op.out[2]; ++w) {
            const WindowSpan ws = window_span(op, 2, w);
            float best = row[ws.begin];
            for (int i = ws.begin + 1; i < ws.end; ++i) best = combine<Kind>(best, row[i]);
            y[w] = Kind == operations::Pooling::max ? best : best / static_cast<float>(rows * ws.counted);
        }
    }

    // Columns 0 and 1, 2 and 3, ... of two neighbouring values.
    template <class T, int... I>
    static TENET_INLINE T pairs(T a, T b, T scale, std::integer_sequence<int, I...>) {
        T even, odd;
        shuffle<T, 2 * I...>(vector_of(a), vector_of(b), vector_of(even));
        shuffle<T, 2 * I + 1 ...>(vector_of(a), vector_of(b), vector_of(odd));
        const T both = combine<Kind>(even, odd);
        return Kind == operations::Pooling::max ? both : both * scale;
    }
};

}  // namespace detail

template <operations::Pooling Kind>
struct Family<operations::Window<Kind>> : NoScratch {
    using Op = operations::Window<Kind>;
    static constexpr std::int64_t single_scratch(const Op& op) { return op.in[2] + 32; }

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights, Block<T> y, T*, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g) call<Isa, detail::WindowForward<Kind>>(&op, x[g], y[g]);
    }
    template <class Isa, class, class T>
    static void backward(const Op& op, Block<const T> x, Block<const T> y, Block<const T> dy, Weights, Block<T> dx,
                         Gradients, T*, const TaskContext& context) {
        if (!dx) return;
        for (int g = 0; g < context.groups; ++g) call<Isa, detail::WindowBackward<Kind>>(&op, x[g], y[g], dy[g], dx[g]);
    }
    template <class Isa, class>
    static void forward_single(const Op& op, const float* x, Weights, float* y, float* scratch) {
        call<Isa, detail::WindowSingle<Kind>>(&op, x, y, scratch);
    }
};

}  // namespace tenet::cpu
