// expect: layer 1, Graph > node sum, Add: branch 1 gives [8,6,6], but branch 2 gives [8,8,8] (they cannot be added)
// words: layer<1, *3>.*8, 6, 6,.*can_not_be_added
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Graph<Inputs<"x">, Node<"a", Conv2d<8, Kernel<3>, Padding<1>>, From<"x">>, Node<"b", Conv2d<8, Kernel<1>>, From<"x">>,
                           Node<"sum", Add<>, From<"a", "b">>, Outputs<"sum">>
#else
    Input<3, 8, 8>, Graph<Inputs<"x">, Node<"a", Conv2d<8, Kernel<3>>, From<"x">>, Node<"b", Conv2d<8, Kernel<1>>, From<"x">>,
                           Node<"sum", Add<>, From<"a", "b">>, Outputs<"sum">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
