#include <tenet/thrust.hpp>

#include "training.hpp"

int main() {
    return train<tenet::OnDevice<tenet::thrust_backend::System<tenet::thrust_backend::Tbb>>>();
}
