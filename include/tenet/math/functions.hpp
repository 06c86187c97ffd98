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
///
/// None of them, and no formula of math/, raises the flag of an invalid operation, an overflow or a division by zero
/// where its result is finite: they run with traps on (feenableexcept). clang keeps that promise under
/// -ffp-exception-behavior=maytrap only, without which it may compute what the source does not ask for.
///
/// They disappear into their callers. Where a pointer to one is wanted, give it a lambda that calls `math::exp(x)`: g++
/// at -Og compiles no call through `&math::exp<T>` that it can see through.
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
