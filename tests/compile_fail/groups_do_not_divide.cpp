// expect: layer 2, Conv2d<30,Kernel<3>,Groups<4>>: 4 groups do not divide 16 input channels and 30 output channels
// words: 4,.*groups_do_not_divide, *16
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 32, 32>, Conv2d<16, Kernel<3>>, Conv2d<32, Kernel<3>, Groups<4>>
#else
    Input<3, 32, 32>, Conv2d<16, Kernel<3>>, Conv2d<30, Kernel<3>, Groups<4>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
