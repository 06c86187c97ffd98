#pragma once

#include <cstdint>

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// What a loss's gradient is multiplied by where gradients are stored in a format of narrow range, `FP16`: small ones
/// would be 0 there. A gradient that is not finite halves it, and that step is not taken; after `growth_interval` steps
/// in a row it doubles. PyTorch: torch.amp.GradScaler, with its defaults (https://pytorch.org/docs/stable/amp.html).
struct LossScale {
    TENET_LOCAL static constexpr std::int32_t growth_interval = 2000;

    float scale = 0x1p16f;
    std::int32_t good_steps = 0;  ///< taken since the scale changed
    std::int64_t skipped = 0;     ///< steps not taken since the run began: the optimizer does not count them

    bool operator==(const LossScale&) const = default;
};

}  // namespace tenet
