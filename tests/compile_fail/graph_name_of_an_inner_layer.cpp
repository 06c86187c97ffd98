// expect: layer 1, Graph: the name 0.a.0.weight is used twice
// words: is_used_twice
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>,
    Graph<Inputs<"x">, Node<"b.0", Linear<4>, From<"x">>, Node<"a", Sequential<Linear<4>>, From<"b.0">>, Outputs<"a">>
#else
    Input<8>,
    Graph<Inputs<"x">, Node<"a.0", Linear<4>, From<"x">>, Node<"a", Sequential<Linear<4>>, From<"a.0">>, Outputs<"a">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
