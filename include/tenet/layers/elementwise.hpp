#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/operations/map.hpp>

namespace TENET_NAMESPACE {

/// A layer that applies one formula to every element, any shape -> the same shape. Activations derive from it, so that
/// their own names stand in messages.
template <class Formula>
struct Elementwise {
    static constexpr Inferred infer(const Shape& in) { return {in, {}}; }
    static constexpr operations::Map<Formula> operation(const Shape& in) { return {in.count()}; }
};

}  // namespace tenet
