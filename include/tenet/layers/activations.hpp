#pragma once

#include <tenet/layers/elementwise.hpp>
#include <tenet/layers/float_arguments.hpp>
#include <tenet/layers/real_option.hpp>
#include <tenet/math/activation.hpp>
#include <tenet/math/elu.hpp>
#include <tenet/math/gelu.hpp>
#include <tenet/math/hard_sigmoid.hpp>
#include <tenet/math/hard_tanh.hpp>
#include <tenet/math/leaky_relu.hpp>
#include <tenet/math/mish.hpp>
#include <tenet/math/relu.hpp>
#include <tenet/math/relu6.hpp>
#include <tenet/math/selu.hpp>
#include <tenet/math/sigmoid.hpp>
#include <tenet/math/silu.hpp>
#include <tenet/math/softplus.hpp>
#include <tenet/math/softsign.hpp>
#include <tenet/math/tanh.hpp>

/// Activations: the formula, its derivative and its source stand in math/, under the same name.
namespace TENET_NAMESPACE {

struct ReLU : Elementwise<math::ReLU> {};
struct ReLU6 : Elementwise<math::ReLU6> {};
template <auto Slope = 0.01f>
struct LeakyReLU : detail::NotAllFloats<Slope> {};
template <float Slope>
struct LeakyReLU<Slope> : Elementwise<math::LeakyReLU<Slope>> {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        detail::require_finite(result.why, "the slope", Slope);
        if (result.ok()) result.output = in;
        return result;
    }
};
template <auto Alpha = 1.0f>
struct ELU : detail::NotAllFloats<Alpha> {};
template <float Alpha>
struct ELU<Alpha> : Elementwise<math::ELU<Alpha>> {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        detail::require_finite(result.why, "alpha", Alpha);
        if (result.ok()) result.output = in;
        return result;
    }
};
struct SELU : Elementwise<math::SELU> {};
struct GELU : Elementwise<math::GELU> {};
struct GELUTanh : Elementwise<math::GELUTanh> {};
struct SiLU : Elementwise<math::SiLU> {};
struct Sigmoid : Elementwise<math::Sigmoid> {};
struct HardSigmoid : Elementwise<math::HardSigmoid> {};
struct Tanh : Elementwise<math::Tanh> {};
template <auto Minimum = -1.0f, auto Maximum = 1.0f>
struct HardTanh : detail::NotAllFloats<Minimum, Maximum> {};
template <float Minimum, float Maximum>
struct HardTanh<Minimum, Maximum> : Elementwise<math::HardTanh<Minimum, Maximum>> {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        detail::require_finite(result.why, "the minimum", Minimum);
        detail::require_finite(result.why, "the maximum", Maximum);
        if (result.ok() && !(Minimum < Maximum))
            result.why.name("the minimum") << why::must_be_smaller_than_the_maximum;
        if (result.ok()) result.output = in;
        return result;
    }
};
template <auto Beta = 1.0f, auto Threshold = 20.0f>
struct Softplus : detail::NotAllFloats<Beta, Threshold> {};
template <float Beta, float Threshold>
struct Softplus<Beta, Threshold> : Elementwise<math::Softplus<Beta, Threshold>> {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        detail::require_positive(result.why, "beta", Beta);
        detail::require_finite(result.why, "the threshold", Threshold);
        if (result.ok()) result.output = in;
        return result;
    }
};
struct Softsign : Elementwise<math::Softsign> {};
struct Mish : Elementwise<math::Mish> {};

/// An activation from a formula of the user's own; the derivative is made by the library, with dual numbers.
/// ```
/// inline constexpr auto swish = [](auto x) { return x * sigmoid(x); };    // in a header, or in one file
/// using Swish = Activation<swish>;
/// using Swish = Activation<formula::x * sigmoid(formula::x)>;             // for nvcc, whose templates take no lambda
/// ```
/// A lambda written in the argument itself, `Activation<[](auto x) { ... }>`, is another type in each file that
/// includes it: good for a network of one file, while a `Model` of it cannot be given to another file.
template <auto Formula>
struct Activation : Elementwise<math::FromCallable<Formula>> {};

}  // namespace tenet
