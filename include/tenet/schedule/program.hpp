#pragma once

#include <tenet/schedule/recomputation.hpp>
#include <tenet/schedule/steps.hpp>

namespace TENET_NAMESPACE::schedule {

/// What a backend runs: the steps, and where each storage lies in one block of memory, per sample.
template <class Net, Mode M, bool InputGradient = false, class Rules = fusion::Rules, class Order = DepthFirst>
struct Program : Steps<Net, M, InputGradient, Rules, Order> {
    using Base = Steps<Net, M, InputGradient, Rules, Order>;

  private:
    struct ReadsOfGroups {
        Reads items[Base::group_count > 0 ? Base::group_count : 1]{};
    };
    TENET_LOCAL static constexpr ReadsOfGroups reads = []<int... G>(std::integer_sequence<int, G...>) {
        return ReadsOfGroups{
            {Order::template reads<typename Base::template Operation<G>>()...}};
    }
    (std::make_integer_sequence<int, Base::group_count>{});

  public:
    TENET_LOCAL static constexpr auto recomputation = recomputation_of(Base::outline, reads.items);
    TENET_LOCAL static constexpr auto plan = memory::place(
        lifetimes<2 * Base::storage_count + recomputation.storages>(Base::outline, reads.items, recomputation));
    static_assert(memory::sound(plan), "two buffers that live at the same time overlap");

    /// The peak of the plan if nothing were computed again.
    TENET_LOCAL static constexpr std::int64_t kept_peak = [] {
        if constexpr (recomputation.storages == 0)
            return plan.peak;
        else
            return memory::place(lifetimes<2 * Base::storage_count>(Base::outline, reads.items)).peak;
    }();
};

}  // namespace tenet::schedule
