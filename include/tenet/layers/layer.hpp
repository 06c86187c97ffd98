#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <tenet/config.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/core/type_list.hpp>
#include <tenet/diagnostics/diagnosis.hpp>
#include <tenet/diagnostics/network_error.hpp>
#include <tenet/initializers/initial_value.hpp>
#include <tenet/layers/options.hpp>
#include <tenet/math/value.hpp>
#include <tenet/operations/operation.hpp>
#include <tenet/operations/sample_function.hpp>
#include <tenet/operations/view.hpp>

namespace TENET_NAMESPACE {

/// One tensor of a layer: its name inside the layer as in PyTorch's `state_dict`, its shape, the fans that initializers
/// use, its first value, and whether training may change it.
struct ParameterSpec {
    std::string_view name;
    Shape shape;
    InitialValue initial{};
    std::int64_t fan_in = 1, fan_out = 1;
    bool trained = true;
};

/// The parameters of a layer, in `state_dict` order.
struct ParameterList {
    TENET_LOCAL static constexpr int capacity = 4;
    ParameterSpec items[capacity]{};
    int count = 0;

    constexpr ParameterList() = default;
    template <class... Spec>
    requires(sizeof...(Spec) >= 1 && sizeof...(Spec) <= capacity &&
             (std::same_as<Spec, ParameterSpec> && ...)) constexpr ParameterList(const Spec&... specs)
        : items{specs...}, count{static_cast<int>(sizeof...(Spec))} {}
    template <class... Spec>
    requires(sizeof...(Spec) > capacity) constexpr ParameterList(const Spec&...) {
        static_assert(sizeof...(Spec) <= capacity, "a layer has at most 4 parameters: divide it, or join tensors");
    }
};

/// The parameters of a layer as its forward and backward see them: `w[0]` is the first tensor's numbers.
struct Weights {
    const float* const* tensors = nullptr;
    TENET_HOST_DEVICE TENET_INLINE const float* operator[](int tensor) const { return tensors[tensor]; }
};

/// Where a layer's backward adds its parameters' gradients: `g.add(0, i, dy * x)` adds the sum over all samples of the
/// value to number i of tensor 0. One after the other: what many numbers of a sample share is added as one `block_sum`
/// (math/block_sum.hpp), `g.add(0, 0, block_sum<T>(In.count(), [&](int i) { return dy[i] * x[i]; }))`, whose rounding
/// does not grow with their number; of 65,536 alike, added one by one, it is 6e-4 of the sum.
struct Gradients {
    float* const* tensors = nullptr;  // null in a frozen layer
    template <class T>
    TENET_HOST_DEVICE TENET_INLINE void add(int tensor, std::int64_t index, T value) const {
        if (tensors) tensors[tensor][index] += sum_lanes(value);
    }
};

/// What a layer is. A user's own layer needs a shape law and code for one sample; the rest is optional:
/// ```
/// struct Scale {                                       // y[i] = w[i] * x[i]
///     static constexpr Shape output(Shape in) { return in; }        // or `Inferred infer(Shape)` to explain a misfit
///     static constexpr ParameterList parameters(Shape in) {
///         return {ParameterSpec{"weight", in, InitialValue::ones()}};
///     }
///     template <Shape In, class T>
///     TENET_HOST_DEVICE static void forward(const T* x, Weights w, T* y) {
///         for (int i = 0; i < In.count(); ++i) y[i] = w[0][i] * x[i];
///     }
///     template <Shape In, class T>
///     TENET_HOST_DEVICE static void backward(const T* x, const T* y, const T* dy, Weights w, T* dx, Gradients g) {
///         for (int i = 0; i < In.count(); ++i) { dx[i] = w[0][i] * dy[i]; g.add(0, i, dy[i] * x[i]); }
///     }
/// };
/// ```
/// `T` is one sample's number or many samples' numbers in the lanes of a vector: write formulas, no branches on values
/// (use `select`). A backward that does not read x, or y, says `static constexpr bool saves_input = false`, or
/// `saves_output`, and that memory is free for others. One that needs room for more than a few numbers says how many by
/// `static constexpr std::int64_t backward_scratch(Shape in)`, and takes them as a last argument, `T* scratch`: arrays
/// of its own would lie on a thread's stack. TENET_HOST_DEVICE, which is nothing outside of .cu files, lets a GPU run
/// the layer; there its type, which names kernels, has no values of classes with arrays as template arguments (nvcc
/// cannot write them). The library's own layers give an `operation(Shape)` of a family in operations/ instead of the
/// code.
template <class L>
concept HasShapeLaw = requires(Shape in) {
    { L::infer(in) } -> std::same_as<Inferred>;
}
|| requires(Shape in) {
    { L::output(in) } -> std::same_as<Shape>;
};

/// How a layer runs: while training, activations that backward needs are kept and random layers are random.
enum class Mode { inference, training };

namespace detail {

/// What stands among the layers of a network without being one.
template <class L>
constexpr Diagnosis not_a_layer() {
    Diagnosis why;
    why.name(type_name<L>().view());
    if constexpr (requires {
                      L::written;
                      L::well_formed;
                  })
        return why << why::stands_behind_a_layer_and_inputs_come_first;
    if constexpr (option<L>::kind != unknown_option) return why << why::is_an_option_of_a_layer_and_not_a_layer;
    why << why::is_not_a_layer;
    if constexpr (requires {
                      L::leaves::size;
                      L::output_shape;
                  })
        why << why::its_layers_go_into_a_Sequential;
    if constexpr (requires { L::takes_labels; }) why << why::a_loss_is_given_to_the_Trainer;
    if constexpr (requires { L::state_count; }) why << why::an_optimizer_is_given_to_the_Trainer;
    if constexpr (
        std::is_class_v<L> && !requires { L::leaves::size; } && !requires { L::takes_labels; } &&
        !requires { L::state_count; })
        why << why::has_no_output_of_a_Shape;
    return why;
}

template <class L>
constexpr Inferred infer(const Shape& in) {
    if constexpr (requires { L::infer(in); })
        return L::infer(in);
    else if constexpr (requires { L::output(in); }) {
        if constexpr (std::is_convertible_v<decltype(L::output(in)), Shape>)
            return {L::output(in), {}};
        else
            return {{}, Diagnosis{} << why::output_gives_no_Shape};
    } else {
        return {{}, not_a_layer<L>()};
    }
}

template <class L>
constexpr ParameterList parameters(const Shape& in) {
    if constexpr (requires { L::parameters(in); })
        return L::parameters(in);
    else
        return {};
}

/// Whether a user's own layer gives a shape and parameters that have numbers, under names of their own.
constexpr void check_own_layer(const Shape& output, const ParameterList& parameters, Diagnosis& why) {
    const auto is_positive = [](const Shape& shape) {
        for (int axis = 0; axis < shape.rank; ++axis)
            if (shape[axis] < 1) return false;
        return true;
    };
    if (!is_positive(output)) why << why::output << why::must_be_positive << why::but_is << output;
    for (int i = 0; i < parameters.count && why.empty(); ++i) {
        const ParameterSpec& own = parameters.items[i];
        if (!is_positive(own.shape)) {
            why << why::the_shape_of;
            why.name(own.name) << why::must_be_positive << why::but_is << own.shape;
        }
        for (int j = 0; j < i && why.empty(); ++j)
            if (own.name == parameters.items[j].name) {
                why << why::the_name;
                why.name(own.name) << why::is_used_twice;
            }
    }
}

/// The operation of a layer on an input of a known shape.
template <class L, Shape In, Mode M>
constexpr operations::Operation auto operation() {
    if constexpr (M == Mode::inference && requires { L::inference_operation(In); })
        return L::inference_operation(In);
    else if constexpr (requires { L::operation(In); })
        return L::operation(In);
    else
        return operations::SampleFunction<L, In>{In.count()};
}

// clang-format off
template <class L, Shape In, class T>
concept HasForward = requires(const T* x, Weights w, T* y) { L::template forward<In>(x, w, y); };
template <class L, Shape In, class T>
concept HasBackward = requires(const T* x, Weights w, T* dx, Gradients g) { L::template backward<In>(x, x, x, w, dx, g); };
template <class L, Shape In, class T>
concept HasBackwardWithScratch = requires(const T* x, Weights w, T* dx, Gradients g) { L::template backward<In>(x, x, x, w, dx, g, dx); };
// clang-format on

/// Why the code of a user's own layer cannot be called.
template <class L, why::Word Fault>
struct MisfitCode {
    using layers = slot<0, L>;
    TENET_LOCAL static constexpr Diagnosis diagnosis = Diagnosis{}.name((type_name<L>() << ':').view()) << Fault;
};
/// Its instantiation is the error.
template <class L, why::Word Fault>
struct RefusedCode {
    using Checked = MisfitCode<L, Fault>;
    static_assert(sizeof(decltype(explain<Checked, 0>(path_indices<Checked>{}, word_indices<Checked>{},
                                                      static_cast<const typename Checked::layers*>(nullptr)))) > 0);
};
template <class L, Shape In, class T>
constexpr why::Word misfit_of_backward() {
    if constexpr (operations::SampleFunction<L, In>::takes_scratch)
        return why::backward_cannot_be_called_with_scratch;
    else
        return HasBackwardWithScratch<L, In, T> ? why::backward_takes_scratch_but_backward_scratch_does_not_say_how_much
                                                : why::backward_cannot_be_called;
}

/// A layer that joins several values, made by a combinator (network/): `infer(shapes, count)` and `operation(first, second)`.
template <class L>
concept IsJoin = requires(const Shape* shapes) {
    { L::infer(shapes, 2) } -> std::same_as<Inferred>;
};

/// A layer in its place: what a backend runs for it. Named by the layer and its input alone, so that equal layers of
/// all networks are one type, with a short name.
template <class L, Shape In, Mode M, Shape Second = Shape{}>
struct Placed {
    TENET_LOCAL static constexpr auto operation = [] {
        if constexpr (IsJoin<L>)
            return L::operation(In, Second);
        else
            return detail::operation<L, In, M>();
    }();
    using Operation = std::remove_const_t<decltype(operation)>;
};

}  // namespace detail

}  // namespace tenet
