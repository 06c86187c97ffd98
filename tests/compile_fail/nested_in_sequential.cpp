// expect: layer 2, Sequential > layer 2, Conv2d<16,Kernel<9>>: kernel 9x9 does not fit input [16,6,6]
// words: layer<2, *2>
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Conv2d<16, Kernel<3>>, Sequential<ReLU, Conv2d<16, Kernel<3>>>, Flatten, Linear<10>
#else
    Input<3, 8, 8>, Conv2d<16, Kernel<3>>, Sequential<ReLU, Conv2d<16, Kernel<9>>>, Flatten, Linear<10>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
