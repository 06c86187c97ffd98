// expect: layer 1, Upsample<ScaleFactor<2,2>>: factor takes one number, but has 2
// words: factor, *.*takes_one_number_but_has, *2
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8>, Upsample<ScaleFactor<2>>
#else
    Input<3, 8>, Upsample<ScaleFactor<2, 2>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
