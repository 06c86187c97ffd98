// expect: layer 2, AvgPool2d<16>: window 16x16 does not fit input [4,8,8]
// words: window, *16, *16
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Conv2d<4, Kernel<1>>, AvgPool2d<8>
#else
    Input<3, 8, 8>, Conv2d<4, Kernel<1>>, AvgPool2d<16>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
