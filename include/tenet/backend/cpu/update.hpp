#pragma once

#include <cstdint>

#include <tenet/backend/cpu/isa.hpp>
#include <tenet/backend/cpu/tile.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE::cpu {

/// Most state tensors of an optimizer.
TENET_LOCAL inline constexpr int max_optimizer_states = 4;

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
        // Opaque in each turn: else g++ makes a loop of its own for each number of states, and vectors of the last numbers.
        int used = optimizer_here.used_states();
        for (; i + lanes_of<T> <= count; i += lanes_of<T>) {
            opaque(used);
            one<T>(optimizer_here, constants_here, weights, gradients, states, used, i);
        }
        for (; i < count; ++i) {
            opaque(i);
            one<float>(optimizer_here, constants_here, weights, gradients, states, used, i);
        }
    }

  private:
    template <class T>
    static TENET_INLINE void one(const Optimizer& optimizer, const typename Optimizer::StepConstants& constants,
                                 float* weights, const float* gradients, const StatePointers& states, int used,
                                 std::int64_t i) {
        constexpr int most = Optimizer::state_count > 0 ? Optimizer::state_count : 1;
        T weight = load<T>(weights + i);
        T state[array_bound(most)];
        for (int s = 0; s < most; ++s) state[s] = s < used ? load<T>(states.tensors[s] + i) : T(0.0f);
        optimizer.update(weight, load<T>(gradients + i), state, constants);
        store(weights + i, weight);
        for (int s = 0; s < most; ++s)
            if (s < used) store(states.tensors[s] + i, state[s]);
    }
};

}  // namespace tenet::cpu
