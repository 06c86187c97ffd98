#pragma once

#include <tenet/backend/device/linear.hpp>
#include <tenet/core/divisor.hpp>
#include <tenet/operations/convolution.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// A position along depth, height and width.
struct Position {
    int at[3];

    TENET_HOST_DEVICE static Position of(std::int64_t index, const int (&extents)[3]) {
        const int i = static_cast<int>(index), row = i / extents[2];
        return {{row / extents[1], row % extents[1], i % extents[2]}};
    }
};

/// The positions of a grid, which repeats itself, by their numbers: those of an index are (repetition, position). The
/// operands below look at millions of them.
class Grid {
  public:
    TENET_HOST_DEVICE explicit Grid(const int (&extents)[3])
        : height_(extents[1]), width_(extents[2]), count_(extents[0] * extents[1] * extents[2]) {}

    TENET_HOST_DEVICE int repetition(int index) const { return count_.quotient(index); }
    TENET_HOST_DEVICE Position position(int index) const {
        const int place = count_.remainder(index), row = width_.quotient(place), depth = height_.quotient(row);
        return {{depth, row - depth * height_.divisor(), place - row * width_.divisor()}};
    }

  private:
    Divisor height_, width_, count_;
};

/// The patches that a convolution's kernels see: for group z, row (c, t), column (s, o), or transposed, with ones in the
/// columns behind the last. `Values` gives number i of sample s of the input.
template <class Values, bool Transposed>
class Patches {
  public:
    TENET_HOST_DEVICE Patches(const operations::Convolution& op, const Values& values)
        : op_(op),
          values_(values),
          taps_(op.kernel),
          outs_(op.out),
          channels_(op.group_in_channels()),
          terms_(channels_ * op.kernel_count()) {}

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t row, std::int64_t column) const {
        const int term = static_cast<int>(Transposed ? column : row),
                  place = static_cast<int>(Transposed ? row : column);
        if (Transposed && term >= terms_) return 1.0f;
        const Position o = outs_.position(place), t = taps_.position(term);
        int index = static_cast<int>(z) * channels_ + taps_.repetition(term);
        for (int axis = 0; axis < 3; ++axis) {
            const int at = o.at[axis] * op_.stride[axis] + t.at[axis] * op_.dilation[axis] - op_.padding[axis];
            const int source = operations::padded_source(op_.padding_mode, at, op_.in[axis]);
            if (source < 0) return 0.0f;
            index = index * op_.in[axis] + source;
        }
        return values_(outs_.repetition(place), index);
    }

  private:
    operations::Convolution op_;
    Values values_;
    Grid taps_, outs_;
    int channels_, terms_;
};

/// Where output pixels come back to: for group z, row (k, t), column (s, p), the number at the output position whose
/// tap t falls on position p + begin of the padded input, 0 if there is none. Positions p have `extents`. `Values`
/// gives number i of sample s of the output.
template <class Values>
class ReturnedPixels {
  public:
    TENET_HOST_DEVICE ReturnedPixels(const operations::Convolution& op, const Values& values, const int (&extents)[3],
                                     const int (&begin)[3])
        : op_(op),
          values_(values),
          taps_(op.kernel),
          places_(extents),
          strides_{Divisor(op.stride[0]), Divisor(op.stride[1]), Divisor(op.stride[2])},
          begin_{begin[0], begin[1], begin[2]},
          channels_(op.group_out_channels()) {}

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t row, std::int64_t column) const {
        const int term = static_cast<int>(row), place = static_cast<int>(column);
        const Position p = places_.position(place), t = taps_.position(term);
        int index = static_cast<int>(z) * channels_ + taps_.repetition(term);
        for (int axis = 0; axis < 3; ++axis) {
            const int from = p.at[axis] + begin_[axis] - t.at[axis] * op_.dilation[axis];
            if (from < 0) return 0.0f;
            const int source = strides_[axis].quotient(from);
            if (source * op_.stride[axis] != from || source >= op_.out[axis]) return 0.0f;
            index = index * op_.out[axis] + source;
        }
        return values_(places_.repetition(place), index);
    }

  private:
    operations::Convolution op_;
    Values values_;
    Grid taps_, places_;
    Divisor strides_[3];
    int begin_[3], channels_;
};

/// The weights by which they come back: for group z, row c, column (k, t).
struct ReturningWeights {
    const float* weights;
    int in_channels, out_channels;  // of a group
    Divisor taps;

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t c, std::int64_t column) const {
        const int k = taps.quotient(static_cast<int>(column)), t = static_cast<int>(column) - k * taps.divisor();
        return weights[((z * out_channels + k) * in_channels + c) * taps.divisor() + t];
    }
};

/// A tensor of pixels as a matrix: for group z, row k, column (s, o).
template <class Values>
struct Pixels {
    Values values;
    int channels;   // of a group
    Divisor count;  // pixels of a channel

    TENET_HOST_DEVICE float operator()(std::int64_t z, std::int64_t k, std::int64_t column) const {
        const int place = static_cast<int>(column), channel = static_cast<int>(z) * channels + static_cast<int>(k);
        return values(count.quotient(place), channel * count.divisor() + count.remainder(place));
    }
};

