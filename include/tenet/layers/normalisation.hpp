#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/layers/options.hpp>
#include <tenet/layers/real_option.hpp>
#include <tenet/math/block_sum.hpp>
#include <tenet/math/sqrt.hpp>

/// What LayerNorm, RMSNorm, GroupNorm and InstanceNorm share: neighbouring numbers of one sample are normalised
/// together.
namespace TENET_NAMESPACE::detail {

/// `ranges` of `count` neighbouring numbers each; number i of the sample has weight i / run % weights.
struct NormalisedRanges {
    int ranges = 0, count = 0, weights = 0, run = 1;
    bool centred = true, weight = true, bias = true;
    float eps = 0.0f;
};

/// y = (x - mean) / sqrt(variance + eps) * weight + bias over every range, or y = x / sqrt(mean of squares + eps) *
/// weight.
template <NormalisedRanges R>
struct Normalisation {
    template <class T>
    TENET_HOST_DEVICE static TENET_INLINE void forward(const T* x, Weights w, T* y) {
        for (int range = 0; range < R.ranges; ++range) {
            const int first = range * R.count;
            const Moments<T> m = moments(x + first);
            for (int i = first; i < first + R.count; ++i) {
                T value = (x[i] - m.mean) * m.scale;
                if constexpr (R.weight) value = value * T(w[0][weight_of(i)]);
                if constexpr (R.bias) value = value + T(w[1][weight_of(i)]);
                y[i] = value;
            }
        }
    }

    template <class T>
    TENET_HOST_DEVICE static TENET_INLINE void backward(const T* x, const T* dy, Weights w, T* dx, Gradients g,
                                                        T* scales) {
        for (int range = 0; range < R.ranges; ++range) {
            const int first = range * R.count;
            const Moments<T> m = moments(x + first);
            scales[range] = m.scale;
            for (int i = first; i < first + R.count; ++i) dx[i] = (x[i] - m.mean) * m.scale;
        }
        if (g.tensors) add_gradients(dx, dy, g);
        // With s = (x - mean) * scale and d = dy * weight: dx = scale (d - mean of d - s * mean of d s).
        for (int range = 0; range < R.ranges; ++range) {
            const int first = range * R.count;
            const auto slope = [&](int i) TENET_INLINE_LAMBDA {
                if constexpr (R.weight)
                    return dy[first + i] * T(w[0][weight_of(first + i)]);
                else
                    return dy[first + i];
            };
            const T scale = scales[range];
            T mean = T(0.0f);
            if constexpr (R.centred) mean = block_sum<T>(R.count, slope) * T(share);
            const T along =
                block_sum<T>(R.count, [&](int i) TENET_INLINE_LAMBDA { return slope(i) * dx[first + i]; }) * T(share);
            for (int i = 0; i < R.count; ++i) dx[first + i] = (slope(i) - mean - dx[first + i] * along) * scale;
        }
    }

  private:
    template <class T>
    struct Moments {
        T mean, scale;
    };

    TENET_LOCAL static constexpr float share = 1.0f / static_cast<float>(R.count);

    static constexpr int weight_of(int i) { return i / R.run % R.weights; }

    template <class T>
    TENET_HOST_DEVICE static TENET_INLINE T scale_of(T variance) {
        return T(1.0f) / math::sqrt(variance + T(R.eps));
    }

    template <class T>
    TENET_HOST_DEVICE static TENET_INLINE Moments<T> moments(const T* x) {
        if constexpr (R.centred) {
            // Distances from a number close to the mean: their own mean says how close, with digits that a sum of the
            // numbers, which may be far from 0, does not have.
            const T center = block_sum<T>(R.count, [&](int i) TENET_INLINE_LAMBDA { return x[i]; }) * T(share);
            const auto sums = add_in_blocks<TwoSums<T>>(R.count, [&](TwoSums<T>& sum, int i) TENET_INLINE_LAMBDA {
                const T distance = x[i] - center;
                sum.first += distance;
                sum.second = multiply_add(distance, distance, sum.second);
            });
            const T shift = sums.first * T(share);
            return {center + shift, scale_of(sums.second * T(share) - shift * shift)};
        } else {
            const T squares = add_in_blocks<T>(
                R.count, [&](T& sum, int i) TENET_INLINE_LAMBDA { sum = multiply_add(x[i], x[i], sum); });
            return {T(0.0f), scale_of(squares * T(share))};
        }
    }

