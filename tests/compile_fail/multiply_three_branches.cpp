// expect: layer 1, Multiply: takes two branches
// words: takes_two_branches
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Multiply<Branch<>, Branch<Multiply<Branch<Tanh>, Branch<Sigmoid>>>>
#else
    Input<8>, Multiply<Branch<>, Branch<Tanh>, Branch<Sigmoid>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
