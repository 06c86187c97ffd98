#pragma once

#include <cstdint>
#include <string_view>

#include <tenet/config.hpp>
#include <tenet/diagnostics/network_error.hpp>
#include <tenet/network/ends.hpp>
#include <tenet/network/input.hpp>
#include <tenet/network/lower.hpp>
#include <tenet/network/name_collision.hpp>
#include <tenet/network/names.hpp>
#include <tenet/network/parameters.hpp>

namespace TENET_NAMESPACE {

namespace detail {

/// The verdict on a network, without instantiating the network itself.
template <class... InputOrLayer>
struct CheckedNetwork {
    using parts = network_parts<List<>, InputOrLayer...>;
    using body = NetworkBody<typename parts::inputs, typename parts::layers>;
    using leaves = typename body::leaves;
    using layers = indexed<join<List<struct network>, typename parts::layers>>;
    using Builder = GraphBuilder<leaves::size>;

    TENET_LOCAL static constexpr Builder built = [] {
        Builder builder;
        body::wire(builder);
        return builder;
    }();
    TENET_LOCAL static constexpr const Diagnosis &diagnosis = VerdictOnNames < CheckedNetwork, typename parts::layers,
                                     built.ok() && built.names_meet > ::diagnosis;
};

template <class Net>
struct verdict;

}  // namespace detail

/// A neural network as a type: the input's shape, then the layers in order.
/// ```
/// using MLP = Network<Input<784>, Linear<256>, ReLU, Linear<10>>;
/// static_assert(MLP::output_shape == Shape{10} && MLP::parameter_count == 203'530);
/// ```
/// Several inputs go to the first layer side by side, and the last layer may give several outputs; a sample then holds
/// all of them one behind the other, and `input_shape` or `output_shape` is one vector:
/// ```
/// using Detector = Network<Input<3, 32, 32>, Input<4>, Graph<Inputs<"image", "hints">, ..., Outputs<"class", "box">>>;
/// static_assert(Detector::output_count == 2 && Detector::output_shapes(1) == Shape{4});
/// ```
/// A network whose layers do not fit does not compile; the first error line says which layer, and why.
template <class In, class... Layer>
struct Network {
  private:
    using Checked = detail::CheckedNetwork<In, Layer...>;
    static_assert(sizeof(decltype(detail::explain<Checked, Checked::diagnosis.path[0]>(
                      detail::path_indices<Checked>{}, detail::word_indices<Checked>{},
                      static_cast<const typename Checked::layers*>(nullptr)))) > 0);

  public:
    TENET_LOCAL static constexpr bool ok = Checked::diagnosis.empty();
    /// Leaf layers in order of execution, combinators unfolded.
    using leaves = typename Checked::leaves;
    TENET_LOCAL static constexpr int layer_count = leaves::size;
    TENET_LOCAL static constexpr auto graph = Checked::built.graph;
    TENET_LOCAL static constexpr Shape input_shape = graph.input_shape;
    TENET_LOCAL static constexpr Shape output_shape = graph.output_shape;
    TENET_LOCAL static constexpr int input_count = graph.inputs.count, output_count = graph.outputs.count;
    static constexpr Shape input_shapes(int i) { return graph.inputs[i].shape; }
    static constexpr Shape output_shapes(int i) { return graph.outputs[i].shape; }

    TENET_LOCAL static constexpr int parameter_tensor_count = ok ? detail::count_tensors(graph) : 0;
    TENET_LOCAL static constexpr auto parameters = [] {
        if constexpr (ok)
            return detail::parameter_table<parameter_tensor_count>(graph, leaves{});
        else
            return ParameterTable<0>{};
    }();
    /// How many numbers training learns, layers that are `Frozen` included, as PyTorch counts `parameters()`. Behind it
    /// those of layers that are trained, and what layers keep beside their parameters, PyTorch's `buffers()`: running
    /// averages. A file holds parameters and buffers.
    TENET_LOCAL static constexpr std::int64_t parameter_count = parameters.numbers - parameters.buffer_numbers;
    TENET_LOCAL static constexpr std::int64_t trained_parameter_count = parameters.trained_numbers;
    TENET_LOCAL static constexpr std::int64_t buffer_count = parameters.buffer_numbers;

    /// Leaf layer `I` in its place: `Leaf<I>::operation` is the operation that a backend runs for it.
    template <int I, Mode M = Mode::training>
    using Leaf = detail::Placed<at<leaves, I>, graph.nodes[I].in, graph.nodes[I].in_eval_mode ? Mode::inference : M,
                                graph.nodes[I].second_in>;

    /// The `state_dict` name of a parameter tensor: "0.weight", or "hidden.weight" for a `Named` layer.
    static constexpr std::string_view parameter_name(int i) { return Names<>::all[i]; }
    /// The index of the tensor of this name, or -1.
    static constexpr int parameter_index(std::string_view name) { return Names<>::all.find(name); }

    /// Reports the path of each leaf layer, in order of execution: `sink(LayerPath)`.
    template <class Sink>
    static constexpr void prefixes(Sink& sink) {
        Checked::body::prefixes(sink, nullptr);
    }

    /// Multiplications and additions for one sample.
    static constexpr std::int64_t forward_flops() { return sum_flops(leaves{}, false); }
    /// Those of the gradients by inputs and by parameters, for one sample.
    static constexpr std::int64_t backward_flops() { return sum_flops(leaves{}, true); }

    /// The most bytes that `Workspace<Net>{batch}` takes, or `Workspaces<Net>{batch}` with so many threads, on any
    /// instruction set, parameters not included; without a largest batch, what it says of a batch of 16 for each
    /// thread. And the most that gradients of batches of up to this size take on so many threads: all but the
    /// parameters, the optimizer's states (Adam: twice the parameters), and the caller's list of samples (defined in
    /// backend/cpu/facts.hpp).
    static constexpr std::int64_t inference_memory(std::int64_t batch, std::int64_t threads = 1);
    static constexpr std::int64_t training_memory(std::int64_t batch, std::int64_t threads = 1);

  private:
    // A template, so that the texts are made only where a name is asked for.
    template <class L = leaves>
    struct Names {
        TENET_LOCAL static constexpr auto all = detail::parameter_names<Network>();
    };

    template <class... L>
    static constexpr std::int64_t sum_flops(List<L...>, bool backward) {
        if constexpr (!ok)
            return 0;
        else
            return [&]<int... I>(std::integer_sequence<int, I...>) {
                const std::int64_t flops[]{0, (backward ? Leaf<I>::operation.backward_flops()
                                                        : Leaf<I, Mode::inference>::operation.forward_flops())...};
                std::int64_t sum = 0;
                for (const std::int64_t f : flops) sum += f;
                return sum;
            }
        (std::make_integer_sequence<int, sizeof...(L)>{});
    }
};

/// Whether a network would compile, as a value for tests: `static_assert(!well_formed<Network<...>>)`.
template <class Net>
TENET_LOCAL inline constexpr bool well_formed = detail::verdict<Net>::diagnosis.empty();

/// The sentence that the compiler would print, empty if nothing is wrong.
template <class Net>
TENET_LOCAL inline constexpr std::string_view diagnosis = detail::verdict<Net>::diagnosis.sentence();

template <class In, class... Layer>
struct detail::verdict<Network<In, Layer...>> : detail::CheckedNetwork<In, Layer...> {};

}  // namespace tenet
