// expect: layer 1, Graph > node wide, Sequential > layer 2, Conv2d<8,Kernel<9>>: kernel 9x9 does not fit input [3,8,8]
// words: layer<1, *1, *2>.*kernel, 9, 9
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8, 8>, Graph<Inputs<"x">, Node<"wide", Sequential<ReLU, Conv2d<8, Kernel<7>>>, From<"x">>, Outputs<"wide">>
#else
    Input<3, 8, 8>, Graph<Inputs<"x">, Node<"wide", Sequential<ReLU, Conv2d<8, Kernel<9>>>, From<"x">>, Outputs<"wide">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
