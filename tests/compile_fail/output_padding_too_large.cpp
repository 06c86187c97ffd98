// expect: layer 1, ConvTranspose2d<4,Kernel<3>,Stride<2>,OutputPadding<2>>: output padding 2x2 must be smaller than the stride or the dilation
// words: output_padding, *2, 2, .*must_be_smaller_than_stride_or_dilation
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, ConvTranspose2d<4, Kernel<3>, Stride<2>, OutputPadding<1>>
#else
    Input<3, 8, 8>, ConvTranspose2d<4, Kernel<3>, Stride<2>, OutputPadding<2>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
