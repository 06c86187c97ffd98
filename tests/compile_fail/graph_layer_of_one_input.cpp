// expect: layer 1, Graph > node b, Linear<4>: takes one input, but gets 2
// words: takes_one_input_but_gets, 2
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", Sequential<Concat<>, Linear<4>>, From<"x", "a">>, Outputs<"b">>
#else
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", Linear<4>, From<"x", "a">>, Outputs<"b">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
