// expect: layer 1, Multiply: branch 1 gives [8,6,6], but branch 2 gives [4] (they cannot be multiplied: the second must be alike or have one number for each channel)
// words: can_not_be_multiplied
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8, 6, 6>, Multiply<Branch<>, Branch<GlobalAvgPool, Flatten, Linear<8>, Sigmoid>>
#else
    Input<8, 6, 6>, Multiply<Branch<>, Branch<GlobalAvgPool, Flatten, Linear<4>, Sigmoid>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
