// expect: layer 1, Dropout: 0.5 is a double: write 0.5f
// words: is_a_double_write
// expect: layer 2, LeakyReLU: 1 is an int: write 1.0f
// words: is_an_int_write
// expect: layer 1, HardTanh: 2.0 is a double: write 2.0f
// words: HardTanh<.*is_a_double_write
// expect: layer 1, BatchNorm2d<Eps<1e-5>>: 1e-5 is a double: write 1e-5f
// expect.clang: layer 1, BatchNorm2d<Eps<1e-5f>>: 1e-5 is a double: write 1e-5f
// words: BatchNorm2d<.*is_a_double_write
// expect: layer 1, Dropout<1.2f>: the probability must lie in [0,1)
// words: must_lie_in_0_to_1
#include <tenet/network.hpp>

using namespace tenet;

#if defined(REPAIRED)
using Probability = Network<Input<8>, Dropout<0.5f>>;
using Slope = Network<Input<8>, ReLU, LeakyReLU<1.0f>>;
using Range = Network<Input<8>, HardTanh<-2.0f, 2.0f>>;
using Option = Network<Input<1, 8, 8>, BatchNorm2d<Eps<1e-5f>>>;
using Shortest = Network<Input<8>, Dropout<0.2f>>;
#else
using Probability = Network<Input<8>, Dropout<0.5>>;
using Slope = Network<Input<8>, ReLU, LeakyReLU<1>>;
using Range = Network<Input<8>, HardTanh<-2.0f, 2.0>>;
using Option = Network<Input<1, 8, 8>, BatchNorm2d<Eps<1e-5>>>;
using Shortest = Network<Input<8>, Dropout<1.2f>>;
#endif

int main() {
    return Probability::layer_count + Slope::layer_count + Range::layer_count + Option::layer_count +
           Shortest::layer_count;
}
