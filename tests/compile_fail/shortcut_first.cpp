// expect: layer 1, Residual > layer 1, Shortcut: stands only at the end of a Residual
// words: stands_only_at_the_end_of_a_Residual
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<4, 8, 8>, Residual<Conv2d<8, Kernel<3>, Padding<1>>, Shortcut<Conv2d<8, Kernel<1>>>>
#else
    Input<4, 8, 8>, Residual<Shortcut<Conv2d<8, Kernel<1>>>, Conv2d<8, Kernel<3>, Padding<1>>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
