#pragma once

#include <concepts>

#include <tenet/backend/cuda/blas.cuh>
#include <tenet/backend/cuda/rounded.cuh>
#include <tenet/backend/cuda/system.cuh>
#include <tenet/backend/device/linear.hpp>
#include <tenet/math/relu.hpp>

namespace TENET_NAMESPACE::cuda {

namespace detail {

/// store(0, i, s, sums[s][i]).
template <class Store>
struct StoreSums {
    const float* sums;
    std::int64_t count;
    Store store;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const { store(0, i, s, sums[s * count + i]); }
};

}  // namespace detail

/// From so many multiplications and additions on, a Linear's products are cuBLASLt's: below, tenet's own kernels begin
/// sooner and store with any formula. An estimate, to be measured.
TENET_LOCAL inline constexpr std::int64_t least_blas_flops = std::int64_t{1} << 31;

}  // namespace tenet::cuda

namespace TENET_NAMESPACE::device {

/// Linear layers of large batches multiply by cuBLASLt, with bias and ReLU as its epilogue; other formulas are one more
/// pass over the sums.
template <class Precision>
struct FamilyOf<cuda::System<Precision>, operations::Linear> : Family<operations::Linear> {
    using Base = Family<operations::Linear>;
    using System = cuda::System<Precision>;
    using Storage = typename System::Storage;

    template <class Formula>
    static void forward(System& system, const Op& op, const Operands<Storage>& o) {
        const bool done = large(op, o) && forward_by_blas<Formula>(system, op, o);
        if (!done || system.rehearsing) Base::template forward<Formula>(system, op, o);
    }
    /// Each product by itself, as a gradient that is there already must not be added once more.
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        const bool is_large = large(op, o);
        if (o.dx[0]) {
            const bool done = is_large && input_gradient_by_blas(system, op, o);
            if (done) finish_input_gradient(system, o);
            if (!done || system.rehearsing) Base::input_gradient(system, op, o);
        }
        if (!o.gradients[0]) return;
        const bool done = is_large && weight_gradient_by_blas(system, op, o);
        const bool with_bias = (!done || system.rehearsing) && Base::weight_gradient(system, op, o);
        if (!with_bias || system.rehearsing) Base::bias_gradient(system, op, o);
    }

  private:
    using Product = cuda::BlasEpilogue;

    static bool large(const Op& op, const Operands<Storage>& o) {
        return op.forward_flops() * o.samples >= cuda::least_blas_flops;
    }

    static cuda::BlasMatrix<Storage> matrix(const Storage* data, std::int64_t stride, bool transposed = false) {
        return {const_cast<Storage*>(data), stride, transposed};
    }

    /// By cuBLASLt, if it knows a way.
    template <class Number>
    static bool multiply(System& system, std::int64_t m, std::int64_t n, std::int64_t k,
                         const cuda::BlasMatrix<Storage>& a, const cuda::BlasMatrix<Storage>& b,
                         const cuda::BlasMatrix<Number>& d, bool add, Product epilogue, const Storage* bias = nullptr) {
        using Library = cuda::Blas<Precision>;
        float* const workspace = system.scratch.take(Library::workspace_floats);
        return system.rehearsing || system.template library<Library>().multiply(system.stream(), m, n, k, a, b, d, add,
                                                                                epilogue, bias, workspace);
    }

    template <class Formula>
    static bool forward_by_blas(System& system, const Op& op, const Operands<Storage>& o) {
        const std::int64_t in = op.in_features, out = op.out_features;
        const auto weights = matrix(cuda::rounded(system, o.weights[0], in * out), in, true);
        const auto x = matrix(o.x[0].data, o.x[0].stride);
        constexpr bool relu = std::same_as<Formula, math::ReLU>;
        if constexpr (relu || std::same_as<Formula, math::Identity>) {
            if (op.bias && !o.added)
                return multiply(system, o.samples, out, in, x, weights, cuda::BlasMatrix<Storage>{o.y.data, o.y.stride},
                                false, relu ? Product::relu_bias : Product::bias,
                                cuda::rounded(system, o.weights[1], out));
        }
        float* const sums = system.scratch.take(o.samples * out);
        if (!multiply(system, o.samples, out, in, x, weights, cuda::BlasMatrix<float>{sums, out}, false, Product::none))
            return false;
        using Store = detail::LinearStore<Formula, Storage>;
        for_each_number(system, o.samples, out,
                        cuda::detail::StoreSums<Store>{sums, out, {{o.y, o.added}, o.weights[1], op.bias}});
        return true;
    }

    static bool input_gradient_by_blas(System& system, const Op& op, const Operands<Storage>& o) {
        const std::int64_t in = op.in_features, out = op.out_features;
        const auto weights = matrix(cuda::rounded(system, o.weights[0], in * out), in);
        const cuda::BlasMatrix<Storage> dx{o.dx[0].dx.data, o.dx[0].dx.stride};
        return multiply(system, o.samples, in, out, matrix(o.dy.data, o.dy.stride), weights, dx, o.dx[0].adds,
                        Product::none);
    }

    static bool weight_gradient_by_blas(System& system, const Op& op, const Operands<Storage>& o) {
        const cuda::BlasMatrix<float> dw{o.gradients[0].data, op.in_features};
        return multiply(system, op.out_features, op.in_features, o.samples, matrix(o.dy.data, o.dy.stride, true),
                        matrix(o.x[0].data, o.x[0].stride), dw, o.gradients[0].adds, Product::none);
    }
};

}  // namespace tenet::device
