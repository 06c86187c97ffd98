// expect: layer 1, MaxPool2d<2,Padding<2>>: padding 2x2 is more than half of window 2x2
// words: is_more_than_half_of
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, MaxPool2d<2, Padding<1>>
#else
    Input<3, 8, 8>, MaxPool2d<2, Padding<2>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
