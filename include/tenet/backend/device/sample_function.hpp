#pragma once

#include <type_traits>
#include <utility>

#include <tenet/backend/device/family.hpp>
#include <tenet/operations/sample_function.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// One sample's numbers as floats, for code that knows no other: the tensor itself, or scratch that it is copied to.
template <class Storage>
struct SampleFloats {
    Rows<Storage> rows;
    float* floats;  // as many for each sample
    std::int64_t count;

    TENET_HOST_DEVICE float* operator[](std::int64_t s) const {
        if constexpr (std::is_same_v<Storage, float>)
            return rows ? rows[s] : floats + s * count;
        else
            return floats + s * count;
    }
    TENET_HOST_DEVICE const float* read(std::int64_t s) const {
        float* const to = (*this)[s];
        if constexpr (!std::is_same_v<Storage, float>)
            for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<float>(rows[s][i]);
        return to;
    }
    TENET_HOST_DEVICE void write(std::int64_t s) const {
        if constexpr (!std::is_same_v<Storage, float>)
            for (std::int64_t i = 0; rows && i < count; ++i) rows[s][i] = static_cast<Storage>(floats[s * count + i]);
    }
};

template <class System, class Storage>
TENET_HOST_DEVICE SampleFloats<Storage> sample_floats(System& system, const Rows<Storage>& rows, std::int64_t samples,
                                                      std::int64_t count) {
    const bool needed = !std::is_same_v<Storage, float> || !rows;
    return {rows, needed ? system.scratch.take(samples * count) : nullptr, count};
}

/// Parameters of a layer, where a function on the device finds them.
struct WeightPointers {
    const float* tensors[ParameterList::capacity];
};

/// A shape in the name of a kernel: nvcc writes a `Shape` there, whose extents are an array, as no compiler reads it.
template <int... Extent>
struct SampleShape {
    TENET_LOCAL static constexpr Shape value{Extent...};
};
template <Shape In, int... Axis>
SampleShape<In[Axis]...> sample_shape(std::integer_sequence<int, Axis...>);
template <Shape In>
using SampleShapeOf = decltype(sample_shape<In>(std::make_integer_sequence<int, In.rank>{}));

template <class Layer, class In, class Storage>
struct SampleForward {
    SampleFloats<Storage> x, y;
    WeightPointers weights;

    TENET_WHERE_CALLED
    TENET_HOST_DEVICE void operator()(std::int64_t s) const {
        Layer::template forward<In::value>(x.read(s), Weights{weights.tensors}, y[s]);
        y.write(s);
    }
};

/// Samples of one part of the batch, one after the other, so that they can add to gradients of their own.
template <class Layer, class In, class Storage>
struct SampleBackward {
    using Op = operations::SampleFunction<Layer, In::value>;

    SampleFloats<Storage> x, y, dy, dx;
    InputGradient<Storage> to;
    WeightPointers weights;
    float* scratch;  // the layer's own, by part
    float* partial;  // gradients by part, one tensor behind the other
    std::int64_t samples, parts, gradient_count;
    std::int64_t begins[ParameterList::capacity];

    TENET_WHERE_CALLED
    TENET_HOST_DEVICE void operator()(std::int64_t part) const {
        float* tensors[ParameterList::capacity];
        float* const own = partial + part * gradient_count;
        for (int t = 0; t < ParameterList::capacity; ++t) tensors[t] = own + begins[t];
        for (std::int64_t i = 0; i < gradient_count; ++i) own[i] = 0.0f;
        for (std::int64_t s = samples * part / parts; s < samples * (part + 1) / parts; ++s) {
            const Gradients gradients{partial ? tensors : nullptr};
            if constexpr (Op::takes_scratch)
                Layer::template backward<In::value>(read(x, s), read(y, s), dy.read(s), Weights{weights.tensors}, dx[s],
                                                    gradients, scratch + part * Op::backward_scratch);
            else
                Layer::template backward<In::value>(read(x, s), read(y, s), dy.read(s), Weights{weights.tensors}, dx[s],
                                                    gradients);
            if (to)
                for (std::int64_t i = 0; i < dx.count; ++i) to(s, i, dx[s][i]);
        }
    }

  private:
    TENET_HOST_DEVICE static const float* read(const SampleFloats<Storage>& tensor, std::int64_t s) {
        return tensor.rows ? tensor.read(s) : nullptr;
    }
};

/// The gradient of one number, part by part.
struct PartialGradient {
    const float* partial;
    std::int64_t stride;

    TENET_HOST_DEVICE float operator()(std::int64_t i, std::int64_t part) const { return partial[part * stride + i]; }
};

}  // namespace detail

/// A layer's own code, one sample in a thread.
template <class Layer, Shape In>
struct Family<operations::SampleFunction<Layer, In>> : KeepsNothing {
    using Op = operations::SampleFunction<Layer, In>;
    TENET_LOCAL static constexpr Shape out = tenet::detail::infer<Layer>(In).output;
    TENET_LOCAL static constexpr ParameterList parameters = tenet::detail::parameters<Layer>(In);

    TENET_WHERE_CALLED
    template <class, class System, class Storage>
    static TENET_HOST_DEVICE void forward(System& system, const Op&, const Operands<Storage>& o) {
        system.for_each(o.samples, detail::SampleForward<Layer, detail::SampleShapeOf<In>, Storage>{
                                       detail::sample_floats(system, o.x[0], o.samples, In.count()),
                                       detail::sample_floats(system, o.y, o.samples, out.count()), pointers(o)});
    }
    template <class System, class Storage>
    static void backward(System& system, const Op&, const Operands<Storage>& o) {
        using F = detail::SampleBackward<Layer, detail::SampleShapeOf<In>, Storage>;
        // dx is written here first, and then where it belongs: it may have to be added there.
        const Rows<Storage> none;
        F f{detail::sample_floats(system, Op::saves_input ? o.x[0] : none, o.samples, In.count()),
            detail::sample_floats(system, Op::saves_output ? o.y : none, o.samples, out.count()),
            detail::sample_floats(system, o.dy, o.samples, out.count()),
            detail::sample_floats(system, none, o.samples, In.count()),
            o.dx[0],
            pointers(o),
            nullptr,
            nullptr,
            o.samples,
            o.samples,
            0,
            {}};
        if (o.gradients[0]) {
            f.parts = o.samples < most_parts ? o.samples : most_parts;
            for (int t = 0; t < parameters.count; ++t) {
                f.begins[t] = f.gradient_count;
                f.gradient_count += parameters.items[t].shape.count();
            }
            f.partial = system.scratch.take(f.parts * f.gradient_count);
        }
        if constexpr (Op::backward_scratch > 0) f.scratch = system.scratch.take(f.parts * Op::backward_scratch);
        system.for_each(f.parts, f);
        for (int t = 0; o.gradients[0] && t < parameters.count; ++t)
            sum(system, parameters.items[t].shape.count(), f.parts,
                detail::PartialGradient{f.partial + f.begins[t], f.gradient_count}, o.gradients[t]);
    }

  private:
    TENET_LOCAL static constexpr std::int64_t most_parts = 64;

    template <class Storage>
    static TENET_HOST_DEVICE detail::WeightPointers pointers(const Operands<Storage>& o) {
        detail::WeightPointers w{};
        for (int t = 0; t < ParameterList::capacity; ++t) w.tensors[t] = o.weights[t];
        return w;
    }
};

}  // namespace tenet::device
