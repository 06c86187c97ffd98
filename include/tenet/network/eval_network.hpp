#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include <tenet/config.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/network/drop_border_taps.hpp>
#include <tenet/network/drop_identity.hpp>
#include <tenet/network/fold_batch_norm.hpp>

namespace TENET_NAMESPACE {

namespace detail {

/// Where the numbers of a tensor of an EvalNetwork come from: parameters of the trained network, by index.
struct EvalSource {
    int tensor = -1;  // none: a bias that the trained layer has not
    int norm = -1;    // the first tensor of the BatchNorm that is folded in
    bool is_bias = false, affine = false;
    float eps = 0.0f;
    TapsLeft taps;          // of a weight
    int rows_of_group = 0;  // of a weight: as in EvalTraits

    /// The output channel to which the kernel in this row and column of a weight, or this row of a bias, belongs.
    constexpr std::int64_t channel(std::int64_t row, std::int64_t column, std::int64_t columns) const {
        return rows_of_group > 0 ? row / rows_of_group * columns + column : row;
    }
};

/// How a layer differs from the trained one: it has a bias now, or only some of its taps.
struct EvalChange {
    bool adds_bias = false, drops_taps = false;
    TapsLeft taps;

    constexpr bool any() const { return adds_bias || drops_taps; }
};
template <class Place, EvalChange Change>
struct Changed {
    TENET_LOCAL static constexpr auto operation = [] {
        auto op = Place::operation;
        if constexpr (Change.adds_bias) op.bias = true;
        if constexpr (Change.drops_taps)
            for (int axis = 0; axis < 3; ++axis) {
                op.kernel[axis] = Change.taps.size[axis];
                op.padding[axis] -= Change.taps.first[axis] * op.dilation[axis];
            }
        return op;
    }();
    using Operation = std::remove_const_t<decltype(operation)>;
};

template <class Place, EvalChange Change>
struct changed {
    using type = std::conditional_t<Change.any(), Changed<Place, Change>, Place>;
};

/// The rewritten graph without the nodes that are left out: room for `N` nodes and `P` tensors.
template <int N, int P>
struct EvalGraph {
    LeafGraph<N> graph;
    int node[array_bound(N)]{};  // of the trained network
    EvalChange change[array_bound(N)]{};
    ParameterTable<P> parameters;
    EvalSource sources[array_bound(P)]{};
};

template <int N>
struct EvalSize {
    int nodes = 0, tensors = 0;

    constexpr explicit EvalSize(const EvalRewrite<N>& rewrite) {
        bool owned[array_bound(N)]{};
        for (int i = 0; i < N; ++i) {
            if (rewrite.removed[i]) continue;
            ++nodes;
            const LeafNode& node = rewrite.graph.nodes[i];
            if (!owned[node.parameters_of])
                tensors += node.parameter_count + (rewrite.norm[i] >= 0 && !rewrite.traits[i].bias);
            owned[node.parameters_of] = true;
        }
    }
};

template <int P>
constexpr int first_tensor(const ParameterTable<P>& table, int node) {
    for (int i = 0; i < table.count; ++i)
        if (table[i].node == node) return i;
    return -1;
}

template <int P>
constexpr void append_tensor(ParameterTable<P>& table, EvalSource* sources, const ParameterSpec& spec, int node,
                             int index, const EvalSource& source) {
    Parameter& p = table.items[table.count];
    p = {spec, table.storage, node, index, false};
    sources[table.count++] = source;
    table.numbers += p.count();
    if (!spec.trained) table.buffer_numbers += p.count();
    table.storage += (p.count() + parameter_alignment - 1) / parameter_alignment * parameter_alignment;
}

template <int N, int P, int All, int AllTensors>
constexpr EvalGraph<N, P> eval_graph(const EvalRewrite<All>& rewrite, const ParameterTable<AllTensors>& trained) {
    EvalGraph<N, P> result;
    int value[array_bound(All + 1)]{}, owner[array_bound(All)]{};
    for (int& o : owner) o = -1;
    result.graph.input_shape = rewrite.graph.input_shape;
    result.graph.output_shape = rewrite.graph.output_shape;
    for (int i = 0; i < All; ++i) {
        if (rewrite.removed[i]) continue;
        const int at = result.graph.count++;
        LeafNode& node = result.graph.nodes[at];
        node = rewrite.graph.nodes[i];
        result.node[at] = i;
        EvalChange& change = result.change[at];
        change.adds_bias = rewrite.norm[i] >= 0 && !rewrite.traits[i].bias;
        change.drops_taps = !rewrite.taps[i].all();
        change.taps = rewrite.taps[i];
        value[i + 1] = at + 1;
        for (int k = 0; k < node.input_count; ++k) node.inputs[k] = value[node.inputs[k]];
        int& first = owner[node.parameters_of];
        if (first < 0) {
            first = at;
            EvalSource source;
            if (const int norm = rewrite.norm[i]; norm >= 0) {
                source.norm = first_tensor(trained, rewrite.graph.nodes[norm].parameters_of);
                source.affine = rewrite.traits[norm].affine;
                source.eps = rewrite.traits[norm].eps;
            }
            const int tensor = first_tensor(trained, node.parameters_of);
            for (int t = 0; t < node.parameter_count; ++t) {
                source.tensor = tensor + t;
                source.is_bias = t > 0;
                source.rows_of_group = t == 0 ? rewrite.traits[i].rows_of_group : 0;
                ParameterSpec spec = trained[tensor + t].spec;
                source.taps = t == 0 && change.drops_taps ? change.taps : TapsLeft{};
                for (int axis = 0; t == 0 && change.drops_taps && axis < spec.shape.rank - 2; ++axis)
                    spec.shape[spec.shape.rank - 1 - axis] = change.taps.size[2 - axis];
                append_tensor(result.parameters, result.sources, spec, at, t, source);
            }
            if (change.adds_bias) {
                source.tensor = -1;
                source.taps = {};
                source.rows_of_group = 0;
                source.is_bias = true;
                const ParameterSpec bias{"bias", Shape{rewrite.traits[i].out_channels}};
                append_tensor(result.parameters, result.sources, bias, at, node.parameter_count, source);
            }
        }
        node.parameters_of = first;
        node.parameter_count += change.adds_bias;
    }
    result.graph.output = value[rewrite.graph.output];
    return result;
}

}  // namespace detail

/// A network as it runs once it is trained: BatchNorm folded into the convolution (transposed or not) or Linear before
/// it where that is all it does, Dropout, StochasticDepth and pooling of 1 x 1 left out, and so are taps of a
/// convolution that only ever meet its border. It has no training mode; an `EvalModel` holds its parameters.
template <class Net>
struct EvalNetwork {
  private:
    TENET_LOCAL static constexpr auto rewrite = []<int... I>(std::integer_sequence<int, I...>) {
        const detail::EvalTraits traits[]{detail::eval_traits(Net::template Leaf<I, Mode::inference>::operation)...,
                                          detail::EvalTraits{}};
        detail::EvalRewrite<Net::layer_count> result{Net::graph, traits};
        detail::DropIdentity::apply(result);
        detail::FoldBatchNorm::apply(result);
        detail::DropBorderTaps::apply(result);
        return result;
    }
    (std::make_integer_sequence<int, Net::layer_count>{});
    TENET_LOCAL static constexpr detail::EvalSize<Net::layer_count> size{rewrite};
    TENET_LOCAL static constexpr auto evaluated =
        detail::eval_graph<size.nodes, size.tensors>(rewrite, Net::parameters);

