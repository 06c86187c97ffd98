#pragma once

#include <tenet/layers/layer.hpp>

namespace TENET_NAMESPACE {

/// The same numbers in the same order under the shape [Extent...]; one extent may be -1 and is then deduced.
template <int... Extent>
struct Reshape {
    static_assert(sizeof...(Extent) >= 1 && sizeof...(Extent) <= Shape::max_rank);

    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        Shape out{Extent...};
        std::int64_t known = 1;
        int open = -1;
        for (int axis = 0; axis < out.rank; ++axis)
            if (out[axis] == -1 && open < 0) open = axis;
            else known *= out[axis] > 0 ? out[axis] : 0;
        if (open >= 0 && known > 0 && in.count() % known == 0) out[open] = static_cast<int>(in.count() / known);
        if (out.count() == in.count() && known > 0) result.output = out;
        else result.why << why::input << in << why::cannot_become << Shape{Extent...};
        return result;
    }
    static constexpr operations::View operation(const Shape&) { return {}; }
};

}  // namespace tenet
