#pragma once

#include <tenet/core/array_bound.hpp>
#include <tenet/layers/index_map.hpp>

namespace TENET_NAMESPACE {

namespace detail {

// In floats, as PyTorch: that decides where an input's last output is.
constexpr int nearest(int position, int in, int out) {
    if (out == in) return position;
    if (out == 2 * in) return position / 2;
    const int at = static_cast<int>(static_cast<float>(position) * (static_cast<float>(in) / static_cast<float>(out)));
    return at < in ? at : in - 1;
}

/// The two positions of an input's axis that one of the output's lies between, and how far it is from the first one.
struct Between {
    int first = 0, second = 0;
    float weight = 0.0f;
};
constexpr Between between(int position, int in, int out) {
    if (in == out) return {position, position, 0.0f};
    const float scale = static_cast<float>(in) / static_cast<float>(out);
    const float at = scale * (static_cast<float>(position) + 0.5f) - 0.5f;
    const int first = at < 0.0f ? 0 : static_cast<int>(at) < in ? static_cast<int>(at) : in - 1;
    return {first, first + 1 < in ? first + 1 : first, at < 0.0f ? 0.0f : at - static_cast<float>(first)};
}

template <int In, int Out>
struct Betweens {
    Between at[array_bound(Out)]{};
    constexpr Betweens() {
        for (int i = 0; i < Out; ++i) at[i] = between(i, In, Out);
    }
};

/// The same from a table, but not on a device: nvcc 13 leaves a table that a function keeps full of zeros there.
template <int In, int Out>
TENET_LOCAL TENET_HOST_DEVICE TENET_INLINE Between between(int position) {
#if TENET_ON_DEVICE
    return between(position, In, Out);
#else
    static constexpr Betweens<In, Out> table;
    return table.at[position];
#endif
}

/// Calls visit(output, first, second, down, column): the output lies `down` from the row that begins at first to that
/// at second, and between two columns.
template <Shape In, Shape Out, class Visit>
TENET_HOST_DEVICE TENET_INLINE void for_each_between(Visit&& visit) {
    int o = 0;
    for (int c = 0; c < In[0]; ++c)
        for (int i = 0; i < Out[1]; ++i) {
            const Between row = between<In[1], Out[1]>(i);
            const int first = (c * In[1] + row.first) * In[2], second = (c * In[1] + row.second) * In[2];
            for (int j = 0; j < Out[2]; ++j) visit(o++, first, second, row.weight, between<In[2], Out[2]>(j));
        }
}

}  // namespace detail

/// [C, ...] resized by `ScaleFactor<2>` or to `OutputSize<7, 5>`, one number for all axes or one for each: output i of
/// an axis is input floor(i * in / out). With `Bilinear`, of an image, the straight lines between the four inputs
/// around (i + 1/2) * in / out - 1/2 (PyTorch's align_corners = False).
/// https://pytorch.org/docs/stable/generated/torch.nn.Upsample.html
template <class... Option>
struct Upsample : detail::IndexMap<Upsample<Option...>> {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        Diagnosis& why = result.why;
        const detail::Options options = read(why);
        if (!why.empty()) return result;
        const bool by_factor = options.has(detail::scale_factor_option);
        const Extents& written = by_factor ? options.scale_factor : options.output_size;
        const int rank = in.rank - 1;
        if (written.rank == 0 || by_factor == options.has(detail::output_size_option)) {
            why << why::takes_either_ScaleFactor_or_OutputSize;
        } else if (options.has(detail::bilinear_option) ? rank != 2 : rank < 1 || rank > 3) {
            why << why::needs_an_image_but_gets << in;
        } else {
            detail::check_extents(why, by_factor ? why::factor : why::output_size, written, rank, 1);
            if (!why.empty()) return result;
            const Extents spread = detail::Options::spread(written, rank, 1);
            result.output = Shape{in[0]};
            for (int axis = 0; axis < rank; ++axis)
                result.output.append(spread.extents[axis] * (by_factor ? in[axis + 1] : 1));
        }
        return result;
    }

    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights w, T* y) {
        if constexpr (bilinear())
            detail::for_each_between<In, infer(In).output>(
                [&](int o, int first, int second, float down, const detail::Between& column) TENET_INLINE_LAMBDA {
                    const T left = T(1.0f - column.weight), right = T(column.weight);
                    const T above = x[first + column.first] * left + x[first + column.second] * right;
                    const T below = x[second + column.first] * left + x[second + column.second] * right;
                    y[o] = above * T(1.0f - down) + below * T(down);
                });
        else
            Nearest::template forward<In>(x, w, y);
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T* x, const T* y, const T* dy, Weights w, T* dx, Gradients g) {
        if constexpr (bilinear()) {
            for (int i = 0; i < In.count(); ++i) dx[i] = T(0.0f);
            detail::for_each_between<In, infer(In).output>(
                [&](int o, int first, int second, float down, const detail::Between& column) TENET_INLINE_LAMBDA {
                    const T left = T(1.0f - column.weight), right = T(column.weight);
                    const T above = dy[o] * T(1.0f - down), below = dy[o] * T(down);
                    dx[first + column.first] += above * left;
                    dx[first + column.second] += above * right;
                    dx[second + column.first] += below * left;
                    dx[second + column.second] += below * right;
                });
        } else {
            Nearest::template backward<In>(x, y, dy, w, dx, g);
        }
    }

    template <Shape In, class Visit>
    TENET_HOST_DEVICE static TENET_INLINE void for_each_pair(Visit&& visit) {
        constexpr Shape out_shape = infer(In).output;
        constexpr detail::Volume in{In}, out{out_shape};
        detail::for_each_pixel<In, out_shape>(
            [&](int axis, int position) TENET_INLINE_LAMBDA { return detail::nearest(position, in[axis], out[axis]); },
            visit);
    }

  private:
    using Nearest = detail::IndexMap<Upsample>;

    static constexpr detail::Options read(Diagnosis& why) {
        return detail::read_options<Option...>(
            why, detail::scale_factor_option | detail::output_size_option | detail::bilinear_option);
    }
    static constexpr bool bilinear() {
        Diagnosis ignored;
        return read(ignored).has(detail::bilinear_option);
    }
};

}  // namespace tenet
