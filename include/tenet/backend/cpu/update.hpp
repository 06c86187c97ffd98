#pragma once

#include <cstdint>

#include <tenet/backend/cpu/isa.hpp>

namespace tenet::cpu {

/// Most state tensors of an optimizer.
inline constexpr int max_optimizer_states = 4;

struct StatePointers {
    float* tensors[max_optimizer_states]{};
};

/// weights[i], states[i] by the optimizer's formula for i in [0, count).
template <class Optimizer>
struct UpdateRange {
    static_assert(Optimizer::state_count <= max_optimizer_states);

    template <class T>
    static TENET_INLINE void run(const Optimizer* optimizer, const typename Optimizer::StepConstants* constants,
                                 float* weights, const float* gradients, StatePointers states, std::int64_t count) {
        const auto constants_here = *constants;  // stores to weights cannot change a copy
        const Optimizer optimizer_here = *optimizer;
        std::int64_t i = 0;
        for (; i + lanes_of<T> <= count; i += lanes_of<T>)
            one<T>(optimizer_here, constants_here, weights, gradients, states, i);
        for (; i < count; ++i) one<float>(optimizer_here, constants_here, weights, gradients, states, i);
    }

  private:
    template <class T>
    static TENET_INLINE void one(const Optimizer& optimizer, const typename Optimizer::StepConstants& constants,
                                 float* weights, const float* gradients, const StatePointers& states, std::int64_t i) {
        constexpr int most = Optimizer::state_count > 0 ? Optimizer::state_count : 1;
        const int used = optimizer.used_states();
        T weight = load<T>(weights + i);
        T state[most];
        for (int s = 0; s < most; ++s) state[s] = s < used ? load<T>(states.tensors[s] + i) : T(0.0f);
        optimizer.update(weight, load<T>(gradients + i), state, constants);
        store(weights + i, weight);
        for (int s = 0; s < most; ++s)
            if (s < used) store(states.tensors[s] + i, state[s]);
    }
};

}  // namespace tenet::cpu
