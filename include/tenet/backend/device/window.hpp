#pragma once

#include <tenet/backend/device/convolution.hpp>
#include <tenet/math/block_sum.hpp>
#include <tenet/operations/window.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// What lies inside the input of a window along one axis, and how many taps count for an average: those inside the padded
/// input.
struct WindowSpan {
    int begin, end, counted;

    template <operations::Pooling Kind>
    static TENET_HOST_DEVICE WindowSpan of(const operations::Window<Kind>& op, int axis, int position) {
        if (op.adaptive) {
            const int begin = op.adaptive_begin(axis, position), end = op.adaptive_end(axis, position);
            return {begin, end, end - begin};
        }
        const int start = position * op.stride[axis] - op.padding[axis], stop = start + op.kernel[axis];
        const int padded = op.in[axis] + op.padding[axis];
        return {start > 0 ? start : 0, stop < op.in[axis] ? stop : op.in[axis], (stop < padded ? stop : padded) - start};
    }
};

/// The window of an output position.
struct WindowBox {
    WindowSpan span[3];

    template <operations::Pooling Kind>
    static TENET_HOST_DEVICE WindowBox of(const operations::Window<Kind>& op, const Position& out) {
        return {{WindowSpan::of(op, 0, out.at[0]), WindowSpan::of(op, 1, out.at[1]), WindowSpan::of(op, 2, out.at[2])}};
    }
    TENET_HOST_DEVICE bool contains(const Position& p) const {
        for (int axis = 0; axis < 3; ++axis)
            if (p.at[axis] < span[axis].begin || p.at[axis] >= span[axis].end) return false;
        return true;
    }
    TENET_HOST_DEVICE float share() const {
        return 1.0f / static_cast<float>(span[0].counted * span[1].counted * span[2].counted);
    }
    /// visit(index into a channel of the input), in row-major order, as long as it says so.
    template <class Visit>
    TENET_HOST_DEVICE void while_true(const int (&in)[3], Visit&& visit) const {
        for (int z = span[0].begin; z < span[0].end; ++z)
            for (int y = span[1].begin; y < span[1].end; ++y)
                for (int x = span[2].begin; x < span[2].end; ++x)
                    if (!visit((z * in[1] + y) * in[2] + x)) return;
    }
};

template <operations::Pooling Kind, class Storage>
struct WindowForward {
    operations::Window<Kind> op;
    Rows<Storage> x, y;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t o) const {
        const std::int64_t outs = op.out_count();
        const Storage* const channel = x[s] + o / outs * op.in_count();
        const WindowBox box = WindowBox::of(op, Position::of(o % outs, op.out));
        if constexpr (Kind == operations::Pooling::max) {
            float result = -__builtin_inff();
            box.while_true(op.in, [&](int i) {
                const float number = static_cast<float>(channel[i]);
                if (!(number <= result) && result == result) result = number;  // a number that is none wins
                return true;
            });
            y[s][o] = static_cast<Storage>(result);
        } else {
            BlockSum<float, 4> sum;
            box.while_true(op.in, [&](int i) {
                sum.add(static_cast<float>(channel[i]));
                return true;
            });
            y[s][o] = static_cast<Storage>(sum.total() * box.share());
        }
    }
};

/// An input position gathers from the windows that it lies in: nothing is added by two threads.
template <operations::Pooling Kind, class Storage>
struct WindowBackward {
    operations::Window<Kind> op;
    Rows<Storage> x, y, dy;
    InputGradient<Storage> dx;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const int ins = op.in_count(), outs = op.out_count();
        const std::int64_t channel = i / ins;
        const int place = static_cast<int>(i % ins);
        const Position p = Position::of(place, op.in);
        int first[3], last[3];
        for (int axis = 0; axis < 3; ++axis) reach(axis, p.at[axis], first[axis], last[axis]);
        float total = 0.0f;
        for (int z = first[0]; z <= last[0]; ++z)
            for (int h = first[1]; h <= last[1]; ++h)
                for (int w = first[2]; w <= last[2]; ++w) {
                    const WindowBox box = WindowBox::of(op, {{z, h, w}});
                    if (!box.contains(p)) continue;
                    const std::int64_t o = channel * outs + (z * op.out[1] + h) * op.out[2] + w;
                    if constexpr (Kind == operations::Pooling::average)
                        total += static_cast<float>(dy[s][o]) * box.share();
                    else if (won(box, x[s] + channel * ins, static_cast<float>(y[s][o]), place))
                        total += static_cast<float>(dy[s][o]);
                }
        dx(s, i, total);
    }

  private:
    /// The outputs along an axis whose windows can reach a position.
    TENET_HOST_DEVICE void reach(int axis, int position, int& first, int& last) const {
        if (op.adaptive) {
            const std::int64_t in = op.in[axis], out = op.out[axis];
            first = static_cast<int>(position * out / in);
            last = static_cast<int>(((position + 1) * out + in - 1) / in);
        } else {
            const int from = position + op.padding[axis];
            first = from < op.kernel[axis] ? 0 : (from - op.kernel[axis]) / op.stride[axis];
            last = from / op.stride[axis];
        }
        if (last >= op.out[axis]) last = op.out[axis] - 1;
    }
    /// Whether the first element that is the maximum stands at `place`.
    TENET_HOST_DEVICE bool won(const WindowBox& box, const Storage* channel, float best, int place) const {
        int winner = -1;
        box.while_true(op.in, [&](int i) {
            if (static_cast<float>(channel[i]) != best) return true;
            winner = i;
            return false;
        });
        return winner == place;
    }
};

}  // namespace detail

template <operations::Pooling Kind>
struct Family<operations::Window<Kind>> : KeepsNothing {
    using Op = operations::Window<Kind>;

    TENET_WHERE_CALLED
    template <class, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op& op, const Operands<Storage>& o) {
        for_each_number(system, o.samples, std::int64_t{op.channels} * op.out_count(),
                        detail::WindowForward<Kind, Storage>{op, o.x[0], o.y});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        if (o.dx[0])
            for_each_number(system, o.samples, std::int64_t{op.channels} * op.in_count(),
                            detail::WindowBackward<Kind, Storage>{op, o.x[0], o.y, o.dy, o.dx[0]});
    }
};

}  // namespace tenet::device
