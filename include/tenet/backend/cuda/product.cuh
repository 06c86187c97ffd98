#pragma once

#include <tenet/backend/cuda/device_block.cuh>
#include <tenet/backend/cuda/product_kernel.hpp>

namespace TENET_NAMESPACE::cuda {

namespace detail {

template <class Precision, int Rows, class A, class B, class Store>
__global__ void __launch_bounds__(128, Rows == large_tile_rows ? 3 : 4)
    product(device::ProductExtents extents, ProductPlan plan, A a, B b, Store store, float* scratch) {
    using Kernel = ProductKernel<Precision, Rows>;
    alignas(16) __shared__ std::uint32_t shared[Kernel::shared_words];
    Kernel::run(DeviceBlock<Kernel::warps>{}, shared, blockIdx.x, extents, plan, a, b, store, scratch);
}

template <class Store>
__global__ void __launch_bounds__(256)
    add_parts(device::ProductExtents extents, ProductPlan plan, const float* scratch, Store store) {
    __shared__ std::uint32_t shared[AddParts::shared_words];
    AddParts::run(DeviceBlock<AddParts::warps>{}, shared, blockIdx.x, extents, plan, scratch, store);
}

}  // namespace detail

/// Enqueues store(z, m, n, sum over k of a(z, m, k) * b(z, k, n)) for every output, without waiting for it.
///
/// `scratch` holds `product_plan(extents).scratch(extents)` floats until the product is done. Requires extents below
/// 2^31. What the launches report is in cudaGetLastError.
template <class Precision, class A, class B, class Store>
void launch_product(cudaStream_t stream, const device::ProductExtents& extents, const A& a, const B& b,
                    const Store& store, float* scratch) {
    const ProductPlan plan = product_plan(extents);
    if (plan.blocks == 0) return;
    const auto blocks = static_cast<unsigned>(plan.blocks);
    if (plan.large_tiles)
        detail::product<Precision, large_tile_rows><<<blocks, 128, 0, stream>>>(extents, plan, a, b, store, scratch);
    else
        detail::product<Precision, small_tile_rows><<<blocks, 128, 0, stream>>>(extents, plan, a, b, store, scratch);
    if (plan.parts > 1)
        detail::add_parts<<<static_cast<unsigned>(AddParts::blocks(extents)), 256, 0, stream>>>(extents, plan, scratch,
                                                                                                store);
}

}  // namespace tenet::cuda
