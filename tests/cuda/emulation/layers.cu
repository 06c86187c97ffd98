// Every layer on a GPU against the CPU, in floats.
#include <gpu/parity.cuh>

int main() {
    return tenet::benchmarks::parity<tenet::FP32, tenet::benchmarks::Part::layers>();
}
