#pragma once

#include <tenet/backend/cuda/device_block.cuh>
#include <tenet/backend/cuda/fused_mlp_inference.hpp>
#include <tenet/backend/cuda/fused_mlp_training.hpp>

namespace TENET_NAMESPACE::cuda {

/// Blocks at most, for which the weights are brought once: one for each of an H100's multiprocessors. A constant, not
/// the device's number, because the order of a gradient's additions depends on it.
TENET_LOCAL inline constexpr int fused_blocks = 132;

namespace detail {

template <class Precision, class Net, class Number, class Store>
__global__ void __launch_bounds__(fused_warps * 32)
    fused_mlp_inference(FusedParameters<Net::layers> parameters, device::Matrix<Number> x, std::int64_t batch,
                        Store store) {
    extern __shared__ __align__(16) std::uint32_t shared[];
    FusedMLPInference<Precision, Net>::run(DeviceBlock<fused_warps>{}, shared, blockIdx.x, gridDim.x, parameters, x,
                                           batch, store);
}

template <class Precision, class Net, class LossFunction, class Number>
__global__ void __launch_bounds__(fused_warps * 32, 1)
    fused_mlp_training(FusedParameters<Net::layers> parameters, FusedBatch<Number> batch, LossFunction loss,
                       float scale, const float* loss_scale, float* partial) {
    extern __shared__ __align__(16) std::uint32_t shared[];
    FusedMLPTraining<Precision, Net, LossFunction>::run(DeviceBlock<fused_warps>{}, shared, blockIdx.x, gridDim.x,
                                                        parameters, batch, loss,
                                                        loss_scale ? scale * *loss_scale : scale, partial);
}

template <class Store>
__global__ void __launch_bounds__(256) add_fused_gradients(int sums, int blocks, const float* partial, Store store) {
    __shared__ std::uint32_t shared[AddParts::shared_words];
    AddParts::run(DeviceBlock<AddParts::warps>{}, shared, blockIdx.x, {1, 1, sums, 0}, ProductPlan{.parts = blocks},
                  partial, store);
}

inline unsigned fused_blocks_of(std::int64_t tiles) {
    return static_cast<unsigned>(tiles < fused_blocks ? tiles : fused_blocks);
}

}  // namespace detail

/// Enqueues the outputs of a fused MLP for `batch` samples: store(sample, feature, value) for each.
///
/// Requires `fits_fused_inference` of its widths, and x.column_stride == 1. What the launch reports is in
/// cudaGetLastError.
template <class Precision, class Net, class Number, class Store>
void launch_fused_inference(cudaStream_t stream, const FusedParameters<Net::layers>& parameters,
                            const device::Matrix<Number>& x, std::int64_t batch, const Store& store) {
    using Kernel = FusedMLPInference<Precision, Net>;
    if (batch <= 0) return;
    const auto kernel = detail::fused_mlp_inference<Precision, Net, Number, Store>;
    constexpr int bytes = Kernel::shared_words * 4;
    cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
    kernel<<<detail::fused_blocks_of(Kernel::tiles(batch)), detail::fused_warps * 32, bytes, stream>>>(parameters, x,
                                                                                                       batch, store);
}

/// Enqueues forward pass, loss, backward pass and gradients of a fused MLP: store(0, 0, j, sum) for each gradient j of
/// the parameters, in the order W0 [O][I], b0 [O], W1, ..., and, last, for the sum of the samples' losses and for how
/// many of them have their largest output at the label.
///
/// The gradient is that of `scale` times the loss, times `*loss_scale` on the device unless it is null. `partial` holds
/// `fused_training_scratch<Net>()` floats until all is done. Requires `fits_fused_mlp` of the widths, x.column_stride
/// == 1 and activations whose derivative comes from their output.
template <class Precision, class Net, class LossFunction, class Number, class Store>
void launch_fused_training(cudaStream_t stream, const FusedParameters<Net::layers>& parameters,
                           const FusedBatch<Number>& batch, const LossFunction& loss, float scale,
                           const float* loss_scale, float* partial, const Store& store) {
    using Kernel = FusedMLPTraining<Precision, Net, LossFunction>;
    if (batch.samples <= 0) return;
    const auto kernel = detail::fused_mlp_training<Precision, Net, LossFunction, Number>;
    constexpr int bytes = Kernel::shared_words * 4;
    cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
    const unsigned blocks = detail::fused_blocks_of(Kernel::tiles(batch.samples));
    kernel<<<blocks, detail::fused_warps * 32, bytes, stream>>>(parameters, batch, loss, scale, loss_scale, partial);
    const device::ProductExtents sums{1, 1, Kernel::partial_sums, 0};
    detail::add_fused_gradients<<<static_cast<unsigned>(AddParts::blocks(sums)), 256, 0, stream>>>(
        static_cast<int>(sums.n), static_cast<int>(blocks), partial, store);
}

/// Floats that the training of a fused MLP needs between its two kernels.
template <class Net>
constexpr std::int64_t fused_training_scratch() {
    return std::int64_t{fused_blocks} * (Net::parameter(Net::layers) + 2);
}

}  // namespace tenet::cuda
