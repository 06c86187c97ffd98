#pragma once

#include <concepts>
#include <iterator>
#include <span>
#include <type_traits>

#include <tenet/model/forward.hpp>

/// What is wrong with the arguments of a `forward` that no overload takes: one sentence.
namespace TENET_NAMESPACE::detail {

template <class Net, class Space>
concept WorkspaceOf = std::convertible_to<Space, Workspace<Net>&> || std::convertible_to<Space, Workspaces<Net>&>;
template <class Net, class Inputs>
concept InputsOf = std::convertible_to<Inputs, std::span<const float>> || std::convertible_to<Inputs, InputArrays<Net>>;
template <class Net, class Outputs>
concept OutputsOf = std::convertible_to<Outputs, std::span<float>> || std::convertible_to<Outputs, OutputArrays<Net>>;

template <class Net, class... Argument>
TENET_LOCAL inline constexpr bool fits_forward = false;
template <class Net, class Inputs, class Outputs, class Space>
TENET_LOCAL inline constexpr bool fits_forward<Net, Inputs, Outputs, Space> =
    InputsOf<Net, Inputs>&& OutputsOf<Net, Outputs>&& WorkspaceOf<Net, Space>;

template <class T>
TENET_LOCAL inline constexpr bool is_workspace = false;
template <class Net>
TENET_LOCAL inline constexpr bool is_workspace<Workspace<Net>> = true;
template <class Net>
TENET_LOCAL inline constexpr bool is_workspace<Workspaces<Net>> = true;

template <class Numbers>
concept IsArray = requires(Numbers& numbers) {
    std::data(numbers);
    std::size(numbers);
};
template <class Numbers>
consteval bool holds_floats() {
    return std::is_same_v<std::remove_cvref_t<decltype(*std::data(std::declval<Numbers&>()))>, float>;
}

enum class ForwardMisfit {
    none,
    no_workspace,
    argument_count,
    inputs_are_no_array,
    inputs_are_no_floats,
    outputs_are_no_array,
    outputs_are_no_floats,
    outputs_are_const,
    no_such_workspace,
    workspace_of_another,
    workspace_is_temporary
};

template <class Net, class... Argument>
struct ForwardMisfitOf {
    TENET_LOCAL static constexpr ForwardMisfit found =
        sizeof...(Argument) == 2 ? ForwardMisfit::no_workspace : ForwardMisfit::argument_count;
};
template <class Net, class Inputs, class Outputs, class Space>
struct ForwardMisfitOf<Net, Inputs, Outputs, Space> {
    TENET_LOCAL static constexpr ForwardMisfit found = [] {
        using In = std::remove_reference_t<Inputs>;
        using Out = std::remove_reference_t<Outputs>;
        using Memory = std::remove_cvref_t<Space>;
        if constexpr (!InputsOf<Net, Inputs>) {
            if constexpr (!IsArray<In>) return ForwardMisfit::inputs_are_no_array;
            else return ForwardMisfit::inputs_are_no_floats;
        } else if constexpr (!OutputsOf<Net, Outputs>) {
            if constexpr (!IsArray<Out>) return ForwardMisfit::outputs_are_no_array;
            else if constexpr (!holds_floats<Out>()) return ForwardMisfit::outputs_are_no_floats;
            else return ForwardMisfit::outputs_are_const;
        } else if constexpr (!is_workspace<Memory>) {
            return ForwardMisfit::no_such_workspace;
        } else {
            return WorkspaceOf<Net, Memory&> ? ForwardMisfit::workspace_is_temporary
                                             : ForwardMisfit::workspace_of_another;
        }
    }();
};

template <ForwardMisfit Found>
constexpr bool unless(ForwardMisfit other) {
    return Found != other;
}

/// Its instantiation is the error.
template <class Net, class... Argument>
struct RefusedForward {
    TENET_LOCAL static constexpr ForwardMisfit found = ForwardMisfitOf<Net, Argument...>::found;

    static_assert(unless<found>(ForwardMisfit::no_workspace),
                  "forward: the workspace is missing: model.forward(inputs, outputs, workspace), with a Workspace<Net>");
    static_assert(unless<found>(ForwardMisfit::argument_count),
                  "forward: it is model.forward(inputs, outputs, workspace), and fills the outputs");
    static_assert(unless<found>(ForwardMisfit::inputs_are_no_array),
                  "forward: inputs are an array of floats that knows its size, a std::vector or a std::span");
    static_assert(unless<found>(ForwardMisfit::inputs_are_no_floats),
                  "forward: inputs are floats, and these are of another type");
    static_assert(unless<found>(ForwardMisfit::outputs_are_no_array),
                  "forward: outputs are an array of floats that knows its size, a std::vector or a std::span");
    static_assert(unless<found>(ForwardMisfit::outputs_are_no_floats),
                  "forward: outputs are floats, and these are of another type");
    static_assert(unless<found>(ForwardMisfit::outputs_are_const),
                  "forward: outputs are written, and these are const or a temporary");
    static_assert(unless<found>(ForwardMisfit::no_such_workspace),
                  "forward: the third argument is a Workspace<Net>, or for all cores a Workspaces<Net>");
    static_assert(unless<found>(ForwardMisfit::workspace_of_another),
                  "forward: this workspace is for another network (an EvalModel's is a Workspace<EvalNetwork<Net>>)");
    static_assert(unless<found>(ForwardMisfit::workspace_is_temporary),
                  "forward: a workspace is a variable that calls use again, not a temporary and not const");
};

}  // namespace tenet::detail
