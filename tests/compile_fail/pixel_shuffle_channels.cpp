// expect: layer 2, PixelShuffle<2>: needs a multiple of 4 channels, but gets [6,8,8]
// words: needs_a_multiple_of, *4, *.*channels_but_gets, *6, *8, *8
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Conv2d<8, Kernel<1>>, PixelShuffle<2>
#else
    Input<3, 8, 8>, Conv2d<6, Kernel<1>>, PixelShuffle<2>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
