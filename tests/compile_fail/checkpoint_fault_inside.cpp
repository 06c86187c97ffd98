// expect: layer 1, Checkpoint > layer 3, Linear<4>: needs a flat input [N] (put Flatten before it), but gets [2,6,6]
// words: Linear<4>.*needs_a_vector_but_gets, 2, 6, 6
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<1, 8, 8>, Checkpoint<Conv2d<2, Kernel<3>>, ReLU, Flatten, Linear<4>>
#else
    Input<1, 8, 8>, Checkpoint<Conv2d<2, Kernel<3>>, ReLU, Linear<4>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
