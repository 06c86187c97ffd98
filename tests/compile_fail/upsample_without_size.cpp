// expect: layer 2, Upsample<Bilinear>: takes either ScaleFactor or OutputSize
// words: takes_either_ScaleFactor_or_OutputSize
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 4, 4>, Conv2d<4, Kernel<1>>, Upsample<ScaleFactor<2>, Bilinear>
#else
    Input<3, 4, 4>, Conv2d<4, Kernel<1>>, Upsample<Bilinear>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
