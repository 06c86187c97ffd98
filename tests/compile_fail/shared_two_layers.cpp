// expect: layer 3, Shared: Twin stands for Linear<8> and for Linear<4>
// words: layer<3>.*stands_for,.*and_for
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Shared<struct Twin, Linear<8>>, ReLU, Shared<struct Twin, Linear<8>>
#else
    Input<8>, Shared<struct Twin, Linear<8>>, ReLU, Shared<struct Twin, Linear<4>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
