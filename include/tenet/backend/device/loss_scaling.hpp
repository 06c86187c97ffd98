#pragma once

#include <cstdint>
#include <type_traits>

#include <tenet/config.hpp>
#include <tenet/core/loss_scale.hpp>

namespace TENET_NAMESPACE::device {

/// A loss scale in the device's memory, and what the step under way has found.
struct LossScaleOnDevice {
    LossScale value;
    float not_finite = 0.0f;  // gradients
};

/// How a step scales its loss: not at all.
struct UnscaledLoss {
    TENET_LOCAL static constexpr bool scales = false;

    const float* on_device() const { return nullptr; }
    TENET_HOST_DEVICE float factor() const { return 1.0f; }
    TENET_HOST_DEVICE bool skips() const { return false; }
    TENET_HOST_DEVICE std::int64_t skipped() const { return 0; }
    TENET_HOST_DEVICE void end_step() const {}
};

/// By a scale that lies in the device's memory: the host sees nothing of it.
struct ScaledLoss {
    TENET_LOCAL static constexpr bool scales = true;
    LossScaleOnDevice* state = nullptr;

    /// Where the factor lies.
    const float* on_device() const { return &state->value.scale; }
    TENET_HOST_DEVICE float factor() const { return state->value.scale; }
    /// Whether a gradient was not finite.
    TENET_HOST_DEVICE bool skips() const { return state->not_finite > 0.0f; }
    TENET_HOST_DEVICE std::int64_t skipped() const { return state->value.skipped; }
    TENET_HOST_DEVICE void end_step() const {
        LossScale& value = state->value;
        if (skips()) {
            value = {0.5f * value.scale, 0, value.skipped + 1};
        } else if (++value.good_steps == LossScale::growth_interval) {
            const float doubled = 2.0f * value.scale;
            value = {doubled <= 0x1p127f ? doubled : value.scale, 0, value.skipped};
        }
    }
};

template <class Precision>
using LossScalingOf = std::conditional_t<Precision::needs_loss_scale, ScaledLoss, UnscaledLoss>;

/// The terms of a sum that counts gradients which are not finite: each is divided by the scale as it is read.
struct Unscale {
    float* gradients;
    ScaledLoss scaling;

    TENET_HOST_DEVICE float operator()(std::int64_t, std::int64_t i) const {
        const float gradient = gradients[i];
        gradients[i] = gradient / scaling.factor();
        return gradient - gradient == 0.0f ? 0.0f : 1.0f;
    }
};

struct StoreNotFinite {
    ScaledLoss scaling;

    TENET_HOST_DEVICE void operator()(std::int64_t, float count) const { scaling.state->not_finite = count; }
};

}  // namespace tenet::device
