#pragma once

#include <tenet/backend/cuda/cudnn.cuh>
#include <tenet/backend/cuda/rounded.cuh>
#include <tenet/backend/cuda/system.cuh>
#include <tenet/backend/device/convolution.hpp>

namespace TENET_NAMESPACE::cuda::detail {

/// y[s][i] = Formula(y[s][i] + bias + added), where y holds sums, rounded.
template <class Formula, class Storage>
struct FinishConvolution {
    device::Rows<Storage> sums;
    device::Result<Formula, Storage> result;
    const float* bias;
    std::int64_t plane;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        const float sum = static_cast<float>(sums[s][i]);
        result(s, i, bias ? sum + bias[i / plane] : sum);
    }
};

/// gradient[i] = or += from[i].
template <class Storage>
struct MoveGradient {
    const Storage* from;
    device::ParameterGradient gradient;

    TENET_HOST_DEVICE void operator()(std::int64_t i) const { gradient(i, static_cast<float>(from[i])); }
};

}  // namespace tenet::cuda::detail

namespace TENET_NAMESPACE::device {

/// Convolutions by cuDNN, where it has an algorithm for them that gives the same bits every time; else by tenet's kernels.
/// Sums, and gradients by weights, are rounded to what the precision stores before they are floats again.
template <class Precision>
struct FamilyOf<cuda::System<Precision>, operations::Convolution> : Family<operations::Convolution> {
    using Base = Family<operations::Convolution>;
    using System = cuda::System<Precision>;
    using Storage = typename System::Storage;

    template <class Formula>
    static void forward(System& system, const Op& op, const Operands<Storage>& o) {
        const bool done = fits(op) && convolve<Formula>(system, op, o);
        if (!done || system.rehearsing) Base::template forward<Formula>(system, op, o);
    }
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        const bool done = fits(op) && gradients(system, op, o);
        if (!done || system.rehearsing) Base::backward(system, op, o);
    }

  private:
    using Library = cuda::Cudnn<Precision>;

    static bool fits(const Op& op) { return !op.has_padding() || op.padding_mode == operations::PaddingMode::zeros; }
    static typename Library::Key key(const Op& op, const Operands<Storage>& o) {
        return {op, o.samples, o.x[0].stride, o.y.stride};
    }
    static void* workspace(System& system) {
        return system.scratch.take(static_cast<std::int64_t>(Library::workspace_bytes / sizeof(float)));
    }

    template <class Formula>
    static bool convolve(System& system, const Op& op, const Operands<Storage>& o) {
        const Storage* const weights = cuda::rounded(system, o.weights[0], op.weight_count());
        void* const space = workspace(system);
        if (system.rehearsing) return true;
        if (!system.template library<Library>().forward(system.stream(), key(op, o), o.x[0].data, weights, o.y.data,
                                                        space))
            return false;
        for_each_number(system, o.samples, std::int64_t{op.out_channels} * op.out_count(),
                        cuda::detail::FinishConvolution<Formula, Storage>{
                            o.y, {o.y, o.added}, op.bias ? o.weights[1] : nullptr, op.out_count()});
        return true;
    }

    static bool gradients(System& system, const Op& op, const Operands<Storage>& o) {
        const Storage* const weights = cuda::rounded(system, o.weights[0], op.weight_count());
        Storage* const dw = cuda::take<Storage>(system, op.weight_count());
        void* const space = workspace(system);
        if (system.rehearsing) return true;
        Library& library = system.template library<Library>();
        // The weight's first: if there is no way for the input's, tenet's kernels write both.
        if (o.gradients[0] &&
            !library.weight_gradient(system.stream(), key(op, o), o.x[0].data, o.dy.data, dw, space))
            return false;
        if (o.dx[0] && !library.data_gradient(system.stream(), key(op, o), weights, o.dy.data, o.dx[0].dx.data,
                                              o.dx[0].adds, space))
            return false;
        if (o.dx[0]) finish_input_gradient(system, o);
        if (!o.gradients[0]) return true;
        system.for_each(op.weight_count(), cuda::detail::MoveGradient<Storage>{dw, o.gradients[0]});
        if (op.bias)
            detail::channel_sums(system, o.samples, op.out_channels, op.out_count(), Numbers<Storage>{o.dy},
                                 o.gradients[1]);
        return true;
    }
};

}  // namespace tenet::device
