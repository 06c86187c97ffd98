// expect: layer 2, Linear<0>: output features must be positive but is 0
// words: output_features,.*must_be_positive
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, ReLU, Linear<1>
#else
    Input<8>, ReLU, Linear<0>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
