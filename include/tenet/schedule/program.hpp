#pragma once

#include <tenet/memory/plan.hpp>
#include <tenet/schedule/steps.hpp>

namespace tenet::schedule {

/// What the backward pass of a group reads.
struct Reads {
    bool input = false, output = false;
};

/// Lifetimes in steps: the input arrives at 0, group g runs forward at g + 1 and backward at the mirrored step. Buffers
/// 0 .. storages - 1 are values, the following their gradients. `reads` is told by group.
template <int B, int N>
constexpr memory::Plan<B> lifetimes(const Outline<N>& outline, const Reads* reads) {
    const int storages = outline.grouping.storage_count, groups = outline.grouping.count;
    const int loss = groups + 1, last = 2 * groups + 2;
    memory::Plan<B> plan;
    const auto use = [&](int buffer, int step) {
        memory::Buffer& b = plan.buffers[buffer];
        if (step < b.first) b.first = step;
        if (step > b.last) b.last = step;
    };
    for (int s = 0; s < storages; ++s) {
        plan.buffers[s] = {outline.size(s), last, -1, 0};
        plan.buffers[storages + s] = {outline.needs_gradient(s) ? outline.size(s) : 0, last, -1, 0};
        if (outline.clears_gradient(s)) use(storages + s, loss);
    }
    use(0, 0);
    for (int g = 0; g < groups; ++g) {
        const int forward = g + 1, backward = last - 1 - g;
        const fusion::Group& it = outline.group(g);
        const int out = it.output.storage;
        const bool runs = outline.runs_backward(g);
        use(out, forward);
        // The activation fused into a group has its derivative taken from its output.
        if (runs && (reads[g].output || it.epilogue >= 0)) use(out, backward);
        if (runs) use(storages + out, backward);
        for (int k = 0; k < it.input_count; ++k) {
            const int in = it.inputs[k].storage;
            use(in, forward);
            if (runs && reads[g].input && !outline.deferred(g) && !it.adds(k)) use(in, backward);
            if (outline.wants_gradient(g, k)) use(storages + in, backward);
        }
        if (outline.deferred(g)) plan.buffers[storages + out].size = 0;  // kept for the batch, outside
    }
    const int output = outline.grouping.output.storage;
    use(output, loss);
    if (outline.mode == Mode::training) use(storages + output, loss);
    if (outline.input_gradient) use(storages, last);
    return plan;
}

/// What a backend runs: the steps, and where each storage lies in one block of memory, per sample.
template <class Net, Mode M, bool InputGradient = false, class Rules = fusion::Rules>
struct Program : Steps<Net, M, InputGradient, Rules> {
    using Base = Steps<Net, M, InputGradient, Rules>;

    static constexpr auto plan = []<int... G>(std::integer_sequence<int, G...>) {
        constexpr Reads reads[]{
            Reads{Base::template Operation<G>::saves_input, Base::template Operation<G>::saves_output}..., Reads{}};
        return memory::place(lifetimes<2 * Base::storage_count>(Base::outline, reads));
    }
    (std::make_integer_sequence<int, Base::group_count>{});
    static_assert(memory::sound(plan), "two buffers that live at the same time overlap");
};

}  // namespace tenet::schedule
