#pragma once

#include <tenet/layers/index_map.hpp>
#include <tenet/layers/spatial.hpp>
#include <tenet/operations/padding_mode.hpp>

namespace TENET_NAMESPACE {

namespace detail {

template <operations::PaddingMode Mode, int... Side>
struct PadLayer : IndexMap<PadLayer<Mode, Side...>> {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        Diagnosis& why = result.why;
        if (sizeof...(Side) != 1 && sizeof...(Side) != 4) {
            why << why::padding << why::takes_one_number_or << 4 << why::numbers_but_has
                << static_cast<int>(sizeof...(Side));
        } else if (in.rank != 3) {
            why << needs_rank(2) << in;
        } else {
            const Sides sides;
            result.output = in;
            for (int side = 0; side < 4 && why.empty(); ++side) {
                const int axis = side < 2 ? 2 : 1;  // PyTorch's order: left, right, top, bottom
                if (sides.width[side] < 0)
                    why << why::padding << why::must_not_be_negative << why::but_is << sides.width[side];
                else if (sides.width[side] > operations::greatest_padding(Mode, in[axis]))
                    why << why::padding << sides.width[side] << why::must_be_smaller_than_the << why::input << in;
                else
                    result.output[axis] += sides.width[side];
            }
        }
        return result;
    }

    template <Shape In, class Visit>
    TENET_HOST_DEVICE static TENET_INLINE void for_each_pair(Visit&& visit) {
        constexpr Shape out = infer(In).output;
        constexpr Sides sides;
        for_each_pixel<In, out>(
            [&](int axis, int position) TENET_INLINE_LAMBDA {
                return axis == 0 ? 0 : operations::padded_source(Mode, position - sides.before(axis), In[axis]);
            },
            visit);
    }

  private:
    struct Sides {
        int width[4]{};
        constexpr Sides() {
            const int written[]{Side..., 0};
            for (int side = 0; side < 4; ++side) width[side] = written[sizeof...(Side) == 4 ? side : 0];
        }
        constexpr int before(int axis) const { return width[axis == 2 ? 0 : 2]; }
    };
};

}  // namespace detail

/// [C, H, W] -> [C, top + H + bottom, left + W + right] with zeros around: `ZeroPad2d<1>` on all sides, or
/// `ZeroPad2d<left, right, top, bottom>`. https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
template <int... Side>
struct ZeroPad2d : detail::PadLayer<operations::PaddingMode::zeros, Side...> {};

/// As ZeroPad2d with the image mirrored at its outermost rows and columns; each width is less than the input's extent.
/// https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html
template <int... Side>
struct ReflectionPad2d : detail::PadLayer<operations::PaddingMode::reflect, Side...> {};

/// As ZeroPad2d with the outermost rows and columns repeated.
/// https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html
template <int... Side>
struct ReplicationPad2d : detail::PadLayer<operations::PaddingMode::replicate, Side...> {};

}  // namespace tenet
