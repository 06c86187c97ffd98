#pragma once

#include <cstdint>

#include <tenet/core/expect.hpp>
#include <tenet/optimizers/optimizer.hpp>

namespace TENET_NAMESPACE {

/// Stochastic gradient descent: g += weight_decay * w; v = momentum * v + (1 - dampening) * g, v = g in the first step;
/// w -= learning_rate * (nesterov ? g + momentum * v : v). Without momentum there is no v.
/// https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
struct SGD {
    TENET_LOCAL static constexpr int state_count = 1;

    double learning_rate = 1e-3;
    double momentum = 0.0;
    double dampening = 0.0;
    double weight_decay = 0.0;
    bool nesterov = false;  ///< requires momentum > 0 and dampening 0

    template <class Self, class Visit>
    static constexpr void hyper_parameters(Self& self, Visit&& visit) {
        visit("learning_rate", self.learning_rate);
        visit("momentum", self.momentum);
        visit("dampening", self.dampening);
        visit("weight_decay", self.weight_decay);
        visit("nesterov", self.nesterov);
    }

    /// As PyTorch's: no number is negative, infinite or NaN, and nesterov comes with momentum and without dampening.
    void check() const {
        detail::expect_not_negative("SGD", "learning_rate", learning_rate);
        detail::expect_not_negative("SGD", "momentum", momentum);
        detail::expect_finite("SGD", "dampening", dampening);
        detail::expect_not_negative("SGD", "weight_decay", weight_decay);
        detail::expect(!nesterov || momentum > 0.0, "SGD", "momentum", "more than 0 with nesterov", momentum);
        detail::expect(!nesterov || dampening == 0.0, "SGD", "dampening", "0 with nesterov", dampening);
    }

    struct StepConstants {
        float learning_rate, weight_decay;
        float keep, add;       // v = keep * v + add * g
        float from_v, from_g;  // w -= learning_rate * (from_v * v + from_g * g)
        bool has_momentum;
    };

    TENET_HOST_DEVICE constexpr int used_states() const { return momentum != 0.0 ? 1 : 0; }

    TENET_HOST_DEVICE constexpr StepConstants constants(std::int64_t step) const {
        const bool first = step == 1;
        return {static_cast<float>(learning_rate),
                static_cast<float>(weight_decay),
                first ? 0.0f : static_cast<float>(momentum),
                first ? 1.0f : static_cast<float>(1.0 - dampening),
                nesterov ? static_cast<float>(momentum) : 1.0f,
                nesterov ? 1.0f : 0.0f,
                momentum != 0.0};
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE void update(T& weight, T gradient, T* state, const StepConstants& c) const {
        T g = multiply_add(T(c.weight_decay), weight, gradient);
        if (c.has_momentum) {
            state[0] = multiply_add(T(c.keep), state[0], T(c.add) * g);
            g = multiply_add(T(c.from_v), state[0], T(c.from_g) * g);
        }
        weight = multiply_add(T(-c.learning_rate), g, weight);
    }

    bool operator==(const SGD&) const = default;
};

}  // namespace tenet
