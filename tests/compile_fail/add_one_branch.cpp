// expect: layer 2, Add: needs at least two branches
// words: needs_at_least_two_branches
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, ReLU, Add<Branch<Linear<4>>, Branch<Linear<4>>>
#else
    Input<8>, ReLU, Add<Branch<Linear<4>>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
