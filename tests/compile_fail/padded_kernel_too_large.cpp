// expect: layer 1, Conv2d<8,Kernel<9>,Padding<1>>: kernel 9x9 does not fit input [3,6,6] padded by 1x1
// words: padded_by, *1
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 6, 6>, Conv2d<8, Kernel<3>, Padding<1>>, Flatten, Linear<10>
#else
    Input<3, 6, 6>, Conv2d<8, Kernel<9>, Padding<1>>, Flatten, Linear<10>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
