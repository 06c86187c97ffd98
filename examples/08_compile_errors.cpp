// What the compiler says of wrong networks. Each sentence below is the first error line if the network is used; here they
// are read as values.

#include <cstdio>

#include <tenet/network.hpp>

using namespace tenet;

template <class Net>
void show(const char* written) {
    std::printf("%s\n    error: %.*s\n\n", written, static_cast<int>(diagnosis<Net>.size()), diagnosis<Net>.data());
}
#define SHOW(...) show<__VA_ARGS__>(#__VA_ARGS__)

int main() {
    SHOW(Network<Input<1, 28, 28>, Linear<10>>);
    SHOW(Network<Input<1, 28, 28>, Conv2d<6, Kernel<5>>, MaxPool2d<4>, Conv2d<16, Kernel<7>>>);
    SHOW(Network<Input<3, 32, 32>, Conv2d<16, Kernel<3>, Groups<2>>>);
    SHOW(Network<Input<3, 32, 32>, Conv2d<16, Padding<1>>>);
    SHOW(Network<Input<3, 32, 32>, Conv2d<16, Kernel<3>, CeilMode>>);
    SHOW(Network<Input<3, 32, 32>, Conv2d<16, Kernel<3>, Stride<0>>>);
    SHOW(Network<Input<8>, Sequential<Linear<4>, Reshape<5>>>);
    SHOW(Network<Input<8>, Named<"a", Linear<4>>, Named<"a", Linear<2>>>);
    // Uncomment to see it from the compiler:
    // Network<Input<1, 28, 28>, Linear<10>> network;
}
