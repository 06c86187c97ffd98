// expect: Model: it is made of a Network, whose layers stand in it: Model<Network<Input<784>, Linear<10>>>
// expect: Model: it is made of a Network, whose layers stand in it: Model<Network<Input<784>, Linear<10>>>
// expect: Model: the second argument is a backend: Cpu, Cuda of <tenet/cuda.hpp>, or one of <tenet/thrust.hpp>
#include <tenet/model/model.hpp>
#include <tenet/network.hpp>

using namespace tenet;

#if defined(REPAIRED)
void make() {
    Model<Network<Input<4>, Linear<4>>>{Seed{42}};
}
#else
void make() {
    Model<Linear<4>>{Seed{42}};
    Model<Input<4>, Linear<4>>{};
    Model<Network<Input<4>, Linear<4>>, OnDevice<int>>{Seed{42}};
}
#endif
