// expect: layer 1, Add: branch 1 gives [4], but branch 3 gives [5] (they cannot be added)
// words: but_branch, 3,.*can_not_be_added
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<8>, Add<Branch<Linear<4>>, Branch<Linear<4>, ReLU>, Branch<Linear<4>>>
#else
    Input<8>, Add<Branch<Linear<4>>, Branch<Linear<4>, ReLU>, Branch<Linear<5>>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
