// expect: layer 1, LayerNorm<3>: normalises the last 3 axes, but gets [5,4]
// words: normalises_the_last, *3, *.*axes_but_gets, *5, *4
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<5, 4>, LayerNorm<2>
#else
    Input<5, 4>, LayerNorm<3>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
