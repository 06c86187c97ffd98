#pragma once

#include <cstdint>

#include <tenet/config.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/core/permutation.hpp>

namespace TENET_NAMESPACE::device {

/// Where a run stands, in the device's memory, so that no step depends on the host.
struct Progress {
    std::uint64_t step = 0;   // steps done
    std::int64_t sample = 0;  // place in the epoch of the next step's first sample
    double loss = 0.0;        // sums since the host last asked
    std::int64_t correct = 0;
};

/// Tensor t takes the floats begins[t] .. begins[t + 1] - 1 of the parameters, and rule[t] of the optimizer's, -1 if it is
/// not trained.
struct TensorTable {
    int count = 0;
    const std::int64_t* begins = nullptr;
    const int* rules = nullptr;

    TENET_HOST_DEVICE int rule_of(std::int64_t i) const {
        int low = 0, high = count;
        while (high - low > 1) {
            const int middle = (low + high) / 2;
            (begins[middle] <= i ? low : high) = middle;
        }
        return rules[low];
    }
};

/// constants[r] = those of rule r for the next step.
template <class Rule, class Scaling>
struct StepConstants {
    const Rule* rules;
    typename Rule::StepConstants* constants;
    const Progress* progress;
    Scaling scaling;

    TENET_HOST_DEVICE void operator()(std::int64_t r) const {
        constants[r] = rules[r].constants(static_cast<std::int64_t>(progress->step) - scaling.skipped() + 1);
    }
};

/// The optimizer's formula for every number of every tensor, unless the step is skipped. State s of number i is
/// states[s * stride + i].
template <class Rule, class Scaling>
struct UpdateParameters {
    TensorTable tensors;
    const Rule* rules;
    const typename Rule::StepConstants* constants;
    float* weights;
    const float* gradients;
    float* states;
    std::int64_t stride;
    Scaling scaling;

    TENET_HOST_DEVICE void operator()(std::int64_t i) const {
        const int r = tensors.rule_of(i);
        if (r < 0 || scaling.skips()) return;
        constexpr int most = Rule::state_count > 0 ? Rule::state_count : 1;
        const int used = rules[r].used_states();
        float weight = weights[i], state[array_bound(most)]{};
        for (int s = 0; s < used; ++s) state[s] = states[s * stride + i];
        rules[r].update(weight, gradients[i], state, constants[r]);
        weights[i] = weight;
        for (int s = 0; s < used; ++s) states[s * stride + i] = state[s];
    }
};

/// index[s] = the sample in place `progress->sample + s` of the epoch.
struct DrawSamples {
    const Permutation* order;  // none: as they lie
    const Progress* progress;
    std::int64_t* index;

    TENET_HOST_DEVICE void operator()(std::int64_t s) const {
        const std::int64_t place = progress->sample + s;
        index[s] = order ? (*order)(place) : place;
    }
};

/// What a step begins with, in one launch: samples drawn, and the constants of its rules, if it is one of the optimizer's.
template <class Rule, class Scaling>
struct BeginStep {
    std::int64_t samples, rules;
    DrawSamples draw;
    StepConstants<Rule, Scaling> constants;

    TENET_HOST_DEVICE void operator()(std::int64_t i) const {
        if (i < samples) draw(i);
        if (i < rules) constants(i);
    }
};

}  // namespace tenet::device