/// Where such a matrix goes, a number for each channel added to it.
template <class Store>
struct PixelStore {
    Store store;
    int channels;
    Divisor count;
    const float* bias = nullptr;

    TENET_HOST_DEVICE void operator()(std::int64_t z, std::int64_t k, std::int64_t column, float sum) const {
        const int place = static_cast<int>(column), channel = static_cast<int>(z) * channels + static_cast<int>(k);
        store(count.quotient(place), channel * count.divisor() + count.remainder(place),
              bias ? sum + bias[channel] : sum);
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

/// dx[s][c][i] = the sum over the places of the padded input where position i stands.
template <class Storage>
struct FoldPadding {
    operations::Convolution op;
    Rows<Storage> padded;
    InputGradient<Storage> dx;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const Position to = Position::of(i % op.in_count(), op.in);
        const Storage* const channel = padded[s] + i / op.in_count() * op.padded_count();
        float total = 0.0f;
        for (int z = 0; z < op.padded(0); ++z)
            for (int y = 0; y < op.padded(1); ++y)
                for (int x = 0; x < op.padded(2); ++x)
                    if (stands(0, z, to) && stands(1, y, to) && stands(2, x, to))
                        total += static_cast<float>(channel[(z * op.padded(1) + y) * op.padded(2) + x]);
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
    int in_channels = op.group_in_channels(), out_channels = op.group_out_channels(), taps = op.kernel_count();

    /// store(s, k o) = sum over c, t of w[k][c][t] values(s, c i).
    TENET_WHERE_CALLED
    template <class Values, class Store>
    TENET_HOST_DEVICE void forward(const float* weights, const float* bias, const Values& values,
                                   const Store& store) const {
        const std::int64_t terms = std::int64_t{in_channels} * taps;
        product(system, {op.groups, out_channels, samples * op.out_count(), terms},
                Matrix<float>{weights, terms, 1, out_channels * terms}, Patches<Values, false>{op, values},
                PixelStore<Store>{store, out_channels, Divisor(op.out_count()), bias});
    }
    /// Its adjoint: store(s, c p) = sum over k, t of w[k][c][t] values(s, k o), for positions p + begin of the padded
    /// input.
    TENET_WHERE_CALLED
    template <class Values, class Store>
    TENET_HOST_DEVICE void adjoint(const float* weights, const float* bias, const Values& values, const Store& store,
                                   bool padded = false) const {
        int extents[3], begin[3], places = 1;
        for (int axis = 0; axis < 3; ++axis) {
            extents[axis] = padded ? op.padded(axis) : op.in[axis];
            begin[axis] = padded ? 0 : op.padding[axis];
            places *= extents[axis];
        }
        product(system, {op.groups, in_channels, samples * places, std::int64_t{out_channels} * taps},
                ReturningWeights{weights, in_channels, out_channels, Divisor(taps)},
                ReturnedPixels<Values>{op, values, extents, begin},
                PixelStore<Store>{store, in_channels, Divisor(places), bias});
    }
    /// gradient[k][c][t] = the sum over s, o of out(s, k o) in(s, c i), and, if a bias's is wanted and it costs nothing,
    /// bias[k] = the sum of out(s, k o). Whether it is done.
    template <class Storage, class Out, class In>
    bool weight_gradient(const Out& out, const In& in, const ParameterGradient& gradient, const ParameterGradient& bias,
                         bool wants_bias) const {
        const std::int64_t terms = std::int64_t{in_channels} * taps, pixels = samples * op.out_count();
        const bool with_bias = wants_bias && takes_sums_along<System, Storage>({op.groups, out_channels, terms, pixels});
        product(system, {op.groups, out_channels, terms + with_bias, pixels},
                Pixels<Out>{out, out_channels, Divisor(op.out_count())}, Patches<In, true>{op, in},
                WeightGradientStore{gradient, bias, terms, out_channels});
        return with_bias;
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
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        const Numbers<Storage> gradient{o.dy};
        const detail::ConvolutionProducts<System> products{system, op, o.samples};
        if (o.dx[0]) {
            if (op.has_padding() && op.padding_mode != operations::PaddingMode::zeros) {
                // In the type of the gradient itself, so that both ways have their product's kernels in common.
                const std::int64_t count = std::int64_t{op.in_channels} * op.padded_count();
                const Rows<Storage> padded{reinterpret_cast<Storage*>(system.scratch.take(o.samples * count)), count};
                products.adjoint(o.weights[0], nullptr, gradient, InputGradient<Storage>{padded}, true);
                for_each_number(system, o.samples, std::int64_t{op.in_channels} * op.in_count(),
                                detail::FoldPadding<Storage>{op, padded, o.dx[0]});
            } else {
                products.adjoint(o.weights[0], nullptr, gradient, o.dx[0]);
            }
        }
        if (!o.gradients[0]) return;
        const bool with_bias = products.template weight_gradient<Storage>(gradient, Numbers<Storage>{o.x[0]},
                                                                          o.gradients[0], o.gradients[1], op.bias);
        if (op.bias && !with_bias)
            detail::channel_sums(system, o.samples, op.out_channels, op.out_count(), gradient, o.gradients[1]);
    }
};

template <>
struct Family<operations::DepthwiseConvolution> : Family<operations::Convolution> {};

}  // namespace tenet::device
