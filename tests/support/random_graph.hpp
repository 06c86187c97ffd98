#pragma once

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include <tenet/layers/joins.hpp>
#include <tenet/math/mish.hpp>
#include <tenet/math/relu.hpp>
#include <tenet/math/tanh.hpp>
#include <tenet/network/parameters.hpp>
#include <tenet/operations/batch_norm.hpp>
#include <tenet/operations/convolution.hpp>
#include <tenet/operations/linear.hpp>
#include <tenet/operations/map.hpp>
#include <tenet/operations/random_mask.hpp>
#include <tenet/operations/sample_function.hpp>
#include <tenet/operations/view.hpp>
#include <tenet/operations/window.hpp>

#include <support/random_numbers.hpp>

/// Networks that are drawn at random while a test runs: the same values that the compiler makes of a network's type.
namespace tenet::testing {

/// A layer as a user writes one, whose backward reads x and y: y[i] = tanh(w[i] x[i] + x[n - 1 - i]).
struct Mirror {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape in) { return {ParameterSpec{"weight", in}}; }
    template <Shape In, class T>
    static void forward(const T* x, Weights w, T* y) {
        constexpr std::int64_t n = In.count();
        for (std::int64_t i = 0; i < n; ++i) y[i] = math::tanh(T(w[0][i]) * x[i] + x[n - 1 - i]);
    }
    template <Shape In, class T>
    static void backward(const T* x, const T* y, const T* dy, Weights w, T* dx, Gradients g) {
        constexpr std::int64_t n = In.count();
        for (std::int64_t i = 0; i < n; ++i) dx[i] = T(0.0f);
        for (std::int64_t i = 0; i < n; ++i) {
            const T inner = dy[i] * (T(1.0f) - y[i] * y[i]);
            dx[i] = dx[i] + T(w[0][i]) * inner;
            dx[n - 1 - i] = dx[n - 1 - i] + inner;
            g.add(0, i, inner * x[i]);
        }
    }
};
using UserLayer = operations::SampleFunction<Mirror, Shape{6}>;

using AveragePool = operations::Window<operations::Pooling::average>;
using MaximumPool = operations::Window<operations::Pooling::max>;
using AnyOperation =
    std::variant<operations::Linear, operations::Convolution, AveragePool, MaximumPool, operations::Map<math::Tanh>,
                 operations::Map<math::ReLU>, operations::Map<math::Mish>, operations::View, operations::Sum,
                 operations::Product, operations::Concat, operations::BatchNorm, operations::FrozenBatchNorm,
                 operations::RandomMask, UserLayer>;

struct RandomGraph {
    static constexpr int most_nodes = 40, most_parameters = 4 * most_nodes;
    LeafGraph<most_nodes> graph;
    ParameterTable<most_parameters> parameters;
    AnyOperation operations[most_nodes];  // of training

    const Shape& shape(int value) const { return value == 0 ? graph.input_shape : graph.nodes[value - 1].out; }
    /// The first parameter tensor of a node.
    int first_parameter(int node) const {
        int i = 0;
        while (i < parameters.count && parameters[i].node != graph.nodes[node].parameters_of) ++i;
        return i;
    }
    /// The same without Checkpoints.
    RandomGraph all_kept() const {
        RandomGraph result = *this;
        for (LeafNode& node : result.graph.nodes) node.checkpoint = 0;
        return result;
    }
    /// The same with the operations that run in a mode.
    RandomGraph in(Mode mode) const {
        RandomGraph result = *this;
        if (mode == Mode::training) return result;
        for (AnyOperation& operation : result.operations) {
            if (const auto* const norm = std::get_if<operations::BatchNorm>(&operation))
                operation = operations::FrozenBatchNorm{norm->channels, norm->plane, norm->eps, norm->affine};
            else if (std::holds_alternative<operations::RandomMask>(operation))
                operation = operations::View{};
        }
        return result;
    }
    bool has_batch_statistics() const {
        return std::any_of(operations, operations + graph.count, [](const AnyOperation& operation) {
            return std::holds_alternative<operations::BatchNorm>(operation);
        });
    }
    std::string text() const {
        static constexpr const char* names[]{
            "Linear",  "Convolution", "AveragePool", "MaximumPool",     "Tanh",       "ReLU",  "Mish", "View", "Sum",
            "Product", "Concat",      "BatchNorm",   "FrozenBatchNorm", "RandomMask", "Mirror"};
        std::string result = "input" + text_of(graph.input_shape);
        for (int i = 0; i < graph.count; ++i) {
            const LeafNode& node = graph.nodes[i];
            result += "; " + std::to_string(i + 1) + " = " + names[operations[i].index()] + "(";
            for (int k = 0; k < node.input_count; ++k) result += (k ? "," : "") + std::to_string(node.inputs[k]);
            result += ")" + text_of(node.out);
            if (node.parameters_of != i) result += " as " + std::to_string(node.parameters_of + 1);
            if (!node.trained) result += " frozen";
            if (node.checkpoint > 0) result += " in checkpoint " + std::to_string(node.checkpoint);
        }
        return result;
    }

