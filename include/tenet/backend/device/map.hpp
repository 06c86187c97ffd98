#pragma once

#include <tenet/backend/device/family.hpp>
#include <tenet/operations/map.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

template <class Formula, class Storage>
struct MapForward {
    Rows<Storage> x, y;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        y[s][i] = static_cast<Storage>(Formula::value(static_cast<float>(x[s][i])));
    }
};

template <class Formula, class Storage>
struct MapBackward {
    Rows<Storage> x, y, dy;
    InputGradient<Storage> dx;

    // Where backward reads one of x and y only, the other's place may hold something else by now.
    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const float saved = static_cast<float>((Formula::derivative_from_output ? y : x)[s][i]);
        const float result = Formula::derivative_from_output ? saved : Formula::value(saved);
        dx(s, i, static_cast<float>(dy[s][i]) * Formula::derivative(saved, result));
    }
};

}  // namespace detail

template <class F>
struct Family<operations::Map<F>> : KeepsNothing {
    using Op = operations::Map<F>;

    TENET_WHERE_CALLED
    template <class, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op& op, const Operands<Storage>& o) {
        for_each_number(system, o.samples, op.count, detail::MapForward<F, Storage>{o.x[0], o.y});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        if (o.dx[0])
            for_each_number(system, o.samples, op.count, detail::MapBackward<F, Storage>{o.x[0], o.y, o.dy, o.dx[0]});
    }
};

}  // namespace tenet::device
