// What the emulation refuses; the argument says which fault is made.
#include <cstring>

#include <tenet/backend/cuda/error.cuh>

namespace {

__global__ void outside(float* to) {
    to[threadIdx.x] = 1.0f;
}

__global__ void not_aligned(float* to) {
    *reinterpret_cast<float*>(reinterpret_cast<char*>(to) + 2) = 1.0f;
}

__global__ void race(float* to) {
    __shared__ float numbers[64];
    numbers[threadIdx.x] = static_cast<float>(threadIdx.x);
    to[threadIdx.x % 8] = numbers[63 - threadIdx.x];
}

__global__ void wait_for_ever(float*) {
    if (threadIdx.x == 0)
        __syncwarp();
    else
        __syncthreads();
}

}  // namespace

int main(int, char** arguments) {
    using tenet::cuda::check;
    void* memory = nullptr;
    check(cudaMalloc(&memory, 63 * sizeof(float)), "allocate");
    auto* const floats = static_cast<float*>(memory);
    const auto is = [&](const char* fault) { return std::strcmp(arguments[1], fault) == 0; };
    if (is("outside")) outside<<<1, 64>>>(floats);
    if (is("not_aligned")) not_aligned<<<1, 1>>>(floats);
    if (is("race")) race<<<1, 64>>>(floats);
    if (is("wait_for_ever")) wait_for_ever<<<1, 64>>>(floats);
    check(cudaDeviceSynchronize(), "wait for the device");
    return 0;
}
