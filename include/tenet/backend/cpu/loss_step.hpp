#pragma once

#include <cstdint>

#include <tenet/backend/cpu/isa.hpp>
#include <tenet/core/batch.hpp>
#include <tenet/metrics/argmax.hpp>

namespace tenet::cpu {

namespace detail {

/// What a loss finds in each lane: the sample's loss, and the place of its largest output.
struct LossLanes {
    static constexpr int most = 16;
    float losses[most];
    std::int32_t places[most];

    /// The sums over lanes that hold a sample; labels are looked at if there are any.
    TENET_NOINLINE StepResult sum(int lanes, const float* scale, const std::int32_t* labels) const {
        StepResult result;
        for (int l = 0; l < lanes; ++l) {
            if (scale[l] == 0.0f) continue;
            result.loss += losses[l];
            result.correct += labels && places[l] == labels[l];
        }
        return result;
    }
};

/// The loss and its gradient for one group of lanes; `scale` is 1/batch in lanes that hold a sample and 0 in the
/// others.
template <class Loss>
struct LossStep {
    template <class T>
    static TENET_INLINE void run(const Loss* loss, const T* output, int count, const std::int32_t* labels,
                                 const T* target, const float* scale, T* gradient, LossLanes* found) {
        const T s = load<T>(scale);
        if constexpr (Loss::takes_labels) {
            const auto label = *reinterpret_cast<const integer_of<T>*>(labels);
            store(found->losses, loss->gradient(output, count, label, s, gradient));
            *reinterpret_cast<integer_of<T>*>(found->places) = argmax(output, count);
        } else {
            store(found->losses, loss->gradient(output, target, count, s, gradient));
        }
    }
};

template <class Isa, class Loss>
StepResult loss_code(const void* loss, const float* output, int count, const std::int32_t* labels, const float* target,
                     const float* scale, float* gradient) {
    using T = Value<Isa>;
    LossLanes found;
    call<Isa, LossStep<Loss>>(static_cast<const Loss*>(loss), reinterpret_cast<const T*>(output), count, labels,
                              reinterpret_cast<const T*>(target), scale, reinterpret_cast<T*>(gradient), &found);
    return found.sum(Isa::lanes, scale, Loss::takes_labels ? labels : nullptr);
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
