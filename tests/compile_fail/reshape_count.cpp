// expect: layer 1, Reshape<4,4>: input [15] cannot become [4,4]
// words: cannot_become, *4, *4
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<16>, Reshape<4, 4>
#else
    Input<15>, Reshape<4, 4>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
