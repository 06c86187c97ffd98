// expect: layer 1, ReflectionPad2d<4>: padding 4 must be smaller than the input [3,4,4]
// words: padding, *4, *.*must_be_smaller_than_the, *.*input, *3, *4, *4
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 4, 4>, ReflectionPad2d<3>
#else
    Input<3, 4, 4>, ReflectionPad2d<4>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
