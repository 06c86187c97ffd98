// The product's kernels, over matrices in memory and over the patches of a convolution: three blocks of large tiles fit into
// a multiprocessor, four of small ones.
//
// kernel product.*(BF16|TF32)ELi64: 168 registers, tensor cores
// kernel product.*(BF16|TF32)ELi16: 128 registers, tensor cores
// kernel product.*FP32ELi64: 168 registers
// kernel product.*FP32ELi16: 128 registers
// kernel add_parts: 32 registers
#include <tenet/backend/cuda/product.cuh>

using namespace tenet;

namespace {

struct BiasStore {
    float* y;
    const float* bias;
    int stride;

    TENET_HOST_DEVICE void operator()(std::int64_t, std::int64_t m, std::int64_t n, float sum) const {
        y[n * stride + m] = sum + bias[m];
    }
};

// Row (c, r, s), column (sample, p, q).
struct Patches {
    const float* x;
    int channels, height, width, kernel, out_height, out_width;

    TENET_HOST_DEVICE float operator()(int z, int row, int column) const {
        const int taps = kernel * kernel, outs = out_height * out_width;
        const int r = row % taps / kernel, s = row % kernel, p = column % outs / out_width, q = column % out_width;
        const int h = p + r - kernel / 2, w = q + s - kernel / 2;
        if (h < 0 || h >= height || w < 0 || w >= width) return 0.0f;
        return x[((static_cast<std::int64_t>(column / outs) * channels + z + row / taps) * height + h) * width + w];
    }
};

using Weights = device::Matrix<float>;
using Numbers = device::Matrix<bfloat16>;

}  // namespace

void launch(cudaStream_t stream, Weights w, Numbers x, Patches patches, BiasStore store, float* scratch) {
    const device::ProductExtents extents{1, 256, 256, 784};
    cuda::launch_product<BF16>(stream, extents, w, x, store, scratch);
    cuda::launch_product<BF16>(stream, extents, w, patches, store, scratch);
    cuda::launch_product<TF32>(stream, extents, w, w, store, scratch);
    cuda::launch_product<FP32>(stream, extents, w, w, store, scratch);
}
