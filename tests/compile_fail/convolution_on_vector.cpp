// expect: layer 2, Conv2d<6,Kernel<3>>: needs an image [C,H,W], but gets [784]
// words: needs_an_image_but_gets, *784
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<1, 28, 28>, ReLU, Conv2d<6, Kernel<3>>
#else
    Input<1, 28, 28>, Flatten, Conv2d<6, Kernel<3>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