  private:
    static std::string text_of(const Shape& shape) {
        std::string result;
        for (int axis = 0; axis < shape.rank; ++axis) result += (axis ? "," : "[") + std::to_string(shape[axis]);
        return result + "]";
    }
};

/// Draws a graph node by node: an operation, then values that it can read. In the end all values that nothing has read
/// meet in one output.
class GraphDrawer {
  public:
    explicit GraphDrawer(RandomNumbers& random) : random_(random) {}

    RandomGraph draw() {
        result_.graph.input_shape = random_.integer(0, 2) > 0
                                        ? Shape{random_.integer(1, 3), random_.integer(2, 6), random_.integer(2, 6)}
                                        : Shape{random_.integer(1, 20)};
        if (random_.integer(0, 3) == 0) draw_inputs();
        const int wanted = result_.graph.count + random_.integer(1, 16);
        while (result_.graph.count < wanted) draw_node();
        join_unread();
        if (random_.integer(0, 1)) add_linear(result_.graph.count);
        if (random_.integer(0, 2) == 0) add_map(result_.graph.count);
        result_.graph.output = result_.graph.count;
        result_.graph.output_shape = result_.shape(result_.graph.output);
        if (random_.integer(0, 1)) draw_checkpoints();
        return result_;
    }

  private:
    int any_value() {
        // Near ones more often, so that graphs grow deep as well as wide.
        const int values = result_.graph.count + 1;
        return std::max(random_.integer(0, values - 1), random_.integer(0, values - 1));
    }

    /// Several inputs, as parts of one.
    void draw_inputs() {
        Shape shapes[3];
        const int count = random_.integer(2, 3);
        std::int64_t numbers = 0;
        for (int i = 0; i < count; ++i) {
            shapes[i] = random_.integer(0, 1) ? result_.graph.input_shape : Shape{random_.integer(1, 9)};
            numbers += shapes[i].count();
        }
        result_.graph.input_shape = Shape{static_cast<int>(numbers)};
        for (std::int64_t i = 0, offset = 0; i < count; offset += shapes[i++].count())
            add(operations::View{}, 0, shapes[i]).offset = offset;
    }

    /// Neighbours in a Checkpoint, whatever they read and whoever reads them.
    void draw_checkpoints() {
        int count = 0;
        for (int i = 0; i < result_.graph.count; ++i) {
            if (random_.integer(0, 2) == 0) continue;
            const int end = std::min(result_.graph.count, i + random_.integer(1, 8));
            for (++count; i < end; ++i) result_.graph.nodes[i].checkpoint = count;
            --i;
        }
    }

    void draw_node() {
        const int from = any_value();
        const Shape in = result_.shape(from);
        switch (random_.integer(0, 13)) {
            case 0:
            case 1:
                return in.rank == 1 ? add_linear(from) : add_convolution(from);
            case 2:
                return in.rank == 3 && in[1] > 1 && in[2] > 1 ? add_pool(from) : add_map(from);
            case 3:
                return in.rank == 3 && random_.integer(0, 1) ? add_view(from) : add_map(from);
            case 4:
                return add_map(from);
            case 5:
            case 6:
                return add_join<joins::Sum>(from, [&](const Shape& s) { return s == in; });
            case 7:
                return add_product(from);
            case 8:
            case 9:
                return add_batch_norm(from);
            case 10:
                return add_mask(from);
            case 11:
                return add_user_layer(from);
            default:
                if (in.count() > 60) return add_map(from);
                return add_join<joins::Concatenation>(
                    from, [&](const Shape& s) { return s.rank == in.rank && s[1] == in[1] && s[2] == in[2]; });
        }
    }

