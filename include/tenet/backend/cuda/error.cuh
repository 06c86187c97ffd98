#pragma once

#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE::cuda {

/// Throws std::runtime_error that says what was asked of CUDA and what it answered.
inline void check(cudaError_t answer, const char* asked) {
    if (answer == cudaSuccess) return;
    cudaGetLastError();  // else the next call would report it again
    std::string what =
        std::string("CUDA: ") + asked + ": " + cudaGetErrorString(answer) + " (" + cudaGetErrorName(answer) + ")";
    if (answer == cudaErrorNoDevice || answer == cudaErrorInsufficientDriver) {
        int runtime = 0, driver = 0;
        cudaRuntimeGetVersion(&runtime);
        cudaDriverGetVersion(&driver);
        what += "; expected a GPU and a driver for CUDA " + std::to_string(runtime / 1000) + "." +
                std::to_string(runtime % 1000 / 10) + ", found " +
                (driver == 0
                     ? std::string("no driver")
                     : "a driver for CUDA " + std::to_string(driver / 1000) + "." + std::to_string(driver % 1000 / 10));
    }
    throw std::runtime_error(what);
}

}  // namespace tenet::cuda
