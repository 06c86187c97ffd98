// expect: layer 1, Graph: node a reads y, but no input or node has that name
// words: node, 1,.*reads,.*but_no_input_or_node_has_that_name
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<8>, From<"x">>, Outputs<"a">>
#else
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<8>, From<"y">>, Outputs<"a">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
