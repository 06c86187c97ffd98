// Every layer in a user's program, for flags that compilers tell of.

#include <flags/use.hpp>

#include <support/layer_networks.hpp>

bool use_every_layer(const std::string& folder) {
    bool right = true;
    tenet::testing::for_each_layer_network(
        [&]<class Net>(const char*) { right = tenet::testing::use_with_numbers<Net>(folder) && right; });
    return right;
}
