#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenet/backend/cpu/facts.hpp>
#include <tenet/backend/cpu/winograd.hpp>
#include <tenet/config.hpp>
#include <tenet/core/number_text.hpp>
#include <tenet/fusion/groups.hpp>
#include <tenet/network/network.hpp>
#include <tenet/schedule/program.hpp>

namespace TENET_NAMESPACE {

namespace detail {

/// What `summary` says of one leaf layer. Numbers are for one sample.
struct LayerFacts {
    std::string name, type, kind, fused_with;
    std::string shared_with;  // the first layer that uses its parameters, if that is another
    Shape output;
    std::int64_t parameters = 0, trained_parameters = 0, flops = 0;
    std::int64_t memory = -1;  // bytes of the output, if it is stored
    bool joins = false;        // several inputs
    bool repeated = false;     // in a Checkpoint, and computed again in backward
    bool transformed = false;  // a convolution by Winograd's transforms
};

/// What `summary` says of a network.
struct NetworkFacts {
    Shape input;
    std::vector<LayerFacts> layers;
    std::int64_t batch = 1, parameters = 0, trained_parameters = 0, buffers = 0, forward_flops = 0, backward_flops = 0;
    std::int64_t inference_memory = 0, training_memory = 0;
    bool trains = true;  // not so an EvalNetwork
    struct Arena {
        std::int64_t peak = 0, bound = 0, total = 0;  // floats per sample
    } inference, training;
    std::int64_t kept_peak = 0, repeated_flops = 0;  // if nothing were computed again, and what that costs
};

/// The part of a node in its group, without the number of nodes in its type.
struct FusedNodes {
    std::vector<std::vector<int>> with;     // by node: its partners in the group, the leader alone for all but it
    std::vector<bool> is_view, is_written;  // is_written: it leads a group, whose result lies in memory

    template <int N>
    explicit FusedNodes(const fusion::Grouping<N>& grouping) : with(N), is_view(N, true), is_written(N, false) {
        for (int g = 0; g < grouping.count; ++g) {
            const fusion::Group& group = grouping.groups[g];
            const auto leader = static_cast<std::size_t>(group.node);
            is_view[leader] = false;
            is_written[leader] = true;
            for (const int node : {group.addition, group.epilogue}) {
                if (node < 0) continue;
                with[leader].push_back(node);
                with[static_cast<std::size_t>(node)].push_back(group.node);
                is_view[static_cast<std::size_t>(node)] = false;
            }
        }
    }
};

TENET_COLD inline void describe_fusion(std::vector<LayerFacts>& layers, const FusedNodes& training,
                                       const FusedNodes& inference) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto partners = [&](const std::vector<int>& nodes) {
            std::string text;
            for (const int node : nodes) {
                const LayerFacts& other = layers[static_cast<std::size_t>(node)];
                text += (text.empty() ? "" : ", ") + other.name + " " + other.kind;
            }
            return text;
        };
        std::string& text = layers[i].fused_with;
        if (training.is_view[i])
            text = layers[i].joins ? "(its inputs lie in it)" : "(renames its input)";
        else if (inference.is_view[i])
            text = "(in training only)";
        else if (!training.with[i].empty())
            text = partners(training.with[i]);
        else if (!inference.with[i].empty())
            text = partners(inference.with[i]) + " (inference)";
        if (layers[i].transformed) text += (text.empty() ? "" : " ") + std::string("(Winograd)");
        if (layers[i].repeated) text += (text.empty() ? "" : " ") + std::string("(again in backward)");
        if (training.is_written[i]) layers[i].memory = 4 * layers[i].output.count();
    }
}

template <class Op>
constexpr bool takes_transforms(const Op& op) {
    if constexpr (std::is_same_v<Op, operations::Convolution>)
        return cpu::takes_winograd(op);
    else
        return false;
}

