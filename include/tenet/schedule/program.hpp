#pragma once

#include <tenet/memory/plan.hpp>
#include <tenet/schedule/recomputation.hpp>
#include <tenet/schedule/steps.hpp>

namespace tenet::schedule {

/// Lifetimes in steps: the input arrives at 0, then groups run forward, the loss, and groups run backward in reverse,
/// each in a step of its own; what is computed again has its steps before those that read it. Buffers 0 .. storages - 1
/// are values, the following their gradients, and then come the values that are computed again. `reads` is told by
/// group.
template <int B, int N>
constexpr memory::Plan<B> lifetimes(const Outline<N>& outline, const Reads* reads,
                                    const Recomputation<N>& recomputation = {}) {
    const int storages = outline.grouping.storage_count, groups = outline.grouping.count;
    const int loss = groups + 1, last = 2 * groups + recomputation.groups + 2;
    memory::Plan<B> plan;
    const auto use = [&](int buffer, int step) {
        memory::Buffer& b = plan.buffers[buffer];
        if (step < b.first) b.first = step;
        if (step > b.last) b.last = step;
    };
    const auto in_backward = [&](int storage) { return buffer_in_backward(outline, recomputation, storage); };
    for (int s = 0; s < storages; ++s) {
        plan.buffers[s] = {outline.size(s), last, -1, 0};
        plan.buffers[storages + s] = {outline.needs_gradient(s) ? outline.size(s) : 0, last, -1, 0};
        if (recomputation.again(s)) plan.buffers[in_backward(s)] = plan.buffers[s];
        if (outline.clears_gradient(s)) use(storages + s, loss);
    }
    use(0, 0);
    int step = loss;
    for (int g = groups - 1; g >= 0; --g) {
        const fusion::Group& it = outline.group(g);
        const int out = it.output.storage;
        use(out, g + 1);
        for (int k = 0; k < it.input_count; ++k) use(it.inputs[k].storage, g + 1);
        for (int a = recomputation.first_group(outline.grouping, g); a <= g; ++a) {
            const fusion::Group& again = outline.group(a);
            if (!recomputation.again(again)) continue;
            ++step;
            use(in_backward(again.output.storage), step);
            for (int k = 0; k < again.input_count; ++k) use(in_backward(again.inputs[k].storage), step);
        }
        ++step;
        for_each_read(outline, reads, g, [&](int storage) { use(in_backward(storage), step); });
        if (outline.runs_backward(g)) use(storages + out, step);
        for (int k = 0; k < it.input_count; ++k)
            if (outline.wants_gradient(g, k)) use(storages + it.inputs[k].storage, step);
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

  private:
    struct ReadsOfGroups {
        Reads items[Base::group_count > 0 ? Base::group_count : 1]{};
    };
    static constexpr ReadsOfGroups reads = []<int... G>(std::integer_sequence<int, G...>) {
        return ReadsOfGroups{
            {Reads{Base::template Operation<G>::saves_input, Base::template Operation<G>::saves_output}...}};
    }
    (std::make_integer_sequence<int, Base::group_count>{});

  public:
    static constexpr auto recomputation = recomputation_of(Base::outline, reads.items);
    static constexpr auto plan = memory::place(
        lifetimes<2 * Base::storage_count + recomputation.storages>(Base::outline, reads.items, recomputation));
    static_assert(memory::sound(plan), "two buffers that live at the same time overlap");

    /// The peak of the plan if nothing were computed again.
    static constexpr std::int64_t kept_peak = [] {
        if constexpr (recomputation.storages == 0)
            return plan.peak;
        else
            return memory::place(lifetimes<2 * Base::storage_count>(Base::outline, reads.items)).peak;
    }();
};

}  // namespace tenet::schedule
