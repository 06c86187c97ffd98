#pragma once

#include <tenet/backend/device/family.hpp>
#include <tenet/operations/concat.hpp>
#include <tenet/operations/product.hpp>
#include <tenet/operations/sum.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

template <class Formula, class Storage>
struct SumForward {
    int input_count;
    Rows<Storage> x[LeafNode::max_inputs];
    Result<Formula, Storage> result;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        float total = static_cast<float>(x[0][s][i]);
        for (int k = 1; k < input_count; ++k) total += static_cast<float>(x[k][s][i]);
        result(s, i, total);
    }
};

/// dx = what `Values` gives.
template <class Values, class Storage>
struct PassGradient {
    Values values;
    InputGradient<Storage> dx;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const { dx(s, i, values(s, i)); }
};

/// x[s][i] * f[s][i], or * f[s][c] where the second factor has one number for each channel.
template <class Storage>
struct Factors {
    Rows<Storage> x, f;
    std::int64_t plane;  // 1 if the second factor is alike

    TENET_HOST_DEVICE float operator()(std::int64_t s, std::int64_t i) const {
        return static_cast<float>(x[s][i]) * static_cast<float>(f[s][i / plane]);
    }
};

template <class Storage>
struct MultiplyForward {
    Factors<Storage> factors;
    Rows<Storage> y;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        y[s][i] = static_cast<Storage>(factors(s, i));
    }
};

/// df[s][c] = the sum over i of dy[s][c][i] x[s][c][i].
template <class Storage>
struct ProductsOfChannel {
    Rows<Storage> dy, x;
    std::int64_t channels, plane;

    TENET_HOST_DEVICE float operator()(std::int64_t j, std::int64_t t) const {
        const std::int64_t s = j / channels, i = j % channels * plane + t;
        return static_cast<float>(dy[s][i]) * static_cast<float>(x[s][i]);
    }
};
template <class Storage>
struct ChannelStore {
    InputGradient<Storage> dx;
    std::int64_t channels;

    TENET_HOST_DEVICE void operator()(std::int64_t j, float sum) const { dx(j / channels, j % channels, sum); }
};

template <class Storage>
struct Copy {
    Rows<Storage> x, y;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const { y[s][i] = x[s][i]; }
};

}  // namespace detail

template <>
struct Family<operations::Sum> : KeepsNothing {
    using Op = operations::Sum;

    TENET_WHERE_CALLED
    template <class Formula, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op& op, const Operands<Storage>& o) {
        detail::SumForward<Formula, Storage> f{o.input_count, {}, {o.y, o.added}};
        for (int k = 0; k < o.input_count; ++k) f.x[k] = o.x[k];
        for_each_number(system, o.samples, op.count, f);
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        for (int k = 0; k < o.input_count; ++k)
            if (o.dx[k])
                for_each_number(system, o.samples, op.count, detail::PassGradient<Numbers<Storage>, Storage>{{o.dy}, o.dx[k]});
    }
};

template <>
struct Family<operations::Product> : KeepsNothing {
    using Op = operations::Product;

    TENET_WHERE_CALLED
    template <class, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op& op, const Operands<Storage>& o) {
        for_each_number(system, o.samples, op.channels * op.plane,
                        detail::MultiplyForward<Storage>{{o.x[0], o.x[1], plane(op)}, o.y});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        using Gradient = detail::Factors<Storage>;
        const std::int64_t count = op.channels * op.plane;
        if (o.dx[0])
            for_each_number(system, o.samples, count,
                            detail::PassGradient<Gradient, Storage>{{o.dy, o.x[1], plane(op)}, o.dx[0]});
        if (!o.dx[1]) return;
        if (op.by_channel)
            sum(system, o.samples * op.channels, op.plane,
                detail::ProductsOfChannel<Storage>{o.dy, o.x[0], op.channels, op.plane},
                detail::ChannelStore<Storage>{o.dx[1], op.channels});
        else
            for_each_number(system, o.samples, count,
                            detail::PassGradient<Gradient, Storage>{{o.dy, o.x[0], 1}, o.dx[1]});
    }

  private:
    static TENET_HOST_DEVICE std::int64_t plane(const Op& op) { return op.by_channel ? op.plane : 1; }
};

/// One step for each input that has to be copied into its place.
template <>
struct Family<operations::Concat> : KeepsNothing {
    using Op = operations::Concat;

    TENET_WHERE_CALLED
    template <class, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op&, const Operands<Storage>& o) {
        for_each_number(system, o.samples, o.counts[0], detail::Copy<Storage>{o.x[0], o.y});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op&, const Operands<Storage>& o) {
        if (o.dx[0])
            for_each_number(system, o.samples, o.counts[0],
                            detail::PassGradient<Numbers<Storage>, Storage>{{o.dy}, o.dx[0]});
    }
};

}  // namespace tenet::device
