#pragma once

#include <tenet/config.hpp>

namespace TENET_NAMESPACE {

/// A Frozen layer runs in training as it does in inference, see there.
struct EvalMode {};

/// A layer, or several in a Sequential, whose parameters training leaves as they are; gradients still flow through it
/// to earlier layers. That is all, as with PyTorch's `requires_grad_(False)`: while training, a batch normalisation
/// inside still takes mean and variance of the batch and goes on averaging them, and random layers are random.
///
/// `Frozen<Layer, EvalMode>` runs the layer as in inference, as after PyTorch's `eval()`: a batch normalisation takes
/// its running averages, which stay as they are, and random layers pass their input on. That is what a learned backbone
/// wants, and every fine-tuning in batches too small for statistics:
/// ```
/// using Net = Network<Input<3, 64, 64>, Frozen<Backbone, EvalMode>, Flatten, Linear<10>>;
/// ```
template <class Layer, class... Option>
struct Frozen {};

}  // namespace tenet
