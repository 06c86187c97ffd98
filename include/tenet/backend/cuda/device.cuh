#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tenet/backend/cuda/error.cuh>

namespace TENET_NAMESPACE::cuda {

/// A GPU, as its driver describes it.
struct Device {
    int number = 0;
    std::string name;
    int major = 0, minor = 0;  // compute capability
    int multiprocessors = 0;
    std::size_t memory = 0;         // bytes
    std::size_t shared_memory = 0;  // bytes that a block can ask for
};

/// The GPUs of this machine. std::runtime_error if there is no driver.
inline std::vector<Device> devices() {
    int count = 0;
    check(cudaGetDeviceCount(&count), "count the devices");
    std::vector<Device> result;
    for (int i = 0; i < count; ++i) {
        cudaDeviceProp p;
        check(cudaGetDeviceProperties(&p, i), "describe a device");
        result.push_back(
            {i, p.name, p.major, p.minor, p.multiProcessorCount, p.totalGlobalMem, p.sharedMemPerBlockOptin});
    }
    return result;
}

/// Makes device `number` the one of this thread, and says how many there are, by std::runtime_error if it is none of them.
inline int use_device(int number) {
    int count = 0;
    check(cudaGetDeviceCount(&count), "count the devices");
    if (number < 0 || number >= count)
        throw std::runtime_error("CUDA: expected a device number below " + std::to_string(count) + ", found " +
                                 std::to_string(number));
    check(cudaSetDevice(number), "choose a device");
    return count;
}

}  // namespace tenet::cuda
