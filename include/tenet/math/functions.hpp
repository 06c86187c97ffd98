#pragma once

#include <tenet/math/abs.hpp>
#include <tenet/math/erf.hpp>
#include <tenet/math/exp.hpp>
#include <tenet/math/expm1.hpp>
#include <tenet/math/log.hpp>
#include <tenet/math/log1p.hpp>
#include <tenet/math/min_max.hpp>
#include <tenet/math/sigmoid.hpp>
#include <tenet/math/softplus.hpp>
#include <tenet/math/sqrt.hpp>
#include <tenet/math/tanh.hpp>

/// The functions a formula is made of. A formula over `Lanes` finds them without a qualifier, and so does one over
/// `float` below `using namespace tenet`; but `max`, `min` and `clamp` need `math::`, as `std` has them for floats too.
namespace TENET_NAMESPACE {

using math::abs;
using math::erf;
using math::exp;
using math::expm1;
using math::log;
using math::log1p;
using math::sigmoid;
using math::softplus;
using math::sqrt;
using math::tanh;

}  // namespace tenet
