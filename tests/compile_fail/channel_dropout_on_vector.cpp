// expect: needs an image [C,H,W], but gets [192]
// words: needs_an_image_but_gets, *192
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Dropout2d<0.5f>
#else
    Input<3, 8, 8>, Flatten, Dropout2d<0.5f>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
