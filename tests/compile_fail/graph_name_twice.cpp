// expect: layer 1, Graph: the name a is used twice
// words: is_used_twice
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", ReLU, From<"a">>, Outputs<"b">>
#else
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"a", ReLU, From<"a">>, Outputs<"a">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
