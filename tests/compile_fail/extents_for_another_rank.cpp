// expect: layer 1, Conv2d<8,Kernel<3,3,3>>: kernel takes one number or 2 numbers, but has 3
// words: takes_one_number_or, *2
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 32, 32>, Conv2d<8, Kernel<3, 3>>
#else
    Input<3, 32, 32>, Conv2d<8, Kernel<3, 3, 3>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
