#pragma once

#include <tenet/optimizers/adam.hpp>

namespace TENET_NAMESPACE {

/// Adam whose weight decay acts on the weight and not on the moments: w *= 1 - learning_rate * weight_decay, then
/// Adam's step without decay. https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html,
/// https://arxiv.org/abs/1711.05101
struct AdamW {
    TENET_LOCAL static constexpr int state_count = Adam::state_count;
    using StepConstants = Adam::StepConstants;

    double learning_rate = 1e-3;
    double betas[2] = {0.9, 0.999};
    double eps = 1e-8;
    double weight_decay = 1e-2;
    bool amsgrad = false;

    template <class Self, class Visit>
    static constexpr void hyper_parameters(Self& self, Visit&& visit) {
        Adam::hyper_parameters(self, visit);
    }

    void check() const { Adam{learning_rate, {betas[0], betas[1]}, eps, weight_decay, amsgrad}.check("AdamW"); }

    TENET_HOST_DEVICE constexpr int used_states() const { return amsgrad ? 3 : 2; }

    TENET_HOST_DEVICE StepConstants constants(std::int64_t step) const {
        StepConstants c = Adam{learning_rate, {betas[0], betas[1]}, eps, 0.0, amsgrad}.constants(step);
        c.shrink = static_cast<float>(1 - learning_rate * weight_decay);
        return c;
    }

    template <class T>
    TENET_HOST_DEVICE TENET_INLINE void update(T& weight, T gradient, T* state, const StepConstants& c) const {
        Adam{}.update(weight, gradient, state, c);
    }

    bool operator==(const AdamW&) const = default;
};

}  // namespace tenet
