#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/operations/concat.hpp>
#include <tenet/operations/product.hpp>
#include <tenet/operations/sum.hpp>

/// Where branches meet again: the leaf layers that the combinators of network/ put behind them.
namespace TENET_NAMESPACE::joins {

namespace detail {

constexpr void misfit(Diagnosis& why, const Shape* shapes, int other, why::Word verdict) {
    why << why::branch << 1 << why::gives << shapes[0] << why::but_branch << other + 1 << why::gives << shapes[other] << verdict;
}

}  // namespace detail

/// y = the sum of all branches, of one shape.
struct Sum {
    static constexpr Inferred infer(const Shape* shapes, int count) {
        Inferred result;
        for (int k = 1; k < count && result.ok(); ++k)
            if (!(shapes[k] == shapes[0])) detail::misfit(result.why, shapes, k, why::can_not_be_added);
        result.output = shapes[0];
        return result;
    }
    static constexpr operations::Sum operation(const Shape& in, const Shape&) { return {in.count()}; }
};

/// y = the first branch times the second, which is alike or has one number for each channel: [C] or [C, 1, 1].
struct Product {
    static constexpr Inferred infer(const Shape* shapes, int) {
        Inferred result;
        if (!(shapes[1] == shapes[0]) && !one_for_each_channel(shapes[0], shapes[1]))
            detail::misfit(result.why, shapes, 1, why::can_not_be_multiplied);
        result.output = shapes[0];
        return result;
    }
    static constexpr operations::Product operation(const Shape& in, const Shape& second) {
        return {in[0], in.count() / in[0], !(in == second)};
    }

  private:
    static constexpr bool one_for_each_channel(const Shape& in, const Shape& second) {
        return second.rank >= 1 && second[0] == in[0] && second.count() == in[0];
    }
};

/// y = the branches one behind the other along the first axis: channels, or features.
struct Concatenation {
    static constexpr Inferred infer(const Shape* shapes, int count) {
        Inferred result;
        result.output = shapes[0];
        for (int k = 1; k < count && result.ok(); ++k) {
            bool alike = shapes[k].rank == shapes[0].rank;
            for (int axis = 1; alike && axis < shapes[0].rank; ++axis) alike = shapes[k][axis] == shapes[0][axis];
            if (!alike) detail::misfit(result.why, shapes, k, why::can_not_be_concatenated);
            else result.output.extents[0] += shapes[k][0];
        }
        return result;
    }
    static constexpr operations::Concat operation(const Shape&, const Shape&) { return {}; }
};

}  // namespace tenet::joins