    LeafNode& add(const AnyOperation& operation, int from, const Shape& out) {
        result_.operations[result_.graph.count] = operation;
        LeafNode& node = result_.graph.nodes[result_.graph.count];
        node.inputs[0] = from;
        node.in = result_.shape(from);
        node.out = out;
        node.parameters_of = result_.graph.count++;
        return node;
    }
    void add_map(int from) {
        const std::int64_t count = result_.shape(from).count();
        const int formula = random_.integer(0, 2);
        if (formula == 0) add(operations::Map<math::Tanh>{count}, from, result_.shape(from));
        if (formula == 1) add(operations::Map<math::ReLU>{count}, from, result_.shape(from));
        if (formula == 2) add(operations::Map<math::Mish>{count}, from, result_.shape(from));
    }
    void add_view(int from) { add(operations::View{}, from, Shape{static_cast<int>(result_.shape(from).count())}); }
    void add_linear(int from) { add_linear(from, random_.integer(1, 20)); }
    void add_linear(int from, int outputs) {
        if (result_.shape(from).rank > 1) {
            add_view(from);
            from = result_.graph.count;
        }
        const int in = static_cast<int>(result_.shape(from).count());
        operations::Linear op{in, outputs, random_.integer(0, 3) > 0};
        if (const int twin = twin_of<operations::Linear>(
                [&](const auto& t) { return t.in_features == in && t.out_features == outputs; });
            twin >= 0)
            return share(twin, from);
        add(op, from, Shape{op.out_features});
        add_parameters(Shape{op.out_features, in}, op.bias, op.out_features, in);
    }
    void add_convolution(int from) {
        const Shape in = result_.shape(from);
        if (const int twin = twin_of<operations::Convolution>(
                [&](const auto& t) { return t.in_channels == in[0] && t.in[1] == in[1] && t.in[2] == in[2]; });
            twin >= 0)
            return share(twin, from);
        operations::Convolution op;
        op.in_channels = in[0];
        op.out_channels = random_.integer(1, 5);
        const int kernel = random_.integer(1, 3);
        op.bias = random_.integer(0, 3) > 0;
        for (int axis = 1; axis < 3; ++axis) {
            op.in[axis] = in[axis];
            op.kernel[axis] = kernel;
            op.padding[axis] = kernel / 2;
            op.stride[axis] = random_.integer(0, 3) == 0 ? 2 : 1;
            op.out[axis] = op.out_extent(axis);
        }
        add(op, from, Shape{op.out_channels, op.out[1], op.out[2]});
        add_parameters(Shape{op.out_channels, op.in_channels, kernel, kernel}, op.bias, op.out_channels,
                       op.in_channels * kernel * kernel);
    }
    void add_batch_norm(int from) {
        const Shape& in = result_.shape(from);
        const operations::BatchNorm op{in[0], in.count() / in[0], random_.integer(0, 1) ? 1e-5f : 0.1f,
                                       random_.uniform(0.1f, 0.9f), random_.integer(0, 3) > 0};
        if (const int twin = twin_of<operations::BatchNorm>(
                [&](const auto& t) { return t.channels == op.channels && t.plane == op.plane; });
            twin >= 0)
            return share(twin, from);
        const Shape channels{op.channels};
        const ParameterSpec mean{"running_mean", channels, {}, 1, 1, false},
            variance{"running_var", channels, {}, 1, 1, false};
        add(op, from, in);
        add_parameters(op.affine ? ParameterList{ParameterSpec{"weight", channels}, ParameterSpec{"bias", channels},
                                                 mean, variance}
                                 : ParameterList{mean, variance});
    }
    void add_mask(int from) {
        const Shape& in = result_.shape(from);
        const std::int64_t alike[]{1, 1, in.count() / in[0], in.count()};
        add(operations::RandomMask{in.count(), random_.uniform(0.0f, 0.6f), alike[random_.integer(0, 3)]}, from, in);
    }
    void add_user_layer(int from) {
        if (result_.shape(from) != UserLayer::input) {
            add_linear(from, UserLayer::input[0]);
            from = result_.graph.count;
        }
        add(UserLayer{}, from, UserLayer::input);
        add_parameters(Mirror::parameters(UserLayer::input));
    }
    void add_pool(int from) {
        if (random_.integer(0, 1))
            add(pool<AveragePool>(from), from, pooled(from));
        else
            add(pool<MaximumPool>(from), from, pooled(from));
    }
    Shape pooled(int from) const {
        const Shape& in = result_.shape(from);
        return Shape{in[0], in[1] / 2, in[2] / 2};
    }
    template <class Op>
    Op pool(int from) const {
        Op op;
        op.channels = result_.shape(from)[0];
        for (int axis = 1; axis < 3; ++axis) {
            op.in[axis] = result_.shape(from)[axis];
            op.out[axis] = op.in[axis] / 2;
            op.kernel[axis] = op.stride[axis] = 2;
        }
        return op;
    }
    void add_product(int from) {
        const Shape in = result_.shape(from);
        int second = any_value();
        if (!(result_.shape(second) == in)) second = from;
        if (in.rank == 3 && random_.integer(0, 1)) {
            // One number for each channel.
            AveragePool all;
            all.channels = in[0];
            for (int axis = 1; axis < 3; ++axis) all.in[axis] = all.kernel[axis] = in[axis];
            add(all, second, Shape{in[0], 1, 1});
            second = result_.graph.count;
        }
        join<joins::Product>({from, second});
    }
    template <class Join, class Fits>
    void add_join(int from, const Fits& fits) {
        std::vector<int> inputs{from};
        for (int k = random_.integer(1, 3); k > 0; --k) {
            const int value = any_value();
            inputs.push_back(fits(result_.shape(value)) ? value : from);
        }
        join<Join>(inputs);
    }
    template <class Join>
    void join(const std::vector<int>& inputs) {
        Shape shapes[LeafNode::max_inputs];
        const int count = static_cast<int>(inputs.size());
        for (int k = 0; k < count; ++k) shapes[k] = result_.shape(inputs[static_cast<std::size_t>(k)]);
        LeafNode& node = add(Join::operation(shapes[0], shapes[1]), inputs[0], Join::infer(shapes, count).output);
        node.input_count = count;
        node.second_in = shapes[1];
        std::copy(inputs.begin(), inputs.end(), node.inputs);
    }
    void join_unread() {
        for (;;) {
            std::vector<int> unread;
            for (int v = 0; v <= result_.graph.count; ++v) {
                bool read = false;
                for (int i = 0; i < result_.graph.count; ++i)
                    for (int k = 0; k < result_.graph.nodes[i].input_count; ++k)
                        read |= result_.graph.nodes[i].inputs[k] == v;
                if (!read && unread.size() < 8) unread.push_back(v);
            }
            if (unread.size() < 2) return;
            for (int& value : unread)
                if (result_.shape(value).rank == 3) {
                    add_view(value);
                    value = result_.graph.count;
                }
            join<joins::Concatenation>(unread);
        }
    }

