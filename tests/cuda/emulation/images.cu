// Networks of sequences, images and volumes on a GPU against the CPU, on tensor cores in TF32.
#include <gpu/parity.cuh>

int main() {
    return tenet::benchmarks::parity<tenet::TF32, tenet::benchmarks::Part::images>();
}
