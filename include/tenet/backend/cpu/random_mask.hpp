#pragma once

#include <tenet/backend/cpu/family.hpp>
#include <tenet/core/dropout_bits.hpp>
#include <tenet/operations/random_mask.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

/// y = x * mask; the same call on the gradient is the backward pass.
struct ApplyMask {
    template <class T>
    static TENET_INLINE void run(std::int64_t count, float probability, const Generator* generator,
                                 std::uint32_t sample, const T* x, T* y) {
        T factors[dropout_block];
        std::int64_t i = 0;
        for (; i + dropout_block <= count; i += dropout_block) {
            dropout_factors(*generator, probability, sample, static_cast<std::uint32_t>(i / dropout_block), factors);
            for (int k = 0; k < dropout_block; ++k) y[i + k] = x[i + k] * factors[k];
        }
        if (i < count)
            dropout_factors(*generator, probability, sample, static_cast<std::uint32_t>(i / dropout_block), factors);
        for (int k = 0; i < count; ++i, ++k) y[i] = x[i] * factors[k];
    }
};

/// As ApplyMask for elements that come `alike` at a time.
struct ApplySharedMask {
    template <class T>
    static TENET_INLINE void run(std::int64_t count, std::int64_t alike, float probability, const Generator* generator,
                                 std::uint32_t sample, const T* x, T* y) {
        T factors[dropout_block];
        std::uint32_t block = 0;
        for (std::int64_t i = 0; i < count; ++block) {
            dropout_factors(*generator, probability, sample, block, factors);
            for (int k = 0; k < dropout_block && i < count; ++k)
                for (const std::int64_t end = i + alike; i < end; ++i) y[i] = x[i] * factors[k];
        }
    }
};

}  // namespace detail

template <>
struct Family<operations::RandomMask> : NoScratch {
    using Op = operations::RandomMask;

    template <class Isa, class, class T>
    static void forward(const Op& op, Block<const T> x, Weights, Block<T> y, T*, const TaskContext& context) {
        apply<Isa>(op, x, y, context);
    }
    template <class Isa, class, class T>
    static void backward(const Op& op, Block<const T>, Block<const T>, Block<const T> dy, Weights, Block<T> dx,
                         Gradients, T*, const TaskContext& context) {
        if (dx) apply<Isa>(op, dy, dx, context);
    }

  private:
    template <class Isa, class T>
    static void apply(const Op& op, Block<const T> from, Block<T> to, const TaskContext& context) {
        const Generator generator{context.seed, Stream::dropout, context.node, context.step};
        for (int g = 0; g < context.groups; ++g) {
            const std::uint32_t sample = context.sample + static_cast<std::uint32_t>(g * lanes_of<T>);
            if (op.alike == 1)
                call<Isa, detail::ApplyMask>(op.count, op.probability, &generator, sample, from[g], to[g]);
            else
                call<Isa, detail::ApplySharedMask>(op.count, op.alike, op.probability, &generator, sample, from[g], to[g]);
        }
    }
};

}  // namespace tenet::cpu
