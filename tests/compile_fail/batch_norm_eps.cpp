// expect: eps must not be negative
// words: must_not_be_negative
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Linear<4>, BatchNorm1d<Eps<1.0f>>
#else
    Input<8>, Linear<4>, BatchNorm1d<Eps<-1.0f>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
