#pragma once

#include <tenet/layers/index_map.hpp>

namespace TENET_NAMESPACE {

/// [C Factor^2, H, W] -> [C, H Factor, W Factor]: each output pixel (h Factor + a, w Factor + b) of channel c is pixel
/// (h, w) of channel c Factor^2 + a Factor + b. https://pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
template <int Factor>
struct PixelShuffle : detail::IndexMap<PixelShuffle<Factor>> {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        if (Factor < 1)
            result.why << why::factor << why::must_be_positive << why::but_is << Factor;
        else if (in.rank != 3)
            result.why << why::needs_an_image_but_gets << in;
        else if (in[0] % (Factor * Factor) != 0)
            result.why << why::needs_a_multiple_of << Factor * Factor << why::channels_but_gets << in;
        else
            result.output = Shape{in[0] / (Factor * Factor), in[1] * Factor, in[2] * Factor};
        return result;
    }

    template <Shape In, class Visit>
    TENET_HOST_DEVICE static TENET_INLINE void for_each_pair(Visit&& visit) {
        int o = 0;
        for (int c = 0; c < In[0]; c += Factor * Factor)
            for (int h = 0; h < In[1] * Factor; ++h)
                for (int w = 0; w < In[2] * Factor; ++w, ++o)
                    visit(o, ((c + h % Factor * Factor + w % Factor) * In[1] + h / Factor) * In[2] + w / Factor);
    }
};

}  // namespace tenet
