#pragma once

#include <utility>

#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/math/block_sum.hpp>
#include <tenet/operations/window.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

/// The part of a window that lies inside the input along one axis, and how many taps count for an average: those that
/// lie inside the padded input.
struct WindowSpan {
    int begin = 0, end = 0, counted = 0;
};

template <operations::Pooling Kind>
constexpr WindowSpan window_span(const operations::Window<Kind>& op, int axis, int position) {
    if (op.adaptive) {
        const int begin = op.adaptive_begin(axis, position), end = op.adaptive_end(axis, position);
        return {begin, end, end - begin};
    }
    const int start = position * op.stride[axis] - op.padding[axis];
    const int stop = start + op.kernel[axis];
    const int padded = op.in[axis] + op.padding[axis];
    const int limit = stop < padded ? stop : padded;
    return {start > 0 ? start : 0, stop < op.in[axis] ? stop : op.in[axis], limit - start};
}

/// Calls `visit(output index, tap)` for every window, where `tap(f)` calls f(input index) in row-major order; or, if
/// `ByRow`, f(input index, count) for rows of neighbouring numbers.
template <bool ByRow = false, operations::Pooling Kind, class Visit>
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
                            for (int y = hs.begin; y < hs.end; ++y) {
                                const int row = ((c * op.in[0] + z) * op.in[1] + y) * op.in[2];
                                if constexpr (ByRow)
                                    f(row + ws.begin, ws.end - ws.begin);
                                else
                                    for (int x = ws.begin; x < ws.end; ++x) f(row + x);
                            }
                    };
                    visit(o, taps, ds.counted * hs.counted * ws.counted);
                }
            }
        }
}

/// The larger one, or the one that is not a number, as in PyTorch. In this order of choices: g++ 12 takes others apart into
/// single lanes.
template <class T>
TENET_INLINE T larger(T best, T x) {
    const T candidate = select(best == best, x, best);
    return select(candidate <= best, best, candidate);
}

template <operations::Pooling Kind, class T>
TENET_INLINE T combine(T a, T b) {
    if constexpr (Kind == operations::Pooling::max) return larger(a, b);
    else return a + b;
}

/// Windows of 2 x 2 without overlap, most networks' choice: `whole` if they leave out nothing of the input.
template <operations::Pooling Kind>
constexpr bool halves(const operations::Window<Kind>& op, bool whole) {
    const bool pairs = !op.adaptive && op.kernel[0] == 1 && op.kernel[1] == 2 && op.kernel[2] == 2 && op.stride[1] == 2 &&
                       op.stride[2] == 2 && op.padding[1] == 0 && op.padding[2] == 0 && op.out[0] == op.in[0] &&
                       2 * op.out[1] <= op.in[1] && 2 * op.out[2] <= op.in[2];
    return pairs && (!whole || (2 * op.out[1] == op.in[1] && 2 * op.out[2] == op.in[2]));
}

/// Calls `visit(output, top left input)` with the numbers of the values for every window of `halves`.
template <operations::Pooling Kind, class Visit>
TENET_INLINE void for_each_half(const operations::Window<Kind>& op, Visit&& visit) {
    const int rows = op.channels * op.in[0] * op.out[1], out = op.out[2];
    for (int row = 0, o = 0; row < rows; ++row) {
        int i = (row / op.out[1] * op.in[1] + 2 * (row % op.out[1])) * op.in[2];
        for (const int end = o + out; o < end; ++o, i += 2) visit(o, i);
    }
}

