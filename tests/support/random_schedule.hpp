#pragma once

#include <type_traits>
#include <variant>

#include <tenet/fusion/pipeline.hpp>
#include <tenet/math/identity.hpp>
#include <tenet/schedule/program.hpp>

#include <support/random_graph.hpp>

namespace tenet::testing {

/// The steps of a random graph and its memory plan, made by the functions that the compiler calls for networks.
class RandomSchedule {
    static constexpr int nodes = RandomGraph::most_nodes;

  public:
    static constexpr int most_groups = 4 * nodes, most_storages = most_groups + 1;
    using Outline = schedule::Outline<most_groups>;
    using Plan = memory::Plan<3 * most_storages>;

    /// `all_again`: whatever can be computed again is, even where nothing is gained.
    template <class Rules, class Order>
    RandomSchedule(const RandomGraph& drawn, Mode mode, Rules, Order, bool all_again) : graph_(drawn.in(mode)) {
        const RandomGraph& graph = graph_;
        fusion::NodeTable<nodes> table;
        for (int i = 0; i < graph.graph.count; ++i) {
            const int producer = graph.graph.nodes[i].last_input() - 1;
            table.role[i] =
                role<Rules>(producer < 0 ? nullptr : &graph.operations[producer], graph.operations[i], mode);
            table.concat[i] = std::holds_alternative<operations::Concat>(graph.operations[i]);
            table.deferrable[i] =
                mode == Mode::training &&
                std::visit([](const auto& op) { return operations::defers_weight_gradient(op); }, graph.operations[i]);
        }
        outline_ = schedule::outline_of<most_groups>(graph.graph, Order::nodes(table), mode, mode == Mode::training);
        schedule::Reads reads[most_groups];
        for (int g = 0; g < outline_.grouping.count; ++g)
            with_operation(g, [&]<class Op>(const Op&) { reads[g] = Order::template reads<Op>(); });
        recomputation_ = all_again && mode == Mode::training
                             ? schedule::detail::Repeatable<most_groups>{outline_, reads}.all
                             : schedule::recomputation_of(outline_, reads);
        plan_ = memory::place(schedule::lifetimes<3 * most_storages>(outline_, reads, recomputation_));
        kept_peak_ = memory::place(schedule::lifetimes<3 * most_storages>(outline_, reads)).peak;
    }
    RandomSchedule(const RandomSchedule&) = delete;
    RandomSchedule& operator=(const RandomSchedule&) = delete;

    const RandomGraph& graph() const { return graph_; }
    const Outline& outline() const { return outline_; }
    const schedule::Recomputation<most_groups>& recomputation() const { return recomputation_; }
    const Plan& plan() const { return plan_; }
    /// The plan's peak if nothing were computed again.
    std::int64_t kept_peak() const { return kept_peak_; }

    /// Calls visit(operation) with that of a group, which is never a view.
    template <class Visit>
    void with_operation(int g, const Visit& visit) const {
        std::visit(
            [&]<class Op>(const Op& op) {
                if constexpr (!std::same_as<Op, operations::View>) visit(op);
            },
            graph_.operations[outline_.group(g).node]);
    }
    /// Calls visit with the type of the formula that a group ends with.
    template <bool Possible, bool FromOutput = false, class Visit>
    void with_formula(int g, const Visit& visit) const {
        const int epilogue = g < 0 ? -1 : outline_.group(g).epilogue;
        if constexpr (Possible) {
            if (epilogue >= 0)
                return std::visit(
                    [&]<class Op>(const Op&) {
                        if constexpr (requires { typename Op::Formula; })
                            if constexpr (!FromOutput || Op::Formula::derivative_from_output)
                                visit.template operator()<typename Op::Formula>();
                    },
                    graph_.operations[epilogue]);
        }
        visit.template operator()<math::Identity>();
    }

  private:
    struct NoOperation {};

    template <class Rules>
    static fusion::Role role(const AnyOperation* producer, const AnyOperation& consumer, Mode mode) {
        return std::visit(
            [&]<class Consumer>(const Consumer&) {
                if (!producer) return fusion::role<Rules, NoOperation, Consumer>(mode);
                return std::visit(
                    [&]<class Producer>(const Producer&) { return fusion::role<Rules, Producer, Consumer>(mode); },
                    *producer);
            },
            consumer);
    }

    const RandomGraph graph_;
    Outline outline_;
    schedule::Recomputation<most_groups> recomputation_;
    Plan plan_;
    std::int64_t kept_peak_ = 0;
};

}  // namespace tenet::testing
