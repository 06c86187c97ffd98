// expect: layer 1, Graph: the nodes in, out form a cycle
// words: layer<1>.*form_a_cycle
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"in", Add<>, From<"x", "x">>, Node<"out", Linear<8>, From<"in">>, Outputs<"out">>
#else
    Input<8>, Graph<Inputs<"x">, Node<"in", Add<>, From<"x", "out">>, Node<"out", Linear<8>, From<"in">>, Outputs<"out">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
