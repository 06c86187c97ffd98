#pragma once

#include <algorithm>

#include <tenet/backend/cpu/step_code.hpp>
#include <tenet/math/block_sum.hpp>
#include <tenet/operations/concat.hpp>
#include <tenet/operations/product.hpp>
#include <tenet/operations/sum.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

/// to[i] = from[i], or += if `add`.
template <class Isa>
void move_to(const Tensor& from, const Tensor& to, std::int64_t count, bool add, int groups) {
    for (int g = 0; g < groups; ++g)
        if (add)
            add_code<Isa>(from[g], to[g], count);
        else
            std::copy_n(from[g], count * Isa::lanes, to[g]);
}

template <class Formula>
struct SumInputs {
    template <class T>
    static TENET_INLINE void run(const float* const* inputs, int input_count, std::int64_t count, float* y) {
        constexpr int width = lanes_of<T>;
        for (std::int64_t i = 0; i < count; i += width) {
            const std::int64_t at = i + width <= count ? i : count - width;  // the last value is moved back
            T sum = load<T>(inputs[0] + at);
            for (int k = 1; k < input_count; ++k) sum = sum + load<T>(inputs[k] + at);
            store(y + at, Formula::value(sum));
        }
    }
};

/// y[c][i] = x[c][i] * s[c][i], or * s[c]; the second factor has `step` numbers for each channel.
struct MultiplyInputs {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* s, T* y, int channels, std::int64_t plane, bool by_channel,
                                 bool add) {
        for (int c = 0; c < channels; ++c)
            for (std::int64_t i = 0; i < plane; ++i) {
                const std::int64_t at = c * plane + i;
                const T product = x[at] * s[by_channel ? c : at];
                y[at] = add ? y[at] + product : product;
            }
    }
};

/// ds[c] = the sum over i of dy[c][i] x[c][i].
struct MultiplyAndSum {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* dy, T* ds, int channels, std::int64_t plane, bool add) {
        for (int c = 0; c < channels; ++c) {
            const T *const from = x + c * plane, *const gradient = dy + c * plane;
            const T sum = add_in_blocks<T>(plane, [&](T& products, std::int64_t i) TENET_INLINE_LAMBDA {
                products = multiply_add(from[i], gradient[i], products);
            });
            ds[c] = add ? ds[c] + sum : sum;
        }
    }
};

}  // namespace detail

template <>
struct Family<operations::Sum> : NoScratch {
    using Op = operations::Sum;

    template <class Isa, class Formula>
    static void forward(const Op& op, const Operands& o) {
        for (int g = 0; g < o.context->groups; ++g) {
            const float* inputs[LeafNode::max_inputs];
            for (int k = 0; k < o.input_count; ++k) inputs[k] = o.x[k][g];
            call<Isa, detail::SumInputs<Formula>>(static_cast<const float* const*>(inputs), o.input_count,
                                                  op.count * Isa::lanes, o.y[g]);
        }
    }
    template <class Isa>
    static void backward(const Op& op, const Operands& o) {
        for (int k = 0; k < o.input_count; ++k)
            if (o.dx[k].data) detail::move_to<Isa>(o.dy, o.dx[k], op.count, o.adds[k], o.context->groups);
    }
    template <class Isa, class Formula>
    static void forward_single(const Op& op, const SingleOperands& o) {
        if (op.count >= Isa::lanes)
            call<Isa, detail::SumInputs<Formula>>(static_cast<const float* const*>(o.x), o.input_count, op.count, o.y);
        else
            for (std::int64_t i = 0; i < op.count; ++i) {
                float sum = o.x[0][i];
                for (int k = 1; k < o.input_count; ++k) sum += o.x[k][i];
                o.y[i] = Formula::value(sum);
            }
    }
};

template <>
struct Family<operations::Product> : NoScratch {
    using Op = operations::Product;

    template <class Isa, class>
    static void forward(const Op& op, const Operands& o) {
        multiply<Isa>(op, o.x[0], o.x[1], o.y, false, o.context->groups);
    }
    template <class Isa>
    static void backward(const Op& op, const Operands& o) {
        using T = Value<Isa>;
        if (o.dx[0].data) multiply<Isa>(op, o.dy, o.x[1], o.dx[0], o.adds[0], o.context->groups);
        if (!o.dx[1].data) return;
        if (!op.by_channel) return multiply<Isa>(op, o.dy, o.x[0], o.dx[1], o.adds[1], o.context->groups);
        for (int g = 0; g < o.context->groups; ++g)
            call<Isa, detail::MultiplyAndSum>(reinterpret_cast<const T*>(o.x[0][g]),
                                              reinterpret_cast<const T*>(o.dy[g]), reinterpret_cast<T*>(o.dx[1][g]),
                                              op.channels, op.plane, o.adds[1]);
    }
    template <class Isa, class>
    static void forward_single(const Op& op, const SingleOperands& o) {
        detail::MultiplyInputs::run<float>(o.x[0], o.x[1], o.y, op.channels, op.plane, op.by_channel, false);
    }

  private:
    template <class Isa>
    static void multiply(const Op& op, const Tensor& x, const Tensor& s, const Tensor& y, bool add, int groups) {
        using T = Value<Isa>;
        for (int g = 0; g < groups; ++g)
            call<Isa, detail::MultiplyInputs>(reinterpret_cast<const T*>(x[g]), reinterpret_cast<const T*>(s[g]),
                                              reinterpret_cast<T*>(y[g]), op.channels, op.plane, op.by_channel, add);
    }
};

/// One step for each input that has to be copied into its place.
template <>
struct Family<operations::Concat> : NoScratch {
    using Op = operations::Concat;

    template <class Isa, class>
    static void forward(const Op&, const Operands& o) {
        detail::move_to<Isa>(o.x[0], o.y, o.counts[0], false, o.context->groups);
    }
    template <class Isa>
    static void backward(const Op&, const Operands& o) {
        if (o.dx[0].data) detail::move_to<Isa>(o.dy, o.dx[0], o.counts[0], o.adds[0], o.context->groups);
    }
    template <class Isa, class>
    static void forward_single(const Op&, const SingleOperands& o) {
        std::copy(o.x[0], o.x[0] + o.counts[0], o.y);
    }
};

}  // namespace tenet::cpu
