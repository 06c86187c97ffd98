#pragma once

#include <concepts>
#include <type_traits>

#include <tenet/backend/cuda/system.cuh>
#include <tenet/backend/device/linear.hpp>
#include <tenet/math/relu.hpp>

namespace tenet::cuda {

namespace detail {

/// to[i] = from[i], rounded.
template <class Storage>
struct Round {
    const float* from;
    Storage* to;

    TENET_HOST_DEVICE void operator()(std::int64_t i) const { to[i] = static_cast<Storage>(from[i]); }
};

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
inline constexpr std::int64_t least_blas_flops = std::int64_t{1} << 31;

}  // namespace tenet::cuda

namespace tenet::device {

/// Linear layers of large batches multiply by cuBLASLt, with bias and ReLU as its epilogue; other formulas are one more
/// pass over the sums.
template <class Precision>
struct FamilyOf<cuda::System<Precision>, operations::Linear> : Family<operations::Linear> {
    using Base = Family<operations::Linear>;
    using System = cuda::System<Precision>;
    using Storage = typename System::Storage;

    template <class Formula>
    static void forward(System& system, const Op& op, const Operands<Storage>& o) {
        if (!large(op, o) || !forward_by_blas<Formula>(system, op, o)) Base::template forward<Formula>(system, op, o);
    }
    static void backward(System& system, const Op& op, const Operands<Storage>& o) {
        if (!large(op, o) || !backward_by_blas(system, op, o)) Base::backward(system, op, o);
    }

  private:
    using Product = cuda::BlasEpilogue;

    static bool large(const Op& op, const Operands<Storage>& o) {
        return op.forward_flops() * o.samples >= cuda::least_blas_flops;
    }

    /// Room for numbers of a type, in floats.
    template <class Number>
    static Number* take(System& system, std::int64_t count) {
        return reinterpret_cast<Number*>(system.scratch.take(count * static_cast<std::int64_t>(sizeof(Number)) / 4 + 1));
    }
    /// Parameters in the type of the factors.
    static const Storage* rounded(System& system, const float* from, std::int64_t count) {
        if constexpr (std::is_same_v<Storage, float>) {
            return from;
        } else {
            Storage* const to = take<Storage>(system, count);
            system.for_each(count, cuda::detail::Round<Storage>{from, to});
            return to;
        }
    }
    static cuda::BlasMatrix<Storage> matrix(const Storage* data, std::int64_t stride, bool transposed = false) {
        return {const_cast<Storage*>(data), stride, transposed};
    }

    template <class Formula>
    static bool forward_by_blas(System& system, const Op& op, const Operands<Storage>& o) {
        const std::int64_t in = op.in_features, out = op.out_features;
        const auto weights = matrix(rounded(system, o.weights[0], in * out), in, true);
        const auto x = matrix(o.x[0].data, o.x[0].stride);
        constexpr bool relu = std::same_as<Formula, math::ReLU>;
        if constexpr (relu || std::same_as<Formula, math::Identity>) {
            if (op.bias && !o.added)
                return system.multiply(o.samples, out, in, x, weights,
                                       cuda::BlasMatrix<Storage>{o.y.data, o.y.stride}, false,
                                       relu ? Product::relu_bias : Product::bias, rounded(system, o.weights[1], out));
        }
        float* const sums = system.scratch.take(o.samples * out);
        if (!system.multiply(o.samples, out, in, x, weights, cuda::BlasMatrix<float>{sums, out}, false, Product::none))
            return false;
        using Store = detail::LinearStore<Formula, Storage>;
        for_each_number(system, o.samples, out,
                        cuda::detail::StoreSums<Store>{
                            sums, out, {{o.y, o.added}, o.weights[1], op.bias}});
        return true;
    }

    static bool backward_by_blas(System& system, const Op& op, const Operands<Storage>& o) {
        const std::int64_t in = op.in_features, out = op.out_features;
        const auto dy = matrix(o.dy.data, o.dy.stride);
        if (o.gradients[0]) {
            auto transposed = dy;
            transposed.transposed = true;
            const auto x = matrix(o.x[0].data, o.x[0].stride);
            const cuda::BlasMatrix<float> dw{o.gradients[0].data, in};
            if (!system.multiply(out, in, o.samples, transposed, x, dw, o.gradients[0].adds, Product::none)) return false;
        }
        if (o.dx[0]) {
            const auto weights = matrix(rounded(system, o.weights[0], in * out), in);
            const cuda::BlasMatrix<Storage> dx{o.dx[0].dx.data, o.dx[0].dx.stride};
            // The weight's gradient may be there already, and would be the same again.
            if (!system.multiply(o.samples, in, out, dy, weights, dx, o.dx[0].adds, Product::none)) return false;
        }
        if (o.gradients[0] && op.bias)
            sum(system, out, o.samples, detail::GradientOfSample<Storage>{{o.dy}}, o.gradients[1]);
        return true;
    }
};

}  // namespace tenet::device
