// expect: tenet needs C++20: compile with -std=c++20, or newer
// standard: c++17
#include <tenet/network.hpp>

int main() {
    using namespace tenet;
    return Network<Input<4>, Linear<2>>::layer_count;
}
