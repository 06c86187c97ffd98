#pragma once

#include <tenet/backend/device/linear.hpp>
#include <tenet/operations/convolution.hpp>

namespace tenet::device {

namespace detail {

/// A position along depth, height and width.
struct Position {
    int at[3];

    TENET_HOST_DEVICE static Position of(std::int64_t index, const int (&extents)[3]) {
        const int i = static_cast<int>(index), row = i / extents[2];
        return {{row / extents[1], row % extents[1], i % extents[2]}};
    }
};

/// The patches that a convolution's kernels see: for group z, row (c, t), column (s, o), or transposed. `Values` gives
/// number i of sample s of the input.
template <class Values, bool Transposed>
struct Patches {
    operations::Convolution op;
    Values values;

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t row, std::int64_t column) const {
        const std::int64_t term = Transposed ? column : row, place = Transposed ? row : column;
        const std::int64_t taps = op.kernel_count(), outs = op.out_count();
        const Position o = Position::of(place % outs, op.out), t = Position::of(term % taps, op.kernel);
        std::int64_t index = z * op.group_in_channels() + term / taps;
        for (int axis = 0; axis < 3; ++axis) {
            const int at = o.at[axis] * op.stride[axis] + t.at[axis] * op.dilation[axis] - op.padding[axis];
            const int source = operations::padded_source(op.padding_mode, at, op.in[axis]);
            if (source < 0) return 0.0f;
            index = index * op.in[axis] + source;
        }
        return values(place / outs, index);
    }
};

/// Where output pixels come back to: for group z, row (k, t), column (s, p), the number at the output position whose tap
/// t falls on position p + begin of the padded input, 0 if there is none. Positions p have `extents`.
template <class Values>
struct ReturnedPixels {
    operations::Convolution op;
    Values values;  // number i of sample s of the output
    int extents[3], begin[3];

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t row, std::int64_t column) const {
        const std::int64_t taps = op.kernel_count(), places = std::int64_t{extents[0]} * extents[1] * extents[2];
        const Position p = Position::of(column % places, extents), t = Position::of(row % taps, op.kernel);
        std::int64_t index = z * op.group_out_channels() + row / taps;
        for (int axis = 0; axis < 3; ++axis) {
            const int from = p.at[axis] + begin[axis] - t.at[axis] * op.dilation[axis];
            if (from < 0 || from % op.stride[axis] != 0 || from / op.stride[axis] >= op.out[axis]) return 0.0f;
            index = index * op.out[axis] + from / op.stride[axis];
        }
        return values(column / places, index);
    }
};

/// The weights by which they come back: for group z, row c, column (k, t).
struct ReturningWeights {
    const float* weights;
    std::int64_t in_channels, out_channels, taps;  // of a group

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t c, std::int64_t column) const {
        return weights[((z * out_channels + column / taps) * in_channels + c) * taps + column % taps];
    }
};

/// A tensor of pixels as a matrix: for group z, row k, column (s, o).
template <class Values>
struct Pixels {
    Values values;
    std::int64_t channels, count;  // of a group, and pixels of a channel

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t k, std::int64_t place) const {
        return values(place / count, (z * channels + k) * count + place % count);
    }
};

/// Where such a matrix goes, a number for each channel added to it.
template <class Store>
struct PixelStore {
    Store store;
    std::int64_t channels, count;
    const float* bias = nullptr;

    TENET_HOST_DEVICE void operator()(std::int64_t z, std::int64_t k, std::int64_t place, float sum) const {
        const std::int64_t channel = z * channels + k;
        store(place / count, channel * count + place % count, bias ? sum + bias[channel] : sum);
    }
};

/// The pixels of channel j of all samples: the terms of a bias's gradient.
template <class Values>
struct PixelsOfChannel {
    Values values;
    std::int64_t count;

    TENET_HOST_DEVICE float operator()(std::int64_t j, std::int64_t t) const {
        return values(t / count, j * count + t % count);
    }
};

/// The gradient by a padded input, kept as floats until it is folded.
struct PaddedStore {
    float* padded;
    std::int64_t stride;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i, float sum) const { padded[s * stride + i] = sum; }
};

/// dx[s][c][i] = the sum over the places of the padded input where position i stands.
template <class Storage>
struct FoldPadding {
    operations::Convolution op;
    PaddedStore from;
    InputGradient<Storage> dx;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const Position to = Position::of(i % op.in_count(), op.in);
        const float* padded = from.padded + s * from.stride + i / op.in_count() * op.padded_count();
        float total = 0.0f;
        for (int z = 0; z < op.padded(0); ++z)
            for (int y = 0; y < op.padded(1); ++y)
                for (int x = 0; x < op.padded(2); ++x)
                    if (stands(0, z, to) && stands(1, y, to) && stands(2, x, to))
                        total += padded[(z * op.padded(1) + y) * op.padded(2) + x];
        dx(s, i, total);
    }

  private:
    TENET_HOST_DEVICE bool stands(int axis, int at, const Position& to) const {
        return operations::padded_source(op.padding_mode, at - op.padding[axis], op.in[axis]) == to.at[axis];
    }
};

