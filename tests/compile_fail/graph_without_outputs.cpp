// expect: layer 1, Graph: needs one Inputs<...> and one Outputs<...>
// words: needs_one_Inputs_and_one_Outputs
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Outputs<"a">>
#else
    Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
