#pragma once

#include <cstdint>

#include <tenet/backend/cpu/isa.hpp>
#include <tenet/core/batch.hpp>
#include <tenet/metrics/argmax.hpp>

namespace tenet::cpu {

namespace detail {

/// The loss and its gradient for one group of lanes; `scale` is 1/batch in lanes that hold a sample and 0 in the
/// others.
template <class Loss>
struct LossStep {
    template <class T>
    static TENET_INLINE StepResult run(const Loss* loss, const T* output, int count, const std::int32_t* labels,
                                       const T* target, const float* scale, T* gradient) {
        const T s = load<T>(scale);
        StepResult result;
        T losses;
        if constexpr (Loss::takes_labels) {
            const auto label = *reinterpret_cast<const integer_of<T>*>(labels);
            losses = loss->gradient(output, count, label, s, gradient);
            const auto place = argmax(output, count);
            for (int l = 0; l < lanes_of<T>; ++l) result.correct += scale[l] != 0.0f && place[l] == labels[l];
        } else {
            losses = loss->gradient(output, target, count, s, gradient);
        }
        for (int l = 0; l < lanes_of<T>; ++l)
            if (scale[l] != 0.0f) result.loss += lane(losses, l);
        return result;
    }
};

template <class Isa, class Loss>
StepResult loss_code(const void* loss, const float* output, int count, const std::int32_t* labels, const float* target,
                     const float* scale, float* gradient) {
    using T = Value<Isa>;
    return call<Isa, LossStep<Loss>>(static_cast<const Loss*>(loss), reinterpret_cast<const T*>(output), count, labels,
                                     reinterpret_cast<const T*>(target), scale, reinterpret_cast<T*>(gradient));
}

}  // namespace detail

/// A loss without its type.
struct AnyLoss {
    const void* loss = nullptr;
    bool takes_labels = true;
    StepResult (*gradient)(const void* loss, const float* output, int count, const std::int32_t* labels,
                           const float* target, const float* scale, float* gradient) = nullptr;
};

template <class Isa, class Loss>
AnyLoss any_loss(const Loss& loss) {
    return {&loss, Loss::takes_labels, detail::loss_code<Isa, Loss>};
}

}  // namespace tenet::cpu
