// expect: layer 1, Conv2d<16,Padding<1>>: Kernel<...> is missing
// words: is_missing
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 32, 32>, Conv2d<16, Padding<1>, Kernel<3>>
#else
    Input<3, 32, 32>, Conv2d<16, Padding<1>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
