#pragma once

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// A layer whose parameters training leaves as they are; gradients still flow through it to earlier layers.
template <class Layer>
struct Frozen {};

}  // namespace tenet
