#pragma once

#include <cmath>
#include <cstdint>

#include <tenet/model/model.hpp>
#include <tenet/model/parameter_set.hpp>
#include <tenet/network/eval_network.hpp>

namespace TENET_NAMESPACE {

namespace detail {

/// y[k] = x[k] * factor + summand is what a BatchNorm does to channel k.
struct ChannelScale {
    double factor = 1.0, summand = 0.0;

    static ChannelScale of(const EvalSource& source, const Parameter* trained, const float* numbers, std::int64_t k) {
        if (source.norm < 0) return {};
        const auto number = [&](int tensor) {
            return static_cast<double>(numbers[trained[source.norm + tensor].offset + k]);
        };
        const int mean = source.affine ? 2 : 0;
        const double factor = (source.affine ? number(0) : 1.0) / std::sqrt(number(mean + 1) + source.eps);
        return {factor, (source.affine ? number(1) : 0.0) - number(mean) * factor};
    }
};

/// The numbers of one tensor of an EvalNetwork: a weight's taps that are left, kernel by kernel times its channel's
/// factor, a bias as BatchNorm makes it of the trained one.
TENET_COLD inline void evaluate_tensor(const EvalSource& source, const Parameter* trained, const float* numbers,
                                       const Parameter& to, float* result) {
    const float* from = source.tensor >= 0 ? numbers + trained[source.tensor].offset : nullptr;
    const Shape& shape = to.spec.shape;
    const std::int64_t rows = shape[0], columns = shape.rank > 1 ? shape[1] : 1;
    const std::int64_t left = shape.count() / (rows * columns), trained_kernel = source.taps.trained_count(left);
    std::int64_t channel = -1;
    ChannelScale scale;
    for (std::int64_t kernel = 0; kernel < rows * columns; ++kernel) {
        if (const std::int64_t k = source.channel(kernel / columns, kernel % columns, columns); k != channel)
            scale = ChannelScale::of(source, trained, numbers, channel = k);
        for (std::int64_t i = 0; i < left; ++i, ++result) {
            const double number =
                from ? static_cast<double>(from[kernel * trained_kernel + source.taps.place(static_cast<int>(i))])
                     : 0.0;
            *result = static_cast<float>(number * scale.factor + (source.is_bias ? scale.summand : 0.0));
        }
    }
}

}  // namespace detail

/// A trained model for inference only: BatchNorm is folded into the convolution or Linear before it, random layers are
/// left out (`EvalNetwork`). What the model gives stays the same but for rounding; the model itself may go.
/// ```
/// const EvalModel eval{model};                          // of a Model<Net>
/// Workspace<EvalNetwork<Net>> workspace;                // one for each thread
/// eval.forward(images, logits, workspace);              // const, re-entrant, no allocation, any batch size
/// io::save(eval, "eval.safetensors");                   // names as in the trained network, "0.bias" where it is new
/// ```
template <class Net>
class EvalModel : public ParameterSet<EvalNetwork<Net>> {
  public:
    using Network = EvalNetwork<Net>;

    /// All numbers are 0: for `io::load` of what `io::save` wrote of another.
    EvalModel() = default;

    explicit EvalModel(const Model<Net>& model) {
        model.require_numbers();
        const BetweenSteps held{model.change_mark(), "EvalModel"};
        for (int i = 0; i < Network::parameter_tensor_count; ++i) {
            const Parameter& to = Network::parameters[i];
            detail::evaluate_tensor(Network::source(i), Net::parameters.items, model.data(), to,
                                    this->data() + to.offset);
        }
    }

    template <class Other>
    explicit EvalModel(const Model<Other>&) {
        static_assert(sizeof(Other) == 0,
                      "EvalModel: this model is of another network: EvalModel eval{model} takes any");
    }
};

}  // namespace tenet