template <class Net, class... Leaf>
TENET_LOCAL NetworkFacts network_facts(List<Leaf...>, std::int64_t batch) {
    NetworkFacts facts;
    facts.input = Net::input_shape;
    facts.layers.resize(sizeof...(Leaf));
    std::size_t next = 0;
    const auto name = [&](const LayerPath& path) {
        path.spell([&](std::string_view part) { facts.layers[next].name += part; });
        ++next;
    };
    Net::prefixes(name);
    [&]<int... I>(std::integer_sequence<int, I...>) {
        // Not on the stack: hundreds of layers have hundreds of kilobytes of names.
        static constexpr Text types[]{type_name<Leaf>()...}, kinds[]{kind_name<Leaf>()...};
        static constexpr std::int64_t flops[]{Net::template Leaf<I>::operation.forward_flops()...};
        static constexpr bool transformed[]{takes_transforms(Net::template Leaf<I>::operation)...};
        for (std::size_t i = 0; i < sizeof...(Leaf); ++i) {
            facts.layers[i].type = types[i].view();
            facts.layers[i].kind = kinds[i].view();
            facts.layers[i].flops = flops[i];
            facts.layers[i].transformed = transformed[i];
            facts.layers[i].output = Net::graph.nodes[i].out;
            const LeafNode& node = Net::graph.nodes[i];
            facts.layers[i].joins = node.input_count > 1;
            if (node.parameter_count > 0 && node.parameters_of != static_cast<int>(i))
                facts.layers[i].shared_with = facts.layers[static_cast<std::size_t>(node.parameters_of)].name;
        }
    }
    (std::make_integer_sequence<int, sizeof...(Leaf)>{});
    for (const Parameter& p : Net::parameters) {
        LayerFacts& layer = facts.layers[static_cast<std::size_t>(p.node)];
        if (p.spec.trained) layer.parameters += p.count();
        if (p.trained) layer.trained_parameters += p.count();
    }
    using Inference = schedule::Program<Net, Mode::inference>;
    const FusedNodes inference{Inference::outline.grouping};
    facts.batch = batch;
    facts.parameters = Net::parameter_count;
    facts.trained_parameters = Net::trained_parameter_count;
    facts.buffers = Net::buffer_count;
    facts.forward_flops = Net::forward_flops();
    facts.inference_memory = Net::inference_memory(batch);
    facts.inference = {Inference::plan.peak, Inference::plan.bound, Inference::plan.total};
    facts.trains = requires {
        Net::training_memory(batch);
    };
    if constexpr (requires { Net::training_memory(batch); }) {
        using Training = schedule::Program<Net, Mode::training>;
        for (int g = 0; g < Training::group_count; ++g) {
            const fusion::Group& group = Training::outline.group(g);
            if (!Training::recomputation.again(group)) continue;
            for (const int node : {group.node, group.addition, group.epilogue}) {
                if (node < 0) continue;
                LayerFacts& layer = facts.layers[static_cast<std::size_t>(node)];
                layer.repeated = true;
                facts.repeated_flops += layer.flops;
            }
        }
        facts.kept_peak = Training::kept_peak;
        describe_fusion(facts.layers, FusedNodes{Training::outline.grouping}, inference);
        facts.backward_flops = Net::backward_flops();
        facts.training_memory = Net::training_memory(batch);
        facts.training = {Training::plan.peak, Training::plan.bound, Training::plan.total};
    } else {
        describe_fusion(facts.layers, inference, inference);
    }
    return facts;
}

inline std::string shape_text(const Shape& shape) {
    std::string text = "[";
    for (int axis = 0; axis < shape.rank; ++axis) {
        if (axis > 0) text += ", ";
        append_integer(text, shape[axis]);
    }
    return text + "]";
}

/// Columns of cells, as wide as their longest one; the first `left_columns` and the last one flush left.
TENET_COLD inline std::string table_text(const std::vector<std::vector<std::string>>& rows, std::size_t left_columns) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows)
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
    std::size_t width = 2 * (widths.size() - 1);
    for (const std::size_t w : widths) width += w;
    const std::string rule(width, '=');
    std::string text = rule + "\n";
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line;
        for (std::size_t c = 0; c < widths.size(); ++c) {
            const std::string& cell = rows[r][c];
            const std::string space(widths[c] - cell.size(), ' ');
            line += c < left_columns || c + 1 == widths.size() ? cell + space : space + cell;
            line += "  ";
        }
        line.resize(line.find_last_not_of(' ') + 1);
        text += line + "\n";
        if (r == 0) text += rule + "\n";
    }
    return text + rule + "\n";
}

