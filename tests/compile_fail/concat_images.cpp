// expect: layer 1, Concat: branch 1 gives [4,4,4], but branch 2 gives [2,8,8] (they cannot be concatenated: all but the first extent must agree)
// words: 4, 4, 4,.*2, 8, 8,.*can_not_be_concatenated
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<4, 8, 8>, Concat<Branch<MaxPool2d<2>>, Branch<Conv2d<2, Kernel<2>, Stride<2>>>>
#else
    Input<4, 8, 8>, Concat<Branch<MaxPool2d<2>>, Branch<Conv2d<2, Kernel<1>>>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
