#pragma once

#include <utility>

#include <tenet/backend/device/executable.hpp>
#include <tenet/backend/device/step_code.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/network/network.hpp>
#include <tenet/schedule/program.hpp>

namespace TENET_NAMESPACE::device {

/// The program of a network that goes through it layer by layer.
template <class Net, Mode M, bool InputGradient = false, class Rules = fusion::Rules>
using ProgramOf = schedule::Program<Net, M, InputGradient, Rules, schedule::LayerByLayer>;

namespace detail {

template <class Program>
struct MakeExecutable {
    using Net = typename Program::Network;
    TENET_LOCAL static constexpr int group_count = Program::group_count;
    using Groups = std::make_integer_sequence<int, group_count>;

    template <class Item>
    struct Table {
        Item items[array_bound(group_count)]{};
    };
    TENET_LOCAL static constexpr Table<StepFacts> facts = []<int... G>(std::integer_sequence<int, G...>) {
        return Table<StepFacts>{
            {{&Program::template Leaf<G>::operation,
              Family<typename Program::template Operation<G>>::kept(Program::template Leaf<G>::operation),
              output_derivative<typename Program::template Formula<G>>}...}};
    }
    (Groups{});
    TENET_LOCAL static constexpr auto tables = executable_tables<group_count, Program::storage_count>(
        Net::graph, Net::parameters, Program::outline, Program::recomputation, Program::plan, facts.items);
    TENET_LOCAL static constexpr Executable executable = [] {
        Executable e = tables.head;
        e.steps = tables.steps;
        e.cleared = tables.cleared;
        e.parameters = Net::parameters.items;
        return e;
    }();

    /// Whether a system takes step g with one before it.
    template <class System>
    static constexpr bool follows(int g) {
        int first = 0;
        while (first < g) first += FusedSteps<System, Program>::count(first);
        return first > g;
    }
    template <class System, class Storage, int G>
    static constexpr StepCode<System, Storage> code() {
        if constexpr (follows<System>(G))
            return {};
        else if constexpr (FusedSteps<System, Program>::count(G) > 1)
            return fused_step_code<System, Storage, Program, G>();
        else
            return step_code<System, Storage, typename Program::template Operation<G>,
                             typename Program::template Formula<G>,
                             (Program::mode == Mode::training && Program::outline.runs_backward(G)),
                             tables.steps[G].multiplied>();
    }
    // A member of a template, not a template: g++ 12 forgets that a variable which is both is local.
    template <class System, class Storage>
    struct Codes {
        TENET_LOCAL static constexpr Table<StepCode<System, Storage>> steps =
            []<int... G>(std::integer_sequence<int, G...>) {
            return Table<StepCode<System, Storage>>{{code<System, Storage, G>()...}};
        }
        (Groups{});
    };
};

}  // namespace detail

/// A program as values, and the code of its steps.
template <class Program>
TENET_LOCAL inline constexpr const Executable& executable = detail::MakeExecutable<Program>::executable;
template <class Program, class System, class Storage>
TENET_LOCAL inline constexpr const StepCode<System, Storage>* executable_code =
    detail::MakeExecutable<Program>::template Codes<System, Storage>::steps.items;

}  // namespace tenet::device
