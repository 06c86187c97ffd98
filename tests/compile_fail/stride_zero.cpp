// expect: layer 1, Conv2d<8,Kernel<3>,Stride<0>>: stride must be positive but is 0
// words: stride,.*must_be_positive
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 32, 32>, Conv2d<8, Kernel<3>, Stride<2>>
#else
    Input<3, 32, 32>, Conv2d<8, Kernel<3>, Stride<0>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
