// expect: layer 2, Checkpoint: has no layers
// words: has_no_layers
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Linear<4>, Checkpoint<Tanh, Linear<4>>
#else
    Input<8>, Linear<4>, Checkpoint<>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
