// What this GPU reaches at most: bytes of a copy, operations of a large product, launches that wait for each other.

#include <cublas_v2.h>

#include "stopwatch.cuh"

using namespace tenet;
using namespace tenet::benchmarks;

namespace {

__global__ void copy(const float4* from, float4* to, std::int64_t n) {
    for (std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < n; i += std::int64_t{gridDim.x} * blockDim.x)
        to[i] = from[i];
}
__global__ void nothing() {}
template <class Number>
__global__ void fill(Number* to, std::int64_t n) {
    for (std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < n; i += std::int64_t{gridDim.x} * blockDim.x)
        to[i] = Number(static_cast<float>(i * 2654435761 >> 8 & 0xffff) * 0x1p-15f - 1.0f);
}

void say(const char* what, double value) {
    std::printf("{\"ceiling\": \"%s\", \"value\": %.6g}\n", what, value);
    std::fflush(stdout);
}

/// Operations per second of a product of square matrices of random numbers.
template <class Number>
double product_rate(cudaStream_t stream, cudaDataType_t type, cublasComputeType_t compute) {
    constexpr int n = 8192;
    cublasHandle_t handle;
    if (cublasCreate(&handle) != CUBLAS_STATUS_SUCCESS) throw std::runtime_error("cuBLAS does not start");
    cublasSetStream(handle, stream);
    DeviceArray<Number> a(n * n), b(n * n);
    DeviceArray<float> c(n * n);
    fill<<<1024, 256, 0, stream>>>(a.data(), std::int64_t{n} * n);
    fill<<<1024, 256, 0, stream>>>(b.data(), std::int64_t{n} * n);
    const float one = 1.0f, zero = 0.0f;
    cublasStatus_t status = CUBLAS_STATUS_SUCCESS;
    const double microseconds = median_microseconds(stream, [&] {
        status = cublasGemmEx(handle, CUBLAS_OP_T, CUBLAS_OP_N, n, n, n, &one, a.data(), type, n, b.data(), type, n, &zero,
                              c.data(), CUDA_R_32F, n, compute, CUBLAS_GEMM_DEFAULT);
    });
    cublasDestroy(handle);
    if (status != CUBLAS_STATUS_SUCCESS) throw std::runtime_error("cuBLAS refuses a product");
    return 2.0 * n * n * n / (microseconds * 1e-6);
}

}  // namespace

int main() {
    return on_gpu([] {
        const cuda::System<> system;
        const cudaStream_t stream = system.stream();
        {
            constexpr std::int64_t n = 1 << 26;  // 1 GiB each
            DeviceArray<float4> from(n), to(n);
            cudaMemsetAsync(from.data(), 1, n * sizeof(float4), stream);
            const double microseconds =
                median_microseconds(stream, [&] { copy<<<4096, 512, 0, stream>>>(from.data(), to.data(), n); });
            say("bytes per second", 2.0 * n * sizeof(float4) / (microseconds * 1e-6));
        }
        constexpr int launches = 200;
        const RecordedCalls chain(stream, [&] {
            for (int i = 0; i < launches; ++i) nothing<<<1, 32, 0, stream>>>();
        });
        say("microseconds of a launch", median_microseconds(stream, [&] { chain.launch(); }) / launches);
        say("FP32 operations per second", product_rate<float>(stream, CUDA_R_32F, CUBLAS_COMPUTE_32F));
        say("TF32 operations per second", product_rate<float>(stream, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32));
        say("BF16 operations per second", product_rate<bfloat16>(stream, CUDA_R_16BF, CUBLAS_COMPUTE_32F));
        say("FP16 operations per second", product_rate<float16>(stream, CUDA_R_16F, CUBLAS_COMPUTE_32F));
        return 0;
    });
}
