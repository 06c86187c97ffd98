// expect: a network starts with its Input<...>, but this one with Linear<10>
// words: starts_with_its_Input
// expect: layer 2, Input<4>: Input<4> stands behind a layer: inputs come first
// words: inputs_come_first
#include <tenet/network.hpp>

using namespace tenet;

#if defined(REPAIRED)
using First = Network<Input<10>, Linear<10>, ReLU>;
using Second = Network<Input<4>, Linear<10>, Linear<2>>;
#else
using First = Network<Linear<10>, ReLU>;
using Second = Network<Input<10>, Linear<10>, Input<4>, Linear<2>>;
#endif

int main() {
    return First::output_shape.rank + Second::output_shape.rank;
}
