// expect: layer 1, MaxPool3d<2>: needs a volume [C,D,H,W], but gets [3,8,8]
// words: needs_a_volume_but_gets
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8, 8>, MaxPool3d<2>
#else
    Input<3, 8, 8>, MaxPool3d<2>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
