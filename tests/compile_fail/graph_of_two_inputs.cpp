// expect: layer 1, Graph: takes 2 inputs, but gets 1
// words: takes, 2,.*inputs_but_gets, 1
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"sum", Add<>, From<"x", "x">>, Outputs<"sum">>
#else
    Input<8>, Graph<Inputs<"x", "y">, Node<"sum", Add<>, From<"x", "y">>, Outputs<"sum">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
