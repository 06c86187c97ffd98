#pragma once

#include <tenet/math/hard_tanh.hpp>

namespace TENET_NAMESPACE::math {

/// f(x) = min(max(x, 0), 6) (https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html).
struct ReLU6 : HardTanh<0.f, 6.f> {};

}  // namespace tenet::math
