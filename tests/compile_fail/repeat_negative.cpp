// expect: layer 1, Repeat: number of copies must not be negative but is -1
// words: number_of_copies,.*must_not_be_negative,.*but_is, -1
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Repeat<1, Linear<8>>, ReLU
#else
    Input<8>, Repeat<-1, Linear<8>>, ReLU
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
