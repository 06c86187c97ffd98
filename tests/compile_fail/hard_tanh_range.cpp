// expect: the minimum must be smaller than the maximum
// words: must_be_smaller_than_the_maximum
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, HardTanh<1.0f, 2.0f>
#else
    Input<8>, HardTanh<2.0f, 1.0f>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
