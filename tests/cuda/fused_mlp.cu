// The fused MLP's kernels: 64 x 5 and a wide one, inference and training.
//
// kernel fused_mlp_inference.*FusedMLPILi64E: 160 registers, tensor cores
// kernel fused_mlp_training.*FusedMLPILi64E: 240 registers, tensor cores
// kernel fused_mlp_training.*FusedMLPILi128E: 248 registers, tensor cores
// kernel add_fused_gradients: 32 registers
#include <tenet/backend/cuda/fused_mlp.cuh>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/math/relu.hpp>

using namespace tenet;

namespace {

template <int Width>
using Hidden = cuda::FusedLayer<Width, math::ReLU>;
using Deep = cuda::FusedMLP<64, Hidden<64>, Hidden<64>, Hidden<64>, Hidden<64>, Hidden<64>,
                            cuda::FusedLayer<16, math::Identity>>;
using Wide = cuda::FusedMLP<128, Hidden<128>, cuda::FusedLayer<10, math::Identity>>;

struct RowStore {
    float* y;
    int stride;

    TENET_HOST_DEVICE void operator()(std::int64_t sample, int feature, float value) const {
        y[sample * stride + feature] = value;
    }
};

struct GradientStore {
    float* gradients;

    TENET_HOST_DEVICE void operator()(std::int64_t, std::int64_t, std::int64_t j, float sum) const {
        gradients[j] = sum;
    }
};

}  // namespace

void launch(cudaStream_t stream, cuda::FusedParameters<6> deep, cuda::FusedParameters<2> wide,
            cuda::FusedBatch<float> batch, float* partial, RowStore y, GradientStore gradients) {
    cuda::launch_fused_inference<BF16, Deep>(stream, deep, batch.x, batch.samples, y);
    cuda::launch_fused_training<BF16, Deep>(stream, deep, batch, CrossEntropy{}, 0.1f, nullptr, partial, gradients);
    cuda::launch_fused_training<BF16, Wide>(stream, wide, batch, CrossEntropy{}, 0.1f, nullptr, partial, gradients);
}
