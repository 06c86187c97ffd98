#pragma once

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// A layer that uses one set of parameters wherever it stands with this tag: `Shared<struct Encoder, Linear<8>>`. The
/// gradients of all its places add up; the parameters are named, counted and saved at the first place. Under one tag
/// stands one layer, whose inputs may differ as far as its parameters' shapes do not.
template <class Tag, class Layer>
struct Shared {};

}  // namespace tenet
