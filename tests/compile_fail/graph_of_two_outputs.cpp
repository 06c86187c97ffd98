// expect: layer 2, ReLU: takes one input, but gets 2
// words: layer<2>.*ReLU.*takes_one_input_but_gets, 2
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", Linear<2>, From<"x">>, Outputs<"a", "b">>, Concat<>, ReLU
#else
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", Linear<2>, From<"x">>, Outputs<"a", "b">>, ReLU
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
