// expect: layer 2, InstanceNorm2d<Affine>: needs more than one position, but gets [6,1,1]
// words: needs_more_than_one_position_but_gets, *6, *1, *1
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<6, 4, 4>, Conv2d<6, Kernel<3>>, InstanceNorm2d<Affine>
#else
    Input<6, 4, 4>, Conv2d<6, Kernel<4>>, InstanceNorm2d<Affine>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