    /// Now and then a layer that came before and fits, to share its parameters.
    template <class Op, class Fits>
    int twin_of(const Fits& fits) {
        if (random_.integer(0, 2) > 0) return -1;
        for (int i = result_.graph.count - 1; i >= 0; --i)
            if (const Op* const op = std::get_if<Op>(&result_.operations[i]); op && fits(*op)) return i;
        return -1;
    }
    void share(int twin, int from) {
        LeafNode& node = add(result_.operations[twin], from, result_.graph.nodes[twin].out);
        node.parameters_of = result_.graph.nodes[twin].parameters_of;
        node.parameter_count = result_.graph.nodes[twin].parameter_count;
        node.trained = result_.graph.nodes[twin].trained;
    }
    void add_parameters(const Shape& shape, bool has_bias, int outputs, int fan_in) {
        const ParameterSpec weight{"weight", shape, {}, fan_in}, bias{"bias", Shape{outputs}, {}, fan_in};
        add_parameters(has_bias ? ParameterList{weight, bias} : ParameterList{weight});
    }
    /// Those of the last node.
    void add_parameters(const ParameterList& list) {
        const int index = result_.graph.count - 1;
        LeafNode& node = result_.graph.nodes[index];
        node.parameter_count = list.count;
        node.trained = random_.integer(0, 9) > 0;
        for (int i = 0; i < list.count; ++i) {
            auto& table = result_.parameters;
            Parameter& p = table.items[table.count++];
            p = {list.items[i], table.storage, index, i, node.trained && list.items[i].trained};
            table.storage += (p.count() + parameter_alignment - 1) / parameter_alignment * parameter_alignment;
        }
    }

    RandomNumbers& random_;
    RandomGraph result_;
};

}  // namespace tenet::testing
