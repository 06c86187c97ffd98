#pragma once

#include <cstdint>
#include <vector>

#include <tenet/backend/cuda/product_kernel.hpp>
#include <tenet/backend/device/product.hpp>
#include <tenet/backend/device/serial.hpp>

#include <support/emulated_block.hpp>

namespace tenet::testing {

/// A device whose products are a GPU's, emulated: the bodies of its kernels, cut as its plan says. The rest is done in
/// order.
template <class Precision>
struct EmulatedSystem : device::Serial<Precision> {
    using device::Serial<Precision>::Serial;

    static constexpr bool has_room_for_a_column(const device::ProductExtents& extents) {
        return cuda::has_room_for_a_column(extents);
    }

    template <class A, class B, class Store>
    void product(const device::ProductExtents& extents, const A& a, const B& b, const Store& store) {
        const cuda::ProductPlan plan = cuda::product_plan(extents);
        float* const partial = this->scratch.take(plan.scratch(extents));
        if (this->rehearsing) return;
        if (plan.large_tiles)
            launch<cuda::large_tile_rows>(extents, plan, a, b, store, partial);
        else
            launch<cuda::small_tile_rows>(extents, plan, a, b, store, partial);
        if (plan.parts > 1)
            emulated_launch<cuda::AddParts::warps>(
                static_cast<int>(cuda::AddParts::blocks(extents)), cuda::AddParts::shared_words,
                [&](const auto& block, std::uint32_t* shared, int number) {
                    cuda::AddParts::run(block, shared, number, extents, plan, partial, store);
                });
    }

  private:
    template <int Rows, class A, class B, class Store>
    static void launch(const device::ProductExtents& extents, const cuda::ProductPlan& plan, const A& a, const B& b,
                       const Store& store, float* partial) {
        using Kernel = cuda::ProductKernel<Precision, Rows>;
        emulated_launch<Kernel::warps>(static_cast<int>(plan.blocks), Kernel::shared_words,
                                       [&](const auto& block, std::uint32_t* shared, int number) {
                                           Kernel::run(block, shared, number, extents, plan, a, b, store, partial);
                                       });
    }
};

}  // namespace tenet::testing