    template <class T>
    TENET_HOST_DEVICE static TENET_INLINE void add_gradients(const T* normalised, const T* dy, Gradients g) {
        if constexpr (R.weight)
            for (int weight = 0; weight < R.weights; ++weight) {
                BlockSum<T> dw, db;
                for (int run = weight * R.run; run < R.ranges * R.count; run += R.weights * R.run) {
                    dw.add(block_sum<T>(
                        R.run, [&](int i) TENET_INLINE_LAMBDA { return dy[run + i] * normalised[run + i]; }));
                    if constexpr (R.bias)
                        db.add(block_sum<T>(R.run, [&](int i) TENET_INLINE_LAMBDA { return dy[run + i]; }));
                }
                g.add(0, weight, dw.total());
                if constexpr (R.bias) g.add(1, weight, db.total());
            }
    }
};

/// A layer that says by `describe(in, options, why)` which ranges it normalises, by `weight_shape(in)` what its weight
/// is like, and which options it takes.
template <class Layer, unsigned Taken, class... Option>
struct NormalisationLayer {
    TENET_LOCAL static constexpr bool saves_output = false;

    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        ranges(in, result.why);
        if (result.ok()) result.output = in;
        return result;
    }
    static constexpr ParameterList parameters(const Shape& in) {
        const NormalisedRanges r = ranges(in);
        const ParameterSpec weight{"weight", Layer::weight_shape(in), InitialValue::ones()};
        const ParameterSpec bias{"bias", Layer::weight_shape(in), InitialValue::zeros()};
        return !r.weight ? ParameterList{} : r.bias ? ParameterList{weight, bias} : ParameterList{weight};
    }

    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights w, T* y) {
        Normalisation<ranges(In)>::forward(x, w, y);
    }
    static constexpr std::int64_t backward_scratch(const Shape& in) { return ranges(in).ranges; }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T* x, const T*, const T* dy, Weights w, T* dx, Gradients g,
                                           T* scales) {
        Normalisation<ranges(In)>::backward(x, dy, w, dx, g, scales);
    }

  private:
    static constexpr NormalisedRanges ranges(const Shape& in, Diagnosis& why) {
        NormalisedRanges r;
        const Options options = read_options<Option...>(why, Taken);
        require_not_negative(why, "eps", options.eps);
        if (!why.empty()) return r;
        r.weight = Layer::affine ? !options.has(no_affine_option) : options.has(affine_option);
        r.bias = r.weight && options.bias;
        r.eps = options.has(eps_option) ? options.eps : 1e-5f;
        Layer::describe(in, options, r, why);
        return r;
    }
    static constexpr NormalisedRanges ranges(const Shape& in) {
        Diagnosis ignored;
        return ranges(in, ignored);
    }
};

/// As many numbers as the last `axes` extents have.
constexpr Shape last_extents(const Shape& in, int axes) {
    Shape last;
    for (int axis = in.rank - axes; axis < in.rank; ++axis) last.append(in[axis]);
    return last;
}

/// Ranges of the last `axes` extents, each number with a weight of its own.
constexpr void normalise_last(const Shape& in, int axes, NormalisedRanges& r, Diagnosis& why) {
    if (axes < 1) {
        why << why::axes << why::must_be_positive << why::but_is << axes;
    } else if (axes > in.rank) {
        why << why::normalises_the_last << axes << why::axes_but_gets << in;
    } else {
        r.count = r.weights = static_cast<int>(last_extents(in, axes).count());
        r.ranges = static_cast<int>(in.count()) / r.count;
    }
}

/// Ranges of channels, each channel with a weight of its own.
constexpr void normalise_channels(const Shape& in, int groups, NormalisedRanges& r, Diagnosis& why) {
    if (groups < 1 || in[0] % groups != 0) {
        why << groups << why::groups_do_not_divide << in[0] << why::channels;
    } else {
        r.ranges = groups;
        r.count = static_cast<int>(in.count()) / groups;
        r.weights = in[0];
        r.run = static_cast<int>(in.count()) / in[0];
    }
}

}  // namespace tenet::detail