TENET_COLD inline std::string summary_text(const NetworkFacts& facts) {
    constexpr std::size_t longest_type = 44;
    const auto scaled = [](double number) {
        std::string text;
        append_scaled(text, number, " ");
        if (text.back() == ' ') text.pop_back();
        return text;
    };
    const auto flops = [&](std::int64_t per_sample, std::int64_t samples) {
        return scaled(static_cast<double>(per_sample) * static_cast<double>(samples));
    };
    const auto bytes = [](std::int64_t number) {
        std::string text;
        append_bytes(text, number);
        return text;
    };
    const auto grouped = [](std::int64_t number) {
        std::string text;
        append_grouped(text, number);
        return text;
    };

    std::vector<std::vector<std::string>> rows{
        {"Layer", "Type", "Output shape", "Parameters", "FLOPs", "Memory", "Fused with"},
        {"", "Input", shape_text(facts.input), "-", "-", bytes(4 * facts.input.count()), ""}};
    for (const LayerFacts& layer : facts.layers) {
        std::string type = layer.type;
        if (type.size() > longest_type) type.replace(longest_type - 3, std::string::npos, "...");
        std::string parameters = layer.parameters == 0 ? "-" : grouped(layer.parameters);
        if (layer.parameters > 0 && layer.trained_parameters == 0) parameters = "(" + parameters + ")";
        if (!layer.shared_with.empty()) parameters = "those of " + layer.shared_with;
        rows.push_back({layer.name, type, shape_text(layer.output), parameters,
                        layer.flops == 0 ? "-" : flops(layer.flops, 1), layer.memory < 0 ? "-" : bytes(layer.memory),
                        layer.fused_with});
    }
    std::string text = table_text(rows, 3);

    const auto say = [&](std::string_view what, const std::string& value) {
        text += what;
        text.append(std::max<std::size_t>(what.size() + 2, 34) - what.size(), ' ');
        text += value + "\n";
    };
    const std::string of_batch = facts.batch == 1 ? "" : ", batch of " + grouped(facts.batch);
    const auto arena = [&](const NetworkFacts::Arena& plan) {
        return bytes(4 * plan.peak) + " (lower bound " + bytes(4 * plan.bound) + ", without sharing " +
               bytes(4 * plan.total) + ")";
    };
    say("Parameters", grouped(facts.parameters) + " (" + bytes(4 * facts.parameters) + ")");
    if (facts.trains) say("Trained parameters", grouped(facts.trained_parameters));
    if (facts.buffers > 0) say("Running averages", grouped(facts.buffers) + " (" + bytes(4 * facts.buffers) + ")");
    say("FLOPs forward" + of_batch, flops(facts.forward_flops, facts.batch));
    if (facts.trains) say("FLOPs backward" + of_batch, flops(facts.backward_flops, facts.batch));
    say("Inference memory" + of_batch, bytes(facts.inference_memory));
    if (facts.trains) say("Training memory" + of_batch, bytes(facts.training_memory) + " for one thread");
    say("Arena per sample, inference", arena(facts.inference));
    if (facts.trains) say("Arena per sample, training", arena(facts.training));
    if (facts.repeated_flops > 0)
        say("  if nothing were computed again",
            bytes(4 * facts.kept_peak) + ", and " + flops(facts.repeated_flops, 1) + " FLOPs less");
    if (std::any_of(facts.layers.begin(), facts.layers.end(), [](const LayerFacts& l) { return l.transformed; }))
        say("(Winograd)", "infinite numbers, or beyond 8.5e37, make NaN around them; see Direct");
    return text + std::string(text.find('\n'), '=') + "\n";
}

}  // namespace detail

/// A table of a network's layers with their names in a `state_dict`, output shapes, parameters (in brackets if they are
/// not trained, "those of" the first layer where several share them), multiplications and additions forward, the memory
/// of their outputs, and the layer that runs in the same kernel; then the totals. Rows are for one sample, totals for a
/// batch. A layer without memory of its own writes where its partner does, or only renames what is there. Memory is the
/// CPU backend's, without the parameters. Convolutions that the CPU computes by Winograd's transforms are marked: what
/// these make of an infinite number is no sum, see `Direct`.
template <class Net>
std::string summary(std::int64_t batch = 1) {
    return detail::summary_text(detail::network_facts<Net>(typename Net::leaves{}, batch));
}

/// Writes `summary<Net>(batch)` to a stream.
template <class Net>
void print_summary(std::FILE* out = stdout, std::int64_t batch = 1) {
    const std::string text = summary<Net>(batch);
    std::fwrite(text.data(), 1, text.size(), out);
}

}  // namespace tenet
