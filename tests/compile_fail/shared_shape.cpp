// expect: layer 3, Shared: Linear<6> needs a weight [6,6], but shares one of [6,8]
// words: needs_a, 6, 6,.*but_shares_one_of, 6, 8
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<6>, Shared<struct Twin, Linear<6>>, ReLU, Shared<struct Twin, Linear<6>>
#else
    Input<8>, Shared<struct Twin, Linear<6>>, ReLU, Shared<struct Twin, Linear<6>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
