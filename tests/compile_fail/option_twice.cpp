// expect: layer 1, Conv2d<16,Kernel<3>,Padding<1>,Kernel<5>>: Kernel<5> is given twice
// words: option, *3,.*is_given_twice
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 32, 32>, Conv2d<16, Kernel<3>, Padding<1>, NoBias>
#else
    Input<3, 32, 32>, Conv2d<16, Kernel<3>, Padding<1>, Kernel<5>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
