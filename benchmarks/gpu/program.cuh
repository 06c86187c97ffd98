#pragma once

#include <cstdio>
#include <exception>

#include <tenet/cuda.hpp>

/// What the programs of this folder share.
namespace tenet::benchmarks {

/// Calls main(), whose answer becomes the program's; 3 where no GPU is, 2 after an error.
template <class Main>
int on_gpu(const Main& main) {
    try {
        if (cuda::devices().empty()) throw std::runtime_error("the driver lists none");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "no GPU found: %s\n", error.what());
        return 3;
    }
    try {
        return main();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}

/// As it stands in the results.
template <class Precision>
constexpr const char* precision_name() {
    if constexpr (std::same_as<Precision, FP32>) return "FP32";
    else if constexpr (std::same_as<Precision, TF32>) return "TF32";
    else if constexpr (std::same_as<Precision, BF16>) return "BF16";
    else return "FP16";
}

}  // namespace tenet::benchmarks
