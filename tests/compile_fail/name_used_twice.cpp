// expect: layer 2, Named: the name hidden is used twice
// words: is_used_twice
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Named<"hidden", Linear<8>>, Named<"output", Linear<8>>
#else
    Input<8>, Named<"hidden", Linear<8>>, Named<"hidden", Linear<8>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
