#pragma once

#include <tenet/backend/device/family.hpp>
#include <tenet/operations/linear.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// A tensor as the matrix [i][s], numbers by samples: the second operand of a product.
template <class Storage>
Matrix<Storage> TENET_HOST_DEVICE numbers_by_samples(const Rows<Storage>& rows) {
    return {rows.data, 1, rows.stride};
}

template <class Formula, class Storage>
struct LinearStore {
    Result<Formula, Storage> result;
    const float* bias;
    bool has_bias;  // a constant where the layer is one, as no pointer to memory of a kernel's is

    TENET_HOST_DEVICE void operator()(std::int64_t, std::int64_t o, std::int64_t s, float sum) const {
        result(s, o, has_bias ? sum + bias[o] : sum);
    }
};

template <class Storage>
struct InputGradientStore {
    InputGradient<Storage> dx;

    TENET_HOST_DEVICE void operator()(std::int64_t, std::int64_t i, std::int64_t s, float sum) const { dx(s, i, sum); }
};

/// A weight's gradient, and in the column behind it, if the product has one, the bias's.
struct WeightGradientStore {
    ParameterGradient weight, bias;
    std::int64_t columns, rows;

    TENET_HOST_DEVICE void operator()(std::int64_t z, std::int64_t row, std::int64_t column, float sum) const {
        if (column < columns)
            weight((z * rows + row) * columns + column, sum);
        else
            bias(z * rows + row, sum);
    }
};

/// The gradient of number j of all samples: a term of a bias's.
template <class Storage>
struct GradientOfSample {
    Numbers<Storage> gradient;

    TENET_HOST_DEVICE float operator()(std::int64_t j, std::int64_t s) const { return gradient(s, j); }
};

}  // namespace detail

template <>
struct Family<operations::Linear> : KeepsNothing {
    using Op = operations::Linear;

    TENET_WHERE_CALLED
    template <class Formula, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op& op, const Operands<Storage>& o) {
        product(system, {1, op.out_features, o.samples, op.in_features}, Matrix<float>{o.weights[0], op.in_features},
                detail::numbers_by_samples(o.x[0]),
                detail::LinearStore<Formula, Storage>{{o.y, o.added}, o.weights[1], op.bias});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        if (o.dx[0]) input_gradient(system, op, o);
        if (!o.gradients[0]) return;
        const bool with_bias = weight_gradient(system, op, o);
        if (!with_bias) bias_gradient(system, op, o);
    }

  protected:
    template <class System, class Storage>
    static void input_gradient(System& system, const Op& op, const Operands<Storage>& o) {
        product(system, {1, op.in_features, o.samples, op.out_features}, Matrix<float>{o.weights[0], 1, op.in_features},
                detail::numbers_by_samples(o.dy), detail::InputGradientStore<Storage>{o.dx[0]});
    }
    /// Whether the bias's gradient is done with it.
    template <class System, class Storage>
    static bool weight_gradient(System& system, const Op& op, const Operands<Storage>& o) {
        const std::int64_t in = op.in_features, out = op.out_features;
        const bool with_bias = op.bias && takes_sums_along<System, Storage>({1, out, in, o.samples});
        product(system, {1, out, in + with_bias, o.samples}, detail::numbers_by_samples(o.dy),
                MatrixAndOnes<Storage>{{o.x[0].data, o.x[0].stride, 1}, in},
                detail::WeightGradientStore{o.gradients[0], o.gradients[1], in, out});
        return with_bias;
    }
    template <class System, class Storage>
    static void bias_gradient(System& system, const Op& op, const Operands<Storage>& o) {
        if (op.bias) sum(system, op.out_features, o.samples, detail::GradientOfSample<Storage>{{o.dy}}, o.gradients[1]);
    }
};

}  // namespace tenet::device
