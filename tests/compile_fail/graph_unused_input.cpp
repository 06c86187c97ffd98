// expect: layer 1, Graph: nothing reads input mask
// words: nothing_reads,.*input, 2
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Outputs<"a">>
#else
    Input<8>, Graph<Inputs<"x", "mask">, Node<"a", Linear<4>, From<"x">>, Outputs<"a">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
