// expect: layer 2, int: int is not a layer
// words: is_not_a_layer
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Linear<8>, ReLU
#else
    Input<8>, Linear<8>, int
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
