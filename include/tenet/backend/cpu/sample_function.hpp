#pragma once

#include <tenet/backend/cpu/family.hpp>
#include <tenet/backend/cpu/flat_entry.hpp>
#include <tenet/operations/sample_function.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

template <class Layer, Shape In>
struct SampleForward {
    template <class T>
    static TENET_INLINE void run(const T* x, Weights w, T* y) {
        Layer::template forward<In>(x, w, y);
    }
};

template <class Layer, Shape In>
struct SampleBackward {
    template <class T>
    static TENET_INLINE void run(const T* x, const T* y, const T* dy, Weights w, T* dx, Gradients g, T* scratch) {
        if constexpr (operations::SampleFunction<Layer, In>::takes_scratch)
            Layer::template backward<In>(x, y, dy, w, dx, g, scratch);
        else
            Layer::template backward<In>(x, y, dy, w, dx, g);
    }
};

template <class Layer, Shape In>
struct SampleSingle {
    template <class>
    static TENET_INLINE void run(const float* x, Weights w, float* y) {
        Layer::template forward<In>(x, w, y);
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

}  // namespace tenet::cpu
