// expect: layer 2, Graph: nothing reads node b
// words: layer<2>.*nothing_reads,.*node, 2
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, ReLU, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", ReLU, From<"a">>, Outputs<"b">>
#else
    Input<8>, ReLU, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", ReLU, From<"a">>, Outputs<"a">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
