// expect: layer 1, Conv2d<8,Kernel<9>,Padding<4>,PaddingMode<operations::PaddingMode::reflect>>: padding 4x4 must be smaller than the input [3,4,4]
// words: must_be_smaller_than_the
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 4, 4>, Conv2d<8, Kernel<9>, Padding<4>, PaddingMode<zeros>>
#else
    Input<3, 4, 4>, Conv2d<8, Kernel<9>, Padding<4>, PaddingMode<reflect>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
