// expect: layer 1, Graph: Linear<4> is neither Inputs nor Node nor Outputs
// words: is_neither_Inputs_nor_Node_nor_Outputs
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Sequential<Linear<4>, ReLU>
#else
    Input<8>, Graph<Inputs<"x">, Linear<4>, ReLU, Outputs<"x">>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
