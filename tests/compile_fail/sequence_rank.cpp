// expect: layer 1, Conv1d<4,Kernel<3>>: needs a sequence [C,L], but gets [3,8,8]
// words: needs_a_sequence_but_gets
#include <tenet/network.hpp>

using namespace tenet;

using Net = Network<
#if defined(REPAIRED)
    Input<3, 8>, Conv1d<4, Kernel<3>>
#else
    Input<3, 8, 8>, Conv1d<4, Kernel<3>>
#endif
    >;

int main() {
    Net net;
    static_cast<void>(net);
    return static_cast<int>(Net::parameter_count + Net::output_shape.count());
}
