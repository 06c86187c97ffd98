// expect: layer 1, Upsample<ScaleFactor<1000>>: output [3,64000,64000] has more than 2147483647 numbers
// words: output, 3, 64000, 64000,.*has_more_than_2147483647_numbers
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 64, 64>, Upsample<ScaleFactor<10>>
#else
    Input<3, 64, 64>, Upsample<ScaleFactor<1000>>
#endif
    >;

static_assert(diagnosis<Network<Input<1, 60000, 60000>, ReLU>> ==
              "input [1,60000,60000] has more than 2147483647 numbers");
static_assert(diagnosis<Network<Input<50000>, Linear<50000>>> ==
              "layer 1, Linear<50000>: weight [50000,50000] has more than 2147483647 numbers");

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
