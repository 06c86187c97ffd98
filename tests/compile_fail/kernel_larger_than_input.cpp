// expect: layer 4, Conv2d<16,Kernel<15>>: kernel 15x15 does not fit input [6,14,14]
// words: kernel, *15, *15,.*does_not_fit
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, Sigmoid, AvgPool2d<2>, Conv2d<16, Kernel<5>>, Flatten, Linear<10>
#else
    Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, Sigmoid, AvgPool2d<2>, Conv2d<16, Kernel<15>>, Flatten, Linear<10>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
