// What the compiler knows of a network before anything runs.

#include <cstdio>

#include <tenet/tenet.hpp>

using namespace tenet;

using LeNet = Network<Input<1, 28, 28>,
    Conv2d<6, Kernel<5>, Padding<2>>, Sigmoid, AvgPool2d<2>,
    Conv2d<16, Kernel<5>>,            Sigmoid, AvgPool2d<2>,
    Flatten, Linear<120>, Sigmoid, Linear<84>, Sigmoid, Linear<10>>;

static_assert(LeNet::input_shape == Shape{1, 28, 28});
static_assert(LeNet::output_shape == Shape{10});        // deduced: no layer was told its input
static_assert(LeNet::layer_count == 12);
static_assert(LeNet::parameter_count == 61'706);
static_assert(LeNet::parameter_name(0) == "0.weight");  // as in PyTorch's state_dict
static_assert(LeNet::parameters[0].spec.shape == Shape{6, 1, 5, 5});
static_assert(LeNet::inference_memory(1) < 48_KiB);     // a budget that the build enforces: Workspace<LeNet>{1}

// A wrong network is a value too, so that tests of it are cheap.
using Wrong = Network<Input<1, 28, 28>, Conv2d<16, Kernel<31>>>;
static_assert(!well_formed<Wrong>);
static_assert(diagnosis<Wrong> == "layer 1, Conv2d<16,Kernel<31>>: kernel 31x31 does not fit input [1,28,28]");

int main() {
    print_summary<LeNet>(stdout, 256);
}
