// expect: layer 1, Graph: Outputs names y, but no input or node has that name
// words: Outputs_names
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Outputs<"a">>
#else
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Outputs<"y">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
