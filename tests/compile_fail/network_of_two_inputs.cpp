// expect: layer 1, Linear<4>: takes one input, but gets 2
// words: layer<1>.*Linear<4>.*takes_one_input_but_gets, 2
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Input<3>, Concat<>, Linear<4>, ReLU
#else
    Input<8>, Input<3>, Linear<4>, ReLU
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
