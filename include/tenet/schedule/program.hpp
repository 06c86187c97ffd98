#pragma once

#include <tenet/memory/plan.hpp>
#include <tenet/schedule/steps.hpp>

namespace tenet::schedule {

namespace detail {

/// Lifetimes in steps: the input arrives at 0, group g runs forward at g + 1 and backward at the mirrored step.
/// Buffers 0 .. storages - 1 are values, the following their gradients.
template <class S, int... G>
constexpr auto lifetimes(std::integer_sequence<int, G...>) {
    constexpr int storages = S::storage_count, groups = S::group_count;
    constexpr int loss = groups + 1, last = 2 * groups + 2;
    constexpr bool saves_input[]{S::template Operation<G>::saves_input..., false};
    constexpr bool saves_output[]{S::template Operation<G>::saves_output..., false};
    memory::Plan<2 * storages> plan;
    const auto use = [&](int buffer, int step) {
        memory::Buffer& b = plan.buffers[buffer];
        if (step < b.first) b.first = step;
        if (step > b.last) b.last = step;
    };
    for (int s = 0; s < storages; ++s) {
        plan.buffers[s] = {S::size(s), last, -1, 0};
        plan.buffers[storages + s] = {S::needs_gradient(s) ? S::size(s) : 0, last, -1, 0};
        if (S::clears_gradient(s)) use(storages + s, loss);
    }
    use(0, 0);
    for (int g = 0; g < groups; ++g) {
        const int forward = g + 1, backward = last - 1 - g;
        const fusion::Group& it = S::group(g);
        const int out = it.output.storage;
        const bool runs = S::runs_backward(g);
        use(out, forward);
        // The activation fused into a group has its derivative taken from its output.
        if (runs && (saves_output[g] || it.epilogue >= 0)) use(out, backward);
        if (runs) use(storages + out, backward);
        for (int k = 0; k < it.input_count; ++k) {
            const int in = it.inputs[k].storage;
            use(in, forward);
            if (runs && saves_input[g]) use(in, backward);
            if (S::wants_gradient(g, k)) use(storages + in, backward);
        }
        if (S::deferred(g)) plan.buffers[storages + out].size = 0;  // kept for the batch, outside
    }
    const int output = S::grouping.output.storage;
    use(output, loss);
    if (S::mode == Mode::training) use(storages + output, loss);
    if (S::input_gradient) use(storages, last);
    return plan;
}

}  // namespace detail

/// What a backend runs: the steps, and where each storage lies in one block of memory, per sample.
template <class Net, Mode M, bool InputGradient = false, class Rules = fusion::Rules>
struct Program : Steps<Net, M, InputGradient, Rules> {
    using Base = Steps<Net, M, InputGradient, Rules>;

    static constexpr auto plan =
        memory::place(detail::lifetimes<Base>(std::make_integer_sequence<int, Base::group_count>{}));
    static_assert(memory::sound(plan), "two buffers that live at the same time overlap");

    static constexpr std::int64_t value_offset(int storage) { return plan.buffers[storage].offset; }
    static constexpr std::int64_t gradient_offset(int storage) {
        return plan.buffers[Base::storage_count + storage].offset;
    }
};

}  // namespace tenet::schedule
