#pragma once

#include <support/layer_networks.hpp>
#include <support/networks.hpp>
#include <support/parity.hpp>

#include "program.cuh"

namespace tenet::benchmarks {

/// Programs of their own, because nvcc takes minutes for all.
enum class Part { vectors, images, layers };

/// Whether every network of a part computes on the GPU what it computes on the CPU.
template <class Precision, Part part>
int parity() {
    using System = cuda::System<Precision>;
    return on_gpu([] {
        testing::ParityReport report{precision_name<Precision>()};
        const auto check = [&]<class Net>(const char* name) { testing::check_parity<System, Net>(report, name); };
        if constexpr (part == Part::vectors) {
            testing::for_each_vector_network(check);
            testing::check_optimizers<System>(report);
            testing::check_random_decisions<System>(report);
        } else if constexpr (part == Part::images) {
            testing::for_each_image_network(check);
        } else {
            testing::for_each_layer_network(check);
        }
        return report.failures() == 0 ? 0 : 1;
    });
}

}  // namespace tenet::benchmarks