/// The three products of a convolution. `Values` are functions (s, i) of a tensor's numbers, `Store` of (s, i, sum).
template <class System>
struct ConvolutionProducts {
    System& system;
    const operations::Convolution& op;
    std::int64_t samples;
    std::int64_t in_channels = op.group_in_channels(), out_channels = op.group_out_channels();
    std::int64_t taps = op.kernel_count();

    /// store(s, k o) = sum over c, t of w[k][c][t] values(s, c i).
    TENET_WHERE_CALLED
    template <class Values, class Store>
    TENET_HOST_DEVICE void forward(const float* weights, const float* bias, const Values& values,
                                   const Store& store) const {
        product(system, {op.groups, out_channels, samples * op.out_count(), in_channels * taps},
                Matrix<float>{weights, in_channels * taps, 1, out_channels * in_channels * taps},
                Patches<Values, false>{op, values}, PixelStore<Store>{store, out_channels, op.out_count(), bias});
    }
    /// Its adjoint: store(s, c p) = sum over k, t of w[k][c][t] values(s, k o), for positions p + begin of the padded
    /// input.
    TENET_WHERE_CALLED
    template <class Values, class Store>
    TENET_HOST_DEVICE void adjoint(const float* weights, const float* bias, const Values& values, const Store& store,
                                   bool padded = false) const {
        ReturnedPixels<Values> pixels{op, values, {}, {}};
        for (int axis = 0; axis < 3; ++axis) {
            pixels.extents[axis] = padded ? op.padded(axis) : op.in[axis];
            pixels.begin[axis] = padded ? 0 : op.padding[axis];
        }
        const std::int64_t places = padded ? op.padded_count() : op.in_count();
        product(system, {op.groups, in_channels, samples * places, out_channels * taps},
                ReturningWeights{weights, in_channels, out_channels, taps}, pixels,
                PixelStore<Store>{store, in_channels, places, bias});
    }
    /// gradient[k][c][t] = the sum over s, o of out(s, k o) in(s, c i).
    template <class Out, class In>
    void weight_gradient(const Out& out, const In& in, const ParameterGradient& gradient) const {
        product(system, {op.groups, out_channels, in_channels * taps, samples * op.out_count()},
                Pixels<Out>{out, out_channels, op.out_count()}, Patches<In, true>{op, in},
                WeightGradientStore{gradient, in_channels * taps, out_channels});
    }
};

/// gradient[c] = the sum of channel c.
template <class System, class Values>
void channel_sums(System& system, std::int64_t samples, std::int64_t channels, std::int64_t count, const Values& values,
                  const ParameterGradient& gradient) {
    sum(system, channels, samples * count, PixelsOfChannel<Values>{values, count}, gradient);
}

}  // namespace detail

template <>
struct Family<operations::Convolution> : KeepsNothing {
    using Op = operations::Convolution;

    TENET_WHERE_CALLED
    template <class Formula, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op& op, const Operands<Storage>& o) {
        detail::ConvolutionProducts<System>{system, op, o.samples}.forward(
            o.weights[0], op.bias ? o.weights[1] : nullptr, Numbers<Storage>{o.x[0]},
            Result<Formula, Storage>{o.y, o.added});
    }
    template <class Formula, class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        const ResultGradient<Formula, Storage> gradient{o.y, o.dy};
        const detail::ConvolutionProducts<System> products{system, op, o.samples};
        if (o.dx[0]) {
            if (op.has_padding() && op.padding_mode != operations::PaddingMode::zeros) {
                const std::int64_t padded = std::int64_t{op.in_channels} * op.padded_count();
                const detail::PaddedStore store{system.scratch.take(o.samples * padded), padded};
                products.adjoint(o.weights[0], nullptr, gradient, store, true);
                for_each_number(system, o.samples, std::int64_t{op.in_channels} * op.in_count(),
                                detail::FoldPadding<Storage>{op, store, o.dx[0]});
            } else {
                products.adjoint(o.weights[0], nullptr, gradient, o.dx[0]);
            }
        }
        if (!o.gradients[0]) return;
        products.weight_gradient(gradient, Numbers<Storage>{o.x[0]}, o.gradients[0]);
        if (op.bias)
            detail::channel_sums(system, o.samples, op.out_channels, op.out_count(), gradient, o.gradients[1]);
    }
};

template <>
struct Family<operations::DepthwiseConvolution> : Family<operations::Convolution> {};

}  // namespace tenet::device
