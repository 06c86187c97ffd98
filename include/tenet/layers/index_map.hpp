#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/layers/spatial.hpp>

/// What layers share whose outputs are each one of the inputs, or 0: padding, nearest neighbours, PixelShuffle.
namespace TENET_NAMESPACE::detail {

/// Depth, height and width of a shape [C, ...], 1 where it has none.
struct Volume {
    int extents[3]{1, 1, 1};
    constexpr explicit Volume(const Shape& shape) { place_extents(extents, spatial_extents(shape)); }
    constexpr int operator[](int axis) const { return extents[axis]; }
};

/// `Layer::for_each_pair<In>(visit)` calls visit(output index, input index) for every output, -1 for a 0.
template <class Layer>
struct IndexMap {
    TENET_LOCAL static constexpr bool saves_input = false, saves_output = false;

    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights, T* y) {
        Layer::template for_each_pair<In>([&](int o, int i) TENET_INLINE_LAMBDA { y[o] = i < 0 ? T(0.0f) : x[i]; });
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T*, const T*, const T* dy, Weights, T* dx, Gradients) {
        for (int i = 0; i < In.count(); ++i) dx[i] = T(0.0f);
        Layer::template for_each_pair<In>([&](int o, int i) TENET_INLINE_LAMBDA {
            if (i >= 0) dx[i] += dy[o];
        });
    }
};

/// The pairs of [C, ...] and [C, ...] of other extents, where `source(axis, position)` says which position of the
/// input's axis (0 depth, 1 height, 2 width) stands at a position of the output's, -1 for zeros.
template <Shape In, Shape Out, class Source, class Visit>
TENET_HOST_DEVICE TENET_INLINE void for_each_pixel(Source&& source, Visit&& visit) {
    constexpr Volume in{In}, out{Out};
    int o = 0;
    for (int c = 0; c < In[0]; ++c)
        for (int z = 0; z < out[0]; ++z) {
            const int plane = source(0, z);
            for (int y = 0; y < out[1]; ++y) {
                const int row = source(1, y);
                for (int x = 0; x < out[2]; ++x, ++o) {
                    const int column = source(2, x);
                    const bool inside = plane >= 0 && row >= 0 && column >= 0;
                    visit(o, inside ? ((c * in[0] + plane) * in[1] + row) * in[2] + column : -1);
                }
            }
        }
}

}  // namespace tenet::detail
