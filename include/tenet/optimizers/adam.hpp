#pragma once

#include <cmath>
#include <cstdint>

#include <tenet/core/expect.hpp>
#include <tenet/optimizers/optimizer.hpp>

namespace TENET_NAMESPACE {

/// Adaptive moments, in step t: g += weight_decay * w; m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) *
/// g^2; w -= learning_rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps). With amsgrad the largest v so far
/// stands in the place of v in the last line. https://pytorch.org/docs/stable/generated/torch.optim.Adam.html,
/// https://arxiv.org/abs/1412.6980
struct Adam {
    TENET_LOCAL static constexpr int state_count = 3;

    double learning_rate = 1e-3;
    double betas[2] = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 0.0;
    bool amsgrad = false;

    template <class Self, class Visit>
    static constexpr void hyper_parameters(Self& self, Visit&& visit) {
        visit("learning_rate", self.learning_rate);
        visit("betas[0]", self.betas[0]);
        visit("betas[1]", self.betas[1]);
        visit("eps", self.eps);
        visit("weight_decay", self.weight_decay);
        visit("amsgrad", self.amsgrad);
    }

    /// As PyTorch's: betas lie in [0, 1), no other number is negative, infinite or NaN.
    void check() const { check("Adam"); }
    void check(const char* name) const {
        detail::expect_not_negative(name, "learning_rate", learning_rate);
        detail::expect(betas[0] >= 0.0 && betas[0] < 1.0, name, "betas[0]", "0 or more and less than 1", betas[0]);
        detail::expect(betas[1] >= 0.0 && betas[1] < 1.0, name, "betas[1]", "0 or more and less than 1", betas[1]);
        detail::expect_not_negative(name, "eps", eps);
        detail::expect_not_negative(name, "weight_decay", weight_decay);
    }

    struct StepConstants {
        float shrink, weight_decay;  // the decay that acts on the weight itself (AdamW), and by way of the gradient
        float add_m, beta2, add_v;
        float step_size, denominator_scale, eps;
        bool amsgrad;
    };

    TENET_HOST_DEVICE constexpr int used_states() const { return amsgrad ? 3 : 2; }

    TENET_HOST_DEVICE StepConstants constants(std::int64_t step) const {
        const double t = static_cast<double>(step);
        return {1.0f,
                static_cast<float>(weight_decay),
                static_cast<float>(1 - betas[0]),
                static_cast<float>(betas[1]),
                static_cast<float>(1 - betas[1]),
                static_cast<float>(learning_rate / (1 - std::pow(betas[0], t))),
                static_cast<float>(1 / std::sqrt(1 - std::pow(betas[1], t))),
                static_cast<float>(eps),
                amsgrad};
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE void update(T& weight, T gradient, T* state, const StepConstants& c) const {
        const T w = weight * T(c.shrink);
        const T g = multiply_add(T(c.weight_decay), w, gradient);
        state[0] = multiply_add(T(c.add_m), g - state[0], state[0]);
        state[1] = multiply_add(T(c.add_v) * g, g, T(c.beta2) * state[1]);
        T v = state[1];
        if (c.amsgrad) v = state[2] = select(state[2] > v, state[2], v);
        weight = w - T(c.step_size) * state[0] / multiply_add(square_root(v), T(c.denominator_scale), T(c.eps));
    }

    bool operator==(const Adam&) const = default;
};

}  // namespace tenet
