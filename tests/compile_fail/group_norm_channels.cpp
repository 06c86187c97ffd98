// expect: layer 2, GroupNorm<4>: 4 groups do not divide 6 channels
// words: 4, *.*groups_do_not_divide, *6, *.*channels
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Conv2d<8, Kernel<3>>, GroupNorm<4>
#else
    Input<3, 8, 8>, Conv2d<6, Kernel<3>>, GroupNorm<4>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
