// expect: layer 2, Linear<3>: the name 1.weight is used twice, first by layer 1
// words: is_used_twice, .*first_by_layer, 1
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3>, Named<"0", Linear<3>>, Linear<3>
#else
    Input<3>, Named<"1", Linear<3>>, Linear<3>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
