#pragma once

#include <string_view>

#include <tenet/core/array_bound.hpp>
#include <tenet/network/layer_path.hpp>
#include <tenet/network/leaf_graph.hpp>

namespace TENET_NAMESPACE::detail {

/// Names in a row.
struct NameView {
    const std::string_view* items = nullptr;
    int count = 0;

    constexpr std::string_view operator[](int i) const { return items[i]; }
};

/// A node of a graph as it is written: its name, and the names that it reads.
struct NodeNames {
    std::string_view name;
    NameView from;
};

/// How the nodes of a graph hang together. Its values are numbered: the inputs first, then the nodes as they are
/// written.
template <int N>
struct GraphPlan {
    TENET_LOCAL static constexpr int room = N > 0 ? N : 1, most = Values::capacity;
    Diagnosis why;
    int order[array_bound(room)]{};  // of execution: always the first node as written whose inputs are there
    int sources[array_bound(room)][array_bound(most)]{}, source_count[array_bound(room)]{};
    int outputs[most]{};
    int input_count = 0, output_count = 0;
    bool names_meet = false;  // of two nodes

    constexpr bool ok() const { return why.empty(); }
};

/// Makes the plan step by step; the first fault found is the diagnosis.
template <int N>
class GraphPlanner {
  public:
    constexpr GraphPlanner(NameView inputs, const NodeNames* nodes, NameView outputs)
        : inputs_(inputs), nodes_(nodes), outputs_(outputs) {
        for (int i = 0; i < N; ++i) plan_.order[i] = i;
    }
    constexpr GraphPlan<N> plan() {
        count();
        if (ok()) find_names_used_twice();
        if (ok()) resolve();
        if (ok()) sort();
        if (ok()) find_unread();
        return plan_;
    }

  private:
    using Plan = GraphPlan<N>;

    constexpr bool ok() const { return plan_.ok(); }
    constexpr int value_count() const { return inputs_.count + N; }
    constexpr bool is_input(int value) const { return value < inputs_.count; }
    constexpr std::string_view name_of(int value) const {
        return is_input(value) ? inputs_[value] : nodes_[value - inputs_.count].name;
    }
    /// The value in a sentence: "input x", or "node a".
    constexpr void tell(int value) {
        if (is_input(value))
            plan_.why.named(why::input, name_of(value), value + 1);
        else
            plan_.why.named(why::node, name_of(value), value - inputs_.count + 1);
    }

    constexpr void count() {
        if (inputs_.count == 0)
            plan_.why << why::has_no_inputs;
        else if (outputs_.count == 0)
            plan_.why << why::has_no_outputs;
        else if (N == 0)
            plan_.why << why::has_no_nodes;
        else if (inputs_.count > Plan::most)
            plan_.why << why::takes_at_most_8_inputs;
        else if (outputs_.count > Plan::most)
            plan_.why << why::gives_at_most_8_outputs;
        plan_.input_count = inputs_.count;
        plan_.output_count = outputs_.count;
    }

    constexpr void find_names_used_twice() {
        for (int i = 0; i < value_count() && ok(); ++i)
            for (int j = 0; j < i && ok(); ++j)
                if (name_of(i) == name_of(j)) {
                    plan_.why << why::the_name;
                    plan_.why.name(name_of(i)) << why::is_used_twice;
                } else if (!is_input(j) && detail::names_meet(name_of(i), name_of(j))) {
                    plan_.names_meet = true;
                }
    }

    constexpr int value_named(std::string_view name) const {
        for (int v = 0; v < value_count(); ++v)
            if (name_of(v) == name) return v;
        return -1;
    }
    constexpr void resolve() {
        for (int i = 0; i < N && ok(); ++i) {
            const NameView from = nodes_[i].from;
            plan_.source_count[i] = from.count;
            if (from.count == 0 || from.count > Plan::most) {
                tell(inputs_.count + i);
                plan_.why << (from.count == 0 ? why::reads_nothing : why::takes_at_most_8_inputs);
            }
            for (int k = 0; k < from.count && ok(); ++k) {
                plan_.sources[i][k] = value_named(from[k]);
                if (plan_.sources[i][k] >= 0) continue;
                tell(inputs_.count + i);
                plan_.why << why::reads;
                plan_.why.name(from[k]) << why::but_no_input_or_node_has_that_name;
            }
        }
        for (int o = 0; o < outputs_.count && ok(); ++o) {
            plan_.outputs[o] = value_named(outputs_[o]);
            if (plan_.outputs[o] >= 0) continue;
            plan_.why << why::Outputs_names;
            plan_.why.name(outputs_[o]) << why::but_no_input_or_node_has_that_name;
        }
    }

    constexpr void sort() {
        bool done[Plan::room]{};
        const auto ready = [&](int i) {
            for (int k = 0; k < plan_.source_count[i]; ++k)
                if (const int source = plan_.sources[i][k]; !is_input(source) && !done[source - inputs_.count])
                    return false;
            return true;
        };
        for (int step = 0; step < N; ++step) {
            int next = 0;
            while (next < N && (done[next] || !ready(next))) ++next;
            if (next == N) return tell_cycle(done);
            plan_.order[step] = next;
            done[next] = true;
        }
    }
    /// Every node that is not done reads one that is not done: going back from one to the next ends in a cycle.
    constexpr void tell_cycle(const bool (&done)[Plan::room]) {
        const auto fed_by = [&](int i) {
            for (int k = 0; k < plan_.source_count[i]; ++k)
                if (const int source = plan_.sources[i][k] - inputs_.count; source >= 0 && !done[source]) return source;
            return i;
        };
        int first = 0;
        while (done[first]) ++first;
        for (int i = 0; i < N; ++i) first = fed_by(first);
        int last = first;  // of the cycle, as they are written
        for (int at = fed_by(first); at != first; at = fed_by(at)) last = at > last ? at : last;
        int cycle[Plan::room]{last}, length = 1;
        for (int at = fed_by(last); at != last; at = fed_by(at)) cycle[length++] = at;
        plan_.why << why::the_nodes;
        for (int i = length - 1; i > 0; --i) plan_.why.name((Text{} << nodes_[cycle[i]].name << ',').view());
        plan_.why.name(nodes_[last].name) << why::form_a_cycle;
    }

    constexpr void find_unread() {
        for (int v = 0; v < value_count() && ok(); ++v) {
            bool read = false;
            for (int i = 0; i < N; ++i)
                for (int k = 0; k < plan_.source_count[i]; ++k) read |= plan_.sources[i][k] == v;
            for (int o = 0; o < outputs_.count; ++o) read |= plan_.outputs[o] == v;
            if (read) continue;
            plan_.why << why::nothing_reads;
            tell(v);
        }
    }

    NameView inputs_;
    const NodeNames* nodes_;
    NameView outputs_;
    Plan plan_;
};

}  // namespace tenet::detail
