#pragma once

#include <tenet/backend/device/convolution.hpp>
#include <tenet/operations/convolution_transpose.hpp>

namespace TENET_NAMESPACE::device {

/// The adjoint's products with the roles of input and output changed.
template <>
struct Family<operations::ConvolutionTranspose> : KeepsNothing {
    using Op = operations::ConvolutionTranspose;

    TENET_WHERE_CALLED
    template <class Formula, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op& op, const Operands<Storage>& o) {
        detail::ConvolutionProducts<System>{system, op.adjoint, o.samples}.adjoint(
            o.weights[0], op.bias ? o.weights[1] : nullptr, Numbers<Storage>{o.x[0]},
            Result<Formula, Storage>{o.y, o.added});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        const Numbers<Storage> gradient{o.dy};
        const detail::ConvolutionProducts<System> products{system, op.adjoint, o.samples};
        if (o.dx[0]) products.forward(o.weights[0], nullptr, gradient, o.dx[0]);
        if (!o.gradients[0]) return;
        products.template weight_gradient<Storage>(Numbers<Storage>{o.x[0]}, gradient, o.gradients[0], {}, false);
        if (op.bias)
            detail::channel_sums(system, o.samples, op.out_channels(), op.out_count(), gradient, o.gradients[1]);
    }
};

}  // namespace tenet::device
