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
    const auto extend = [](memory::Buffer& buffer, int step) {
        if (buffer.last < step) buffer.last = step;
    };
    for (int s = 0; s < storages; ++s) {
        const int producer = S::producer(s);
        memory::Buffer &value = plan.buffers[s], &gradient = plan.buffers[storages + s];
        value = {S::shape(s).count(), producer + 1, producer + 1, 0};
        gradient = {S::needs_gradient(s) ? value.size : 0, last, last - 1 - producer, 0};
    }
    for (int g = 0; g < groups; ++g) {
        const int forward = g + 1, backward = last - 1 - g;
        const fusion::Group& it = S::group(g);
        memory::Buffer &in = plan.buffers[it.input], &out = plan.buffers[it.output];
        memory::Buffer &in_gradient = plan.buffers[storages + it.input],
                       &out_gradient = plan.buffers[storages + it.output];
        // What the backward pass of the group reads.
        const bool needed = S::needs_gradient(it.input) || S::trained(g);
        const bool epilogue = it.epilogue >= 0 && S::needs_gradient(it.output);
        extend(in, forward);
        if (needed && saves_input[g]) extend(in, backward);
        if ((needed && saves_output[g]) || epilogue) extend(out, backward);
        if (in_gradient.first > backward) in_gradient.first = backward;
        if (S::deferred(g)) out_gradient.size = 0;  // kept for the batch, outside
    }
    extend(plan.buffers[S::grouping.output], loss);
    memory::Buffer& result_gradient = plan.buffers[storages + S::grouping.output];
    if (result_gradient.first > loss) result_gradient.first = loss;
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
