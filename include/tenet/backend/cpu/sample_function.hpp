#pragma once

#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/flat_entry.hpp>
#include <tenet/operations/sample_function.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

/// The values that a layer's code is asked for: of all that it is called with those that every build has, so that what
/// it does not take is one error.
using Asked = Value<Baseline>;

template <class Layer, Shape In, class T>
TENET_INLINE void call_forward(const T* x, Weights w, T* y) {
    if constexpr (tenet::detail::HasForward<Layer, In, Asked>)
        Layer::template forward<In>(x, w, y);
    else
        static_cast<void>(tenet::detail::RefusedCode<Layer, why::forward_cannot_be_called>{});
}

template <class Layer, Shape In>
struct SampleForward {
    template <class T>
    static TENET_INLINE void run(const T* x, Weights w, T* y) {
        call_forward<Layer, In>(x, w, y);
    }
};

template <class Layer, Shape In>
struct SampleBackward {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* y, const T* dy, Weights w, T* dx, Gradients g, T* scratch) {
        constexpr bool takes_scratch = operations::SampleFunction<Layer, In>::takes_scratch;
        if constexpr (takes_scratch && tenet::detail::HasBackwardWithScratch<Layer, In, Asked>)
            Layer::template backward<In>(x, y, dy, w, dx, g, scratch);
        else if constexpr (!takes_scratch && tenet::detail::HasBackward<Layer, In, Asked>)
            Layer::template backward<In>(x, y, dy, w, dx, g);
        else
            static_cast<void>(
                tenet::detail::RefusedCode<Layer, tenet::detail::misfit_of_backward<Layer, In, Asked>()>{});
    }
};

template <class Layer, Shape In>
struct SampleSingle {
    template <class>
    static TENET_INLINE void run(const float* x, Weights w, float* y) {
        call_forward<Layer, In>(x, w, y);
    }
};

}  // namespace detail

template <class Layer, Shape In>
struct Family<operations::SampleFunction<Layer, In>> : NoScratch {
    using Op = operations::SampleFunction<Layer, In>;

    /// What the layer's backward asks for, and where it writes dx if nobody wants it.
    static constexpr std::int64_t backward_scratch(const Op&) { return Op::backward_scratch + In.count(); }

    template <class Isa, class, class T>
    static void forward(const Op&, Block<const T> x, Weights w, Block<T> y, T*, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g) call_flat<Isa, detail::SampleForward<Layer, In>>(x[g], w, y[g]);
    }
    template <class Isa, class, class T>
    static void backward(const Op&, Block<const T> x, Block<const T> y, Block<const T> dy, Weights w, Block<T> dx,
                         Gradients gradients, T* scratch, const TaskContext& context) {
        for (int g = 0; g < context.groups; ++g)
            call_flat<Isa, detail::SampleBackward<Layer, In>>(
                x[g], y[g], dy[g], w, dx ? dx[g] : scratch + Op::backward_scratch, gradients, scratch);
    }
    template <class Isa, class>
    static void forward_single(const Op&, const float* x, Weights w, float* y, float*) {
        call_flat<Isa, detail::SampleSingle<Layer, In>>(x, w, y);
    }
};

}  // namespace TENET_NAMESPACE::cpu
