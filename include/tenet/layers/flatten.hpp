#pragma once

#include <tenet/layers/layer.hpp>

namespace TENET_NAMESPACE {

/// [A, B, ...] -> [A * B * ...]: the sample as one vector, row by row.
struct Flatten {
    static constexpr Inferred infer(const Shape& in) { return {Shape{static_cast<int>(in.count())}, {}}; }
    static constexpr operations::View operation(const Shape&) { return {}; }
};

}  // namespace tenet
