// expect: layer 1, ZeroPad2d<1,2>: padding takes one number or 4 numbers, but has 2
// words: padding, *.*takes_one_number_or, *4, *.*numbers_but_has, *2
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 4, 4>, ZeroPad2d<1, 1, 2, 2>
#else
    Input<3, 4, 4>, ZeroPad2d<1, 2>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
