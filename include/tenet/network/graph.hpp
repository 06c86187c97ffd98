#pragma once

#include <concepts>
#include <string_view>
#include <utility>

#include <tenet/core/array_bound.hpp>
#include <tenet/core/fixed_string.hpp>
#include <tenet/network/graph_plan.hpp>
#include <tenet/network/lower.hpp>

namespace TENET_NAMESPACE {

namespace detail {
enum class GraphPart { none, inputs, node, outputs };

template <FixedString... Name>
struct Names {
    TENET_LOCAL static constexpr int count = static_cast<int>(sizeof...(Name));
    TENET_LOCAL static constexpr std::string_view names[array_bound(count + 1)]{Name.view()..., {}};
    static constexpr NameView view() { return {names, count}; }
};
}  // namespace detail

/// What the nodes of a Graph call the values that it gets, in their order.
template <FixedString... Name>
struct Inputs : detail::Names<Name...> {
    TENET_LOCAL static constexpr auto graph_part = detail::GraphPart::inputs;
};

/// The nodes, or inputs, that a Graph gives, in this order.
template <FixedString... Name>
struct Outputs : detail::Names<Name...> {
    TENET_LOCAL static constexpr auto graph_part = detail::GraphPart::outputs;
};

/// The inputs and nodes that a Node reads, in the order in which its layer takes them.
template <FixedString... Name>
struct From : detail::Names<Name...> {};

/// A layer of a Graph, its name, and what it reads. `Add<>`, `Multiply<>`, `Concat<>` and graphs read several values,
/// every other layer reads one.
template <FixedString Name, class Layer, class Sources = From<>>
struct Node {
    TENET_LOCAL static constexpr auto graph_part = detail::GraphPart::node;
    using layer = Layer;
    TENET_LOCAL static constexpr detail::NodeNames names{Name.view(), Sources::view()};
};

/// Layers that read each other by name, for what Sequential, Residual and branches cannot say: any directed graph
/// without cycles.
/// ```
/// Graph<Inputs<"x">,
///       Node<"narrow", Conv2d<8, Kernel<1>>, From<"x">>,
///       Node<"wide", Sequential<Conv2d<8, Kernel<3>, Padding<1>>, ReLU>, From<"x">>,
///       Node<"sum", Add<>, From<"narrow", "wide">>,
///       Node<"all", Concat<>, From<"sum", "x">>,
///       Outputs<"all">>
/// ```
/// The order in which nodes are written is free. Nodes that form a cycle, that nothing reads, or that read unknown
/// names do not compile. With one input and one output a Graph is a layer like every other; with several inputs it
/// stands in another Graph. Parameters are named "<node>.weight", "<node>.<position>.weight" if the node is a
/// Sequential; those of a node of `Named<"", Sequential<...>>` as if they stood outside the graph.
template <class... Item>
struct Graph {};

namespace detail {

template <class Item>
constexpr GraphPart graph_part() {
    if constexpr (requires { Item::graph_part; })
        return Item::graph_part;
    else
        return GraphPart::none;
}

template <GraphPart Part, class... Item>
using graph_items = join<std::conditional_t<graph_part<Item>() == Part, List<Item>, List<>>...>;

template <class NodeType, int N, class Builder>
constexpr void wire_node(Builder& builder, const GraphPlan<N>& plan, int written, Value* values) {
    if (!builder.ok()) return;
    using Layer = Lower<typename NodeType::layer>;
    Values inputs;
    for (int k = 0; k < plan.source_count[written]; ++k) inputs.add(values[plan.sources[written][k]]);
    const Values outputs = Layer::wire(builder, inputs);
    if (builder.gives_one(outputs))
        values[plan.input_count + written] = outputs[0];
    else
        builder.why.lead_with(written + 1, Layer::title().view(), NodeType::names.name);
}

template <class NodeType>
TENET_LOCAL inline constexpr bool is_nameless =
    own_name<typename NodeType::layer>::given&& own_name<typename NodeType::layer>::view().empty();

template <class NodeType, class Sink>
constexpr void name_node(Sink& sink, const LayerPath* outer) {
    const LayerPath path{outer, NodeType::names.name, 0, is_nameless<NodeType>};
    Lower<typename NodeType::layer>::prefixes(sink, &path);
}

/// A graph whose nodes are in the order of execution.
template <class Planned, class... NodeInOrder>
struct GraphNodes {
    using leaves = join<typename Lower<typename NodeInOrder::layer>::leaves...>;
    TENET_LOCAL static constexpr int output_count = Planned::plan.output_count;

    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        constexpr const auto& plan = Planned::plan;
        if (!plan.ok()) builder.why = plan.why;
        const bool nameless[]{is_nameless<NodeInOrder>..., false};
        for (const bool one : nameless)
            if (one || plan.names_meet) builder.names_meet = true;
        if (!builder.ok() || !builder.takes(plan.input_count, inputs)) return inputs;
        Value values[Values::capacity + sizeof...(NodeInOrder)]{};
        for (int i = 0; i < inputs.count; ++i) values[i] = inputs[i];
        int step = 0;
        int unused[]{0, (wire_node<NodeInOrder>(builder, plan, plan.order[step++], values), 0)...};
        (void)unused;
        Values outputs;
        for (int o = 0; o < plan.output_count; ++o) outputs.add(values[plan.outputs[o]]);
        return outputs;
    }
    template <class Sink>
    static constexpr void prefixes(Sink& sink, const LayerPath* path) {
        int unused[]{0, (name_node<NodeInOrder>(sink, path), 0)...};
        (void)unused;
    }
};

template <class Inputs, class Nodes, class Outputs>
struct GraphPlanOf;
template <class Inputs, class... N, class Outputs>
struct GraphPlanOf<Inputs, List<N...>, Outputs> {
    TENET_LOCAL static constexpr int count = static_cast<int>(sizeof...(N));
    TENET_LOCAL static constexpr NodeNames nodes[array_bound(count + 1)]{N::names..., {}};
    TENET_LOCAL static constexpr GraphPlan<count> plan =
        GraphPlanner<count>{Inputs::view(), nodes, Outputs::view()}.plan();
};

template <class Planned, class Nodes, class Indices>
struct in_order;
template <class Planned, class Nodes, int... I>
struct in_order<Planned, Nodes, std::integer_sequence<int, I...>> {
    using type = GraphNodes<Planned, at<Nodes, Planned::plan.order[I]>...>;
};

/// What is said of items that make no graph.
struct MisshapenGraph {
    using leaves = List<>;
    template <class Sink>
    static constexpr void prefixes(Sink&, const LayerPath*) {}
};
template <class Item>
struct ForeignGraphItem : MisshapenGraph {
    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        builder.why.name(type_name<Item>().view()) << why::is_neither_Inputs_nor_Node_nor_Outputs;
        return inputs;
    }
};
struct GraphWithoutEnds : MisshapenGraph {
    template <class Builder>
    static constexpr Values wire(Builder& builder, const Values& inputs) {
        builder.why << why::needs_one_Inputs_and_one_Outputs;
        return inputs;
    }
};

template <class Foreign, class Inputs, class Nodes, class Outputs>
struct GraphLayer : GraphWithoutEnds {};
template <class Item, class... More, class Inputs, class Nodes, class Outputs>
struct GraphLayer<List<Item, More...>, Inputs, Nodes, Outputs> : ForeignGraphItem<Item> {};
template <class Inputs, class Nodes, class Outputs>
struct GraphLayer<List<>, List<Inputs>, Nodes, List<Outputs>>
    : in_order<GraphPlanOf<Inputs, Nodes, Outputs>, Nodes, std::make_integer_sequence<int, Nodes::size>>::type {};

}  // namespace detail

template <class... Item>
struct Lower<Graph<Item...>> : detail::GraphLayer<detail::graph_items<detail::GraphPart::none, Item...>,
                                                  detail::graph_items<detail::GraphPart::inputs, Item...>,
                                                  detail::graph_items<detail::GraphPart::node, Item...>,
                                                  detail::graph_items<detail::GraphPart::outputs, Item...>> {
    static constexpr Text title() { return Text{} << "Graph"; }
};

}  // namespace tenet
