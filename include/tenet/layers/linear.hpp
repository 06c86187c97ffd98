#pragma once

#include <tenet/layers/layer.hpp>
#include <tenet/layers/options.hpp>
#include <tenet/operations/linear.hpp>

namespace TENET_NAMESPACE {

/// y = x W^T + b on [I] -> [Out], with weight [Out, I] and, unless NoBias, bias [Out]. Input features are deduced.
/// https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
template <int Out, class... Option>
struct Linear {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        detail::read_options<Option...>(result.why, detail::no_bias_option);
        if (!result.ok()) return result;
        if (Out < 1) result.why << why::output_features << why::must_be_positive << why::but_is << Out;
        else if (in.rank != 1) result.why << why::needs_a_vector_but_gets << in;
        else result.output = Shape{Out};
        return result;
    }

    static constexpr ParameterList parameters(const Shape& in) {
        const ParameterSpec weight{"weight", Shape{Out, in[0]}, InitialValue::torch_weight(), in[0], Out};
        const ParameterSpec bias{"bias", Shape{Out}, InitialValue::torch_bias(), in[0], Out};
        return has_bias() ? ParameterList{weight, bias} : ParameterList{weight};
    }

    static constexpr operations::Linear operation(const Shape& in) { return {in[0], Out, has_bias()}; }

  private:
    static constexpr bool has_bias() {
        Diagnosis ignored;
        return detail::read_options<Option...>(ignored, detail::no_bias_option).bias;
    }
};

}  // namespace tenet
