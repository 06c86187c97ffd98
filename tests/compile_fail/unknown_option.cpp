// expect: layer 1, Conv2d<16,Kernel<3>,CeilMode>: CeilMode is not an option of this layer; it takes Kernel, Stride, Padding, Dilation, Groups, NoBias, PaddingMode, Direct
// words: is_not_an_option_of_this_layer
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 32, 32>, Conv2d<16, Kernel<3>, NoBias>
#else
    Input<3, 32, 32>, Conv2d<16, Kernel<3>, CeilMode>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
