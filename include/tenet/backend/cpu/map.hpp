#pragma once

#include <tenet/backend/cpu/epilogue.hpp>
#include <tenet/backend/cpu/family.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/operations/map.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

template <class Formula>
struct MapForward {
    template <class T>
    static TENET_INLINE void run(const T* x, T* y, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) y[i] = Formula::value(x[i]);
    }
};

// saved: the formula's output, or its input where the derivative needs that.
template <class Formula>
struct MapBackward {
    template <class T>
    static TENET_INLINE void run(const T* saved, const T* dy, T* dx, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            if constexpr (Formula::derivative_from_output)
                dx[i] = dy[i] * Formula::derivative(saved[i], saved[i]);
            else
                dx[i] = dy[i] * Formula::derivative(saved[i], Formula::value(saved[i]));
        }
    }
};

// Neighbouring elements of one sample in the lanes.
template <class Formula>
struct MapSingle {
    template <class T>
    static TENET_INLINE void run(const float* x, float* y, std::int64_t count) {
        constexpr int width = lanes_of<T>;
        std::int64_t i = 0;
        for (; i + width <= count; i += width) store(y + i, Formula::value(load<T>(x + i)));
        if (i < count) {
            const int left = static_cast<int>(count - i);
            // The last number once more where there is none: 0 may be where the formula has a pole.
            float rest[array_bound(width)];
            for (int k = 0; k < width; ++k) rest[k] = x[i + (k < left ? k : left - 1)];
            store(rest, Formula::value(load<T>(rest)));
            for (int k = 0; k < left; ++k) y[i + k] = rest[k];
        }
    }
};

template <class Formula>
struct AddSingle {
    template <class T>
    static TENET_INLINE void run(const float* added, float* y, std::int64_t count) {
        constexpr int width = lanes_of<T>;
        std::int64_t i = 0;
        for (; i + width <= count; i += width) store(y + i, Formula::value(load<T>(y + i) + load<T>(added + i)));
        for (; i < count; ++i) y[i] = Formula::value(y[i] + added[i]);
    }
};

}  // namespace detail

/// y = Formula(y), or Formula(y + added), for `count` numbers of one sample; nothing for the identity.
template <class Isa, class Formula>
void map_single(float* y, std::int64_t count, const float* added = nullptr) {
    if constexpr (adds_value<Formula>)
        call<Isa, detail::AddSingle<Formula>>(added, y, count);
    else if constexpr (!std::is_same_v<Formula, math::Identity>)
        call<Isa, detail::MapSingle<Formula>>(static_cast<const float*>(y), y, count);
}

template <class F>
struct Family<operations::Map<F>> : NoScratch {
    using Op = operations::Map<F>;

    template <class Isa, class Formula, class T>
    static void forward(const Op& op, Block<const T> x, Weights, Block<T> y, T*, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g) call<Isa, detail::MapForward<F>>(x[g], y[g], op.count);
    }
    template <class Isa, class, class T>
    static void backward(const Op& op, Block<const T> x, Block<const T> y, Block<const T> dy, Weights, Block<T> dx,
                         Gradients, T*, const TaskContext& context) {
        if (!dx) return;
        for (int g = 0; g < context.groups; ++g)
            call<Isa, detail::MapBackward<F>>(F::derivative_from_output ? y[g] : x[g], dy[g], dx[g], op.count);
    }
    template <class Isa, class>
    static void forward_single(const Op& op, const float* x, Weights, float* y, float*) {
        call<Isa, detail::MapSingle<F>>(x, y, op.count);
    }
};

}  // namespace tenet::cpu
