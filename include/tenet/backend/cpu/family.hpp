#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <tenet/backend/cpu/isa.hpp>
#include <tenet/core/rng.hpp>
#include <tenet/layers/layer.hpp>
#include <tenet/math/identity.hpp>

namespace TENET_NAMESPACE::cpu {

/// A tensor of the samples of one task: group g of lanes begins at `data + g * stride`.
template <class T>
struct Block {
    T* data = nullptr;
    std::ptrdiff_t stride = 0;

    TENET_INLINE T* operator[](int group) const { return data + group * stride; }
    TENET_INLINE explicit operator bool() const { return data != nullptr; }
    // A template, as nvcc warns of a conversion to the class itself.
    template <std::same_as<const T> Constant>
    TENET_INLINE operator Block<Constant>() const {
        return {data, stride};
    }
};

/// What a step of a task knows besides its operands.
struct TaskContext {
    int groups = 1;            // groups of lanes
    int samples = 1;           // that the lanes hold
    std::uint32_t sample = 0;  // place in the batch of the first sample
    Seed seed{};
    std::uint64_t step = 0;  // training steps so far: what random layers draw from
    std::uint32_t node = 0;  // the leaf layer's number
};

/// How the CPU runs a family of operations. A specialisation has, for values `T = Value<Isa>` of many samples:
/// - `forward<Isa, Formula>(op, x, w, y, scratch, context)`: y = Formula(op(x)).
/// - `backward<Isa, Formula>(op, x, y, dy, w, dx, g, scratch, context)`: overwrites dx if it is there and adds to the
///   gradients g if they are there. Formula is the one that produced x; its derivative, from x, is multiplied in if
///   `multiplies_derivative(op)`, else Formula is the identity.
/// - `forward_single<Isa, Formula>(op, x, w, y, scratch)`: one sample of plain floats.
/// - `forward_scratch(op)`, `backward_scratch(op)`, `single_scratch(op)`: numbers of scratch, per sample.
///
/// One to whose result another value can be added (operations/operation.hpp) takes that value behind the others in both
/// forward functions, if `adds_value<Formula>` (backend/cpu/epilogue.hpp).
///
/// A joining operation (operations/operation.hpp) has `forward<Isa, Formula>(op, operands)`, `backward<Isa>(op,
/// operands)` and `forward_single<Isa, Formula>(op, operands)` instead, with as many inputs as the operands say
/// (step_code.hpp).
///
/// One with batch statistics (operations/batch_norm.hpp) has forward and backward like that, and for what comes before
/// them `statistics<Isa>`, `backward_statistics<Isa>` of a task, `finish_statistics`, `finish_backward_statistics` of
/// the batch, and `partial_size`, `shared_size`: floats that each task and the batch hold for it
/// (backend/cpu/batch_norm.hpp).
///
/// One with a deferred weight gradient (operations/operation.hpp) has for it `keep<Isa>(op, operands, kept)`, which keeps
/// a task's input, `kept_input(op)`, the floats that takes for each sample, and `weight_gradient<Isa>(op, rows)`
/// (backend/cpu/kept_for_batch.hpp).
///
/// A family's `Op` is its operation. It may have an `Alternative`, a family for the same operation, that runs those for
/// which `takes_alternative(op)`: a program without such contains none of its code.
template <class Operation>
struct Family;

template <class Op>
concept HasAlternative = requires {
    typename Family<Op>::Alternative;
};

namespace detail {
template <class Op, bool Alternative>
struct family_of {
    using type = Family<Op>;
};
template <class Op>
struct family_of<Op, true> {
    using type = typename Family<Op>::Alternative;
};
}  // namespace detail

/// The family of an operation, or its alternative.
template <class Op, bool Alternative>
using FamilyOf = typename detail::family_of<Op, Alternative>::type;

/// A family that needs no scratch, has no batch statistics, keeps nothing, and leaves derivatives to others.
struct NoScratch {
    template <class Op>
    static constexpr bool multiplies_derivative(const Op&) {
        return false;
    }
    template <class Op>
    static constexpr std::int64_t forward_scratch(const Op&) {
        return 0;
    }
    template <class Op>
    static constexpr std::int64_t backward_scratch(const Op&) {
        return 0;
    }
    template <class Op>
    static constexpr std::int64_t single_scratch(const Op&) {
        return 0;
    }
    template <class Op>
    static constexpr std::int64_t kept_input(const Op&) {
        return 0;
    }
    template <class Op>
    static constexpr std::int64_t partial_size(const Op&) {
        return 0;
    }
    template <class Op>
    static constexpr std::int64_t shared_size(const Op&) {
        return 0;
    }
};

}  // namespace tenet::cpu
