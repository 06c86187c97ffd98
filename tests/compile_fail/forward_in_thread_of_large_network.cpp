// expect: the activations of this network take more memory than forward_in_thread gives a thread
// words: activations
#include <tenet/model/forward_in_thread.hpp>
#include <tenet/network.hpp>

using namespace tenet;

#if defined(REPAIRED)
using Net = Network<Input<3>, Linear<16>, ReLU, Linear<1>>;
#else
using Net = Network<Input<3>, Linear<1600>, ReLU, Linear<1>>;
#endif

int main() {
    const float weights[Net::parameters.storage]{}, inputs[3]{};
    float output = 0.0f;
    forward_in_thread<Net>(weights, inputs, &output);
    return static_cast<int>(output);
}
