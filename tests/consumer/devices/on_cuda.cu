#include <tenet/cuda.hpp>

#include "training.hpp"

int main() {
    return train<tenet::Cuda>();
}
