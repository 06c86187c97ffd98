// expect: layer 1, Residual: branch 1 gives [8,4,4], but branch 2 gives [8,8,8] (they cannot be added)
// words: 8, 4, 4,.*8, 8, 8,.*can_not_be_added
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<4, 8, 8>, Residual<Conv2d<8, Kernel<3>, Stride<2>, Padding<1>>, Shortcut<Conv2d<8, Kernel<1>, Stride<2>>>>
#else
    Input<4, 8, 8>, Residual<Conv2d<8, Kernel<3>, Stride<2>, Padding<1>>, Shortcut<Conv2d<8, Kernel<1>>>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