    template <class Nodes>
    struct leaves_at;
    template <int... I>
    struct leaves_at<std::integer_sequence<int, I...>> {
        using type = List<at<typename Net::leaves, evaluated.node[I]>...>;
    };

  public:
    using Trained = Net;
    TENET_LOCAL static constexpr int layer_count = size.nodes;
    using leaves = typename leaves_at<std::make_integer_sequence<int, layer_count>>::type;
    TENET_LOCAL static constexpr auto graph = evaluated.graph;
    TENET_LOCAL static constexpr Shape input_shape = Net::input_shape, output_shape = Net::output_shape;
    TENET_LOCAL static constexpr int input_count = Net::input_count, output_count = Net::output_count;
    static constexpr Shape input_shapes(int i) { return Net::input_shapes(i); }
    static constexpr Shape output_shapes(int i) { return Net::output_shapes(i); }

    TENET_LOCAL static constexpr int parameter_tensor_count = size.tensors;
    TENET_LOCAL static constexpr auto parameters = evaluated.parameters;
    TENET_LOCAL static constexpr std::int64_t parameter_count = parameters.numbers - parameters.buffer_numbers;
    TENET_LOCAL static constexpr std::int64_t buffer_count = parameters.buffer_numbers;
    TENET_LOCAL static constexpr std::int64_t trained_parameter_count = 0;
    /// As Network's: a layer that is left keeps its name.
    static constexpr std::string_view parameter_name(int i) { return Names<>::all[i]; }
    static constexpr int parameter_index(std::string_view name) { return Names<>::all.find(name); }
    /// What each parameter tensor is made of.
    static constexpr const detail::EvalSource& source(int tensor) { return evaluated.sources[tensor]; }

    /// Leaf layer `I` in its place, as it runs in inference.
    template <int I, Mode M = Mode::inference>
    using Leaf = typename detail::changed<typename Net::template Leaf<evaluated.node[I], Mode::inference>,
                                          evaluated.change[I]>::type;

    /// Multiplications and additions for one sample.
    static constexpr std::int64_t forward_flops() {
        return []<int... I>(std::integer_sequence<int, I...>) {
            const std::int64_t flops[]{0, Leaf<I>::operation.forward_flops()...};
            std::int64_t sum = 0;
            for (const std::int64_t f : flops) sum += f;
            return sum;
        }
        (std::make_integer_sequence<int, layer_count>{});
    }

    /// As of a `Network` (defined in backend/cpu/facts.hpp).
    static constexpr std::int64_t inference_memory(std::int64_t batch, std::int64_t threads = 1);

    /// Reports the path of each leaf layer in the trained network.
    template <class Sink>
    static constexpr void prefixes(Sink& sink) {
        Kept<Sink> kept{sink};
        Net::prefixes(kept);
    }

  private:
    // g++ warns of a lambda here, and of a struct that is not hidden as its sink is.
    template <class Sink>
    struct TENET_LOCAL Kept {
        Sink& sink;
        int node = 0;

        constexpr void operator()(const LayerPath& path) {
            if (!rewrite.removed[node++]) sink(path);
        }
    };

    // A template, so that the texts are made only where a name is asked for.
    template <class L = leaves>
    struct Names {
        TENET_LOCAL static constexpr auto all = detail::parameter_names<EvalNetwork>();
    };
};

}  // namespace tenet
