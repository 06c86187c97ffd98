#pragma once

#include <type_traits>
#include <utility>

#include <tenet/backend/cpu/executable_tables.hpp>
#include <tenet/backend/cpu/families.hpp>
#include <tenet/core/array_bound.hpp>
#include <tenet/network/network.hpp>
#include <tenet/schedule/program.hpp>

namespace TENET_NAMESPACE::cpu {

namespace detail {

template <class Program>
struct MakeExecutable {
    using Net = typename Program::Network;
    TENET_LOCAL static constexpr int group_count = Program::group_count;
    TENET_LOCAL static constexpr bool training = Program::mode == Mode::training;
    using Groups = std::make_integer_sequence<int, group_count>;

    // What is asked of each group is told by tables and aliases: a function for each group would carry the network's
    // whole name, and a hundred layers would make megabytes of names.
    template <class Item>
    struct Table {
        Item items[array_bound(group_count)]{};
    };
    TENET_LOCAL static constexpr Table<KernelFacts> facts = []<int... G>(std::integer_sequence<int, G...>) {
        return Table<KernelFacts>{{kernel_facts(Program::template Leaf<G>::operation)...}};
    }
    (Groups{});
    TENET_LOCAL static constexpr auto tables = executable_tables<group_count, Program::storage_count>(
        Net::graph, Net::parameters, Program::outline, Program::recomputation, Program::plan, Program::kept_peak,
        facts.items);

    TENET_LOCAL static constexpr auto derivatives = derivatives_of(Program::outline, facts.items);
    template <int G>
    using FormulaOfInput = std::conditional_t<
        (derivatives.of_input[G] < 0), math::Identity,
        typename Program::template Formula<(derivatives.of_input[G] < 0 ? 0 : derivatives.of_input[G])>>;

    /// What group G does to the result of its operation.
    template <int G>
    using ResultFormula =
        std::conditional_t<(Program::outline.group(G).addition >= 0),
                           AfterAddition<typename Program::template Formula<G>>, typename Program::template Formula<G>>;

    template <int G>
    using Kernels = FamilyOf<typename Program::template Operation<G>, facts.items[G].alternative>;

    // Members of a template, not templates: g++ 12 forgets that a variable which is both is local.
    template <class Isa>
    struct Codes {
        TENET_LOCAL static constexpr Table<StepCode> steps = []<int... G>(std::integer_sequence<int, G...>) {
            return Table<StepCode>{{step_code<Isa, Kernels<G>, ResultFormula<G>, FormulaOfInput<G>,
                                              (training && Program::outline.runs_backward(G)),
                                              (derivatives.reader[G] < 0), Program::outline.deferred(G)>()...}};
        }
        (Groups{});
    };
    template <class Isa>
    struct SingleCodes {
        TENET_LOCAL static constexpr Table<SingleCode> steps = []<int... G>(std::integer_sequence<int, G...>) {
            return Table<SingleCode>{{single_code<Isa, Kernels<G>, ResultFormula<G>>...}};
        }
        (Groups{});
    };
};

}  // namespace detail

/// A schedule::Program as values.
template <class Program>
TENET_LOCAL inline constexpr Executable executable =
    detail::MakeExecutable<Program>::tables.executable(Program::Network::parameters.items);

/// The functions that run it with `Isa`.
template <class Program, class Isa>
TENET_LOCAL inline constexpr ExecutableCode executable_code{
    Isa::lanes, detail::MakeExecutable<Program>::template Codes<Isa>::steps.items, detail::add_code<Isa>};

/// The same for one sample of plain floats, by step.
template <class Program, class Isa>
TENET_LOCAL inline constexpr const SingleCode* executable_single_code =
    detail::MakeExecutable<Program>::template SingleCodes<Isa>::steps.items;

}  // namespace tenet::cpu