template <operations::Pooling Kind>
struct WindowForward {
    template <class T>
    static TENET_INLINE void run(const operations::Window<Kind>* op_, const T* x, T* y) {
        const operations::Window<Kind> op = *op_;
        if (halves(op, false))
            return for_each_half(op, [&](int o, int i) TENET_INLINE_LAMBDA {
                const T *top = x + i, *bottom = top + op.in[2];
                const T sum = combine<Kind>(combine<Kind>(combine<Kind>(top[0], top[1]), bottom[0]), bottom[1]);
                y[o] = Kind == operations::Pooling::max ? sum : sum * T(0.25f);
            });
        // Most windows are too small for anything but one number after the other.
        if (Kind == operations::Pooling::average && op.kernel[0] * op.kernel[1] * op.kernel[2] > 64)
            return for_each_window<true>(op, [&](int o, auto&& taps, int counted) TENET_INLINE_LAMBDA {
                BlockSum<T> rows;
                taps([&](int first, int count) TENET_INLINE_LAMBDA {
                    rows.add(block_sum<T>(count, [&](int i) TENET_INLINE_LAMBDA { return x[first + i]; }));
                });
                y[o] = rows.total() * T(1.f / static_cast<float>(counted));
            });
        for_each_window(op, [&](int o, auto&& taps, int counted) TENET_INLINE_LAMBDA {
            if constexpr (Kind == operations::Pooling::max) {
                T best = T(-__builtin_inff());
                taps([&](int i) TENET_INLINE_LAMBDA { best = larger(best, x[i]); });
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
    static TENET_INLINE void run(const operations::Window<Kind>* op_, const T* x, const T* y, const T* dy, T* dx) {
        const operations::Window<Kind> op = *op_;
        // Opaque, because g++ 12 merges the choices of an unrolled loop into some that it takes apart into single lanes.
        int rows = 2;
        opaque(rows);
        if (halves(op, true))
            return for_each_half(op, [&](int o, int first) TENET_INLINE_LAMBDA {
                if constexpr (Kind == operations::Pooling::max) {
                    T rest = dy[o];
                    const T best = y[o];
                    for (int row = 0; row < rows; ++row, first += op.in[2])
                        for (int i = first; i < first + 2; ++i) {
                            const auto here = x[i] == best;
                            dx[i] = select(here, rest, T(0.f));
                            rest = select(here, T(0.f), rest);
                        }
                } else {
                    dx[first] = dx[first + 1] = dx[first + op.in[2]] = dx[first + op.in[2] + 1] = dy[o] * T(0.25f);
                }
            });
        const int count = op.channels * op.in_count();
        for (int i = 0; i < count; ++i) dx[i] = T(0.f);
        for_each_window(op, [&](int o, auto&& taps, int counted) TENET_INLINE_LAMBDA {
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

/// One sample. Windows of 2 x 2 without overlap take neighbouring outputs in the lanes; all others one output at a time.
template <operations::Pooling Kind>
struct WindowSingle {
    template <class T>
    static TENET_INLINE void run(const operations::Window<Kind>* op_, const float* x, float* y) {
        const operations::Window<Kind> op = *op_;
        if (!halves(op, false)) return call_block<float, WindowForward<Kind>>(op_, x, y);
        const int width = op.out[2], rows = op.channels * op.in[0] * op.out[1];
        if (width >= lanes_of<T>) return halve<T>(op, x, y, 0, rows, width);
        if (lanes_of<T> > 8 && width >= 8) return halve<Lanes<8>>(op, x, y, 0, rows, width);
        if (width >= 4) return halve<Lanes<4>>(op, x, y, 0, rows, width);
        // Of 2 or 3 outputs a whole vector is written, whose rest the next row overwrites, as far as x and y go on.
        const int inside = width > 1 ? rows - 2 : 0;
        halve<Lanes<4>>(op, x, y, 0, inside, 4);
        halve<float>(op, x, y, inside > 0 ? inside : 0, rows, width);
    }

  private:
    // `width` outputs of some rows. A row's last value is moved back to end at its last output.
    template <class V>
    static TENET_INLINE void halve(const operations::Window<Kind>& op, const float* x, float* y, int first, int last,
                                   int width) {
        int h = first % op.out[1];
        const float* top = x + (first / op.out[1] * op.in[1] + 2 * h) * op.in[2];
        float* to = y + first * op.out[2];
        for (int row = first; row < last; ++row, to += op.out[2]) {
            const float* bottom = top + op.in[2];
            for (int done = 0; done < width; done += lanes_of<V>) {
                const int at = done + lanes_of<V> <= width ? done : width - lanes_of<V>;
                V even = combine<Kind>(load<V>(top + 2 * at), load<V>(bottom + 2 * at));
                V odd = combine<Kind>(load<V>(top + 2 * at + lanes_of<V>), load<V>(bottom + 2 * at + lanes_of<V>));
                if constexpr (lanes_of<V> > 1) part(even, odd, std::make_integer_sequence<int, lanes_of<V>>{});
                const V both = combine<Kind>(even, odd);
                store(to + at, Kind == operations::Pooling::max ? both : both * V(0.25f));
            }
            top = bottom + op.in[2];
            if (++h < op.out[1]) continue;
            h = 0;
            top += (op.in[1] - 2 * op.out[1]) * op.in[2];
        }
    }

    // Two neighbouring values become their columns 0, 2, 4, ... and 1, 3, 5, ...
    template <class V, int... I>
    static TENET_INLINE void part(V& a, V& b, std::integer_sequence<int, I...>) {
        V even;
        shuffle<V, 2 * I...>(vector_of(a), vector_of(b), vector_of(even));
        shuffle<V, 2 * I + 1 ...>(vector_of(a), vector_of(b), vector_of(b));
        a = even;
    }
};

}  // namespace detail

template <operations::Pooling Kind>
struct Family<operations::Window<Kind>> : NoScratch {
    using Op = operations::Window<Kind>;

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
    static void forward_single(const Op& op, const float* x, Weights, float* y, float*) {
        call<Isa, detail::WindowSingle<Kind>>(&op, x, y);
    }
};

}  // namespace tenet::cpu
