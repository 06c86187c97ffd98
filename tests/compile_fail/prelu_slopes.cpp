// expect: layer 1, PReLU<4>: takes 1 slope or as many as channels, not 4
// words: takes_1_or_as_many_slopes_as_channels, *4
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<4, 8, 8>, PReLU<4>
#else
    Input<3, 8, 8>, PReLU<4>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
