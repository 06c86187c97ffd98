#pragma once

#include <cstdint>

#include <tenet/core/bfloat16.hpp>
#include <tenet/core/float16.hpp>

/// What the factors of a network's multiplications are rounded to, a parameter of devices: `CudaWith<FP16>`. Sums are
/// floats in each, and so are parameters, their gradients, the optimizer's state and running averages, as in PyTorch's
/// automatic mixed precision (https://pytorch.org/docs/stable/amp.html).
/// ```
/// using Storage = ...;                        // holds a rounded factor exactly
/// static constexpr float unit_roundoff;       // the largest relative error of rounding (of normal numbers)
/// static constexpr float round(float value);  // what a factor becomes
/// static constexpr bool needs_loss_scale;     // whether gradients leave the range of Storage (core/loss_scale.hpp)
/// ```
namespace TENET_NAMESPACE {

/// Floats as they are. PyTorch: torch.float32, torch.set_float32_matmul_precision("highest").
struct FP32 {
    using Storage = float;
    TENET_LOCAL static constexpr float unit_roundoff = 0.0f;
    TENET_LOCAL static constexpr bool needs_loss_scale = false;

    TENET_HOST_DEVICE static constexpr float round(float value) { return value; }
};

/// 11 bits of significand, the range of a float: to nearest, ties away from zero, as `cvt.rna.tf32.f32` rounds
/// (https://docs.nvidia.com/cuda/parallel-thread-execution/#data-movement-and-conversion-instructions-cvt).
/// PyTorch: torch.set_float32_matmul_precision("high").
struct TF32 {
    using Storage = float;
    TENET_LOCAL static constexpr float unit_roundoff = 0x1p-11f;
    TENET_LOCAL static constexpr bool needs_loss_scale = false;

    TENET_HOST_DEVICE static constexpr float round(float value) {
        const auto bits = __builtin_bit_cast(std::uint32_t, value);
        const bool is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
        return __builtin_bit_cast(float, (is_nan ? bits | 0x400000u : bits + 0x1000u) & 0xffffe000u);
    }
};

/// `bfloat16`: 8 bits of significand, the range of a float. PyTorch: torch.autocast with torch.bfloat16.
struct BF16 {
    using Storage = bfloat16;
    TENET_LOCAL static constexpr float unit_roundoff = 0x1p-8f;
    TENET_LOCAL static constexpr bool needs_loss_scale = false;

    TENET_HOST_DEVICE static constexpr float round(float value) { return bfloat16(value); }
};

/// `float16`: 11 bits of significand, and a range that gradients leave unless the loss is scaled, see `LossScale`.
/// PyTorch: torch.autocast with torch.float16, and torch.amp.GradScaler.
struct FP16 {
    using Storage = float16;
    TENET_LOCAL static constexpr float unit_roundoff = 0x1p-11f;
    TENET_LOCAL static constexpr bool needs_loss_scale = true;

    TENET_HOST_DEVICE static constexpr float round(float value) { return float16(value); }
};

}  // namespace tenet
