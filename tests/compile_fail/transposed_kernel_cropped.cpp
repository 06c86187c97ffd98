// expect: layer 1, ConvTranspose2d<4,Kernel<3>,Padding<5>>: padding 5x5 leaves nothing of the output for input [3,8,8]
// words: padding, *5, 5, .*leaves_nothing_of_the_output_for, .*input, *3, 8, 8
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, ConvTranspose2d<4, Kernel<3>, Padding<4>>
#else
    Input<3, 8, 8>, ConvTranspose2d<4, Kernel<3>, Padding<5>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
