#pragma once

#include <tenet/backend/device/family.hpp>
#include <tenet/core/dropout_bits.hpp>
#include <tenet/operations/random_mask.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// to = from where the mask keeps it, times 1 / (1 - p), else 0. The decisions are those of every backend.
template <class Storage, class Store>
struct ApplyMask {
    operations::RandomMask op;
    Seed seed;
    std::uint32_t node;
    const std::uint64_t* step;
    Numbers<Storage> from;
    Store to;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const Generator generator{seed, Stream::dropout, node, *step};
        const bool keep = dropout_keep<float>(generator, op.probability, static_cast<std::uint32_t>(s),
                                              static_cast<std::uint32_t>(i / op.alike));
        const float scale = op.probability < 1 ? 1 / (1 - op.probability) : 0.0f;
        to(s, i, keep ? from(s, i) * scale : 0.0f);
    }
};

}  // namespace detail

template <>
struct Family<operations::RandomMask> : KeepsNothing {
    using Op = operations::RandomMask;

    template <class, class System, class Storage>
    static void forward(System& system, const Op& op, const Operands<Storage>& o) {
        using Store = Result<math::Identity, Storage>;
        for_each_number(system, o.samples, op.count,
                        detail::ApplyMask<Storage, Store>{op, o.seed, o.node, o.step, {o.x[0]}, {o.y, {}}});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        using Store = InputGradient<Storage>;
        if (o.dx[0])
            for_each_number(system, o.samples, op.count,
                            detail::ApplyMask<Storage, Store>{op, o.seed, o.node, o.step, {o.dy}, o.dx[0]});
    }
};

}  // namespace tenet::device
