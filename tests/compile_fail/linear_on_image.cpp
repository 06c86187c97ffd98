// expect: layer 4, Linear<120>: needs a flat input [N] (put Flatten before it), but gets [6,14,14]
// words: needs_a_vector_but_gets, *6, *14, *14
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, Sigmoid, AvgPool2d<2>, Flatten, Linear<120>, Linear<10>
#else
    Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, Sigmoid, AvgPool2d<2>, Linear<120>, Linear<10>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
