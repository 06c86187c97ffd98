// expect: layer 1, Linear<10,Kernel<3>>: Kernel<3> is not an option of this layer; it takes NoBias
// words: is_not_an_option_of_this_layer
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<32>, Linear<10, NoBias>
#else
    Input<32>, Linear<10, Kernel<3>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
