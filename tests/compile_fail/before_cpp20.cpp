// expect: tenet needs C++20: compile with -std=c++20, or newer
// words: tenetneedsC\+\+20:compilewith-std=c\+\+20
// standard: c++17
#include <tenet/network.hpp>

int main() {
    using namespace tenet;
    return Network<Input<4>, Linear<2>>::layer_count;
}
