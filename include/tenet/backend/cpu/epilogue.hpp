#pragma once

#include <cstddef>
#include <type_traits>

#include <tenet/backend/cpu/block_table.hpp>
#include <tenet/math/identity.hpp>

namespace TENET_NAMESPACE::cpu {

/// Values in memory: `rows` rows, `row_stride` floats apart, and in each row `count` values at these offsets in floats.
struct ValueGrid {
    int rows = 0;
    std::ptrdiff_t row_stride = 0;
    int count = 0;
    const std::ptrdiff_t* offsets = nullptr;
};

/// Instead of a formula f: y = f(y + another value).
template <class Formula>
struct AfterAddition : Formula {};
template <class Formula>
TENET_LOCAL inline constexpr bool adds_value = false;
template <class Formula>
TENET_LOCAL inline constexpr bool adds_value<AfterAddition<Formula>> = true;

/// What becomes of the sums that a register block has just written, while they lie in the first-level cache:
/// y = f(y), y = f(y + saved), or dx *= f'(x) for the x = f(...) that the forward pass has saved.
using EpilogueFunction = void(const ValueGrid* grid, const float* saved, float* sums);

namespace detail {

template <class Formula>
struct FormulaValues {
    template <class T>
    static TENET_INLINE void run(const ValueGrid* grid, const float* saved, float* sums) {
        const ValueGrid g = *grid;
        for (int r = 0; r < g.rows; ++r, sums += g.row_stride, saved += adds_value<Formula> ? g.row_stride : 0)
            for (int i = 0; i < g.count; ++i) {
                float* at = sums + g.offsets[i];
                T sum = load<T>(at);
                if constexpr (adds_value<Formula>) sum = sum + load<T>(saved + g.offsets[i]);
                store(at, Formula::value(sum));
            }
    }
};

template <class Formula>
struct FormulaDerivatives {
    static_assert(Formula::derivative_from_output, "the layer's input is its producer's output, not the argument of f");

    template <class T>
    static TENET_INLINE void run(const ValueGrid* grid, const float* saved, float* sums) {
        const ValueGrid g = *grid;
        for (int r = 0; r < g.rows; ++r, sums += g.row_stride, saved += g.row_stride)
            for (int i = 0; i < g.count; ++i) {
                float* at = sums + g.offsets[i];
                store(at, load<T>(at) * Formula::derivative(T(0.f), load<T>(saved + g.offsets[i])));
            }
    }
};

}  // namespace detail

/// The epilogue that applies `Formula`, and that which multiplies by its derivative; null for the identity.
template <class Isa, class Formula>
constexpr EpilogueFunction* value_epilogue() {
    if constexpr (std::is_same_v<Formula, math::Identity>)
        return nullptr;
    else
        return block_entry<Isa, detail::FormulaValues<Formula>, EpilogueFunction>;
}
template <class Isa, class Formula>
constexpr EpilogueFunction* derivative_epilogue() {
    if constexpr (std::is_same_v<Formula, math::Identity>)
        return nullptr;
    else
        return block_entry<Isa, detail::FormulaDerivatives<Formula>, EpilogueFunction>;
}

/// An epilogue with the saved values that it reads; they have the strides of the sums.
struct Epilogue {
    EpilogueFunction* function = nullptr;
    const float* saved = nullptr;

    /// The same for sums that begin `floats` floats further.
    Epilogue behind(std::ptrdiff_t floats) const { return {function, saved ? saved + floats : saved}; }

    /// For the sums at `sums + at`.
    void run(const ValueGrid& grid, float* sums, std::ptrdiff_t at) const {
        if (function) function(&grid, behind(at).saved, sums + at);
    }
};

}  // namespace tenet::cpu
