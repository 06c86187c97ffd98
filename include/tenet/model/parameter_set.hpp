#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tenet/core/change_mark.hpp>
#include <tenet/core/raise.hpp>
#include <tenet/memory/aligned_buffer.hpp>
#include <tenet/model/forward.hpp>
#include <tenet/model/forward_misfit.hpp>
#include <tenet/network/parameters.hpp>

namespace TENET_NAMESPACE {

/// One parameter tensor of a model: its `state_dict` name, its shape and its numbers, row by row.
template <class Number>
struct NamedTensor {
    std::string_view name;
    Shape shape;
    std::span<Number> values;
};

namespace detail {
template <class Number>
struct NoTensorName {
    static_assert(sizeof(Number) == 0,
                  "parameter: it takes a tensor's name, parameter(\"0.weight\"), or its index as parameter<0>(); "
                  "tensor(i) takes an index that the program computes");
};
[[noreturn]] TENET_COLD inline void refuse_moved_numbers() {
    raise_logic_error("this model was moved from: its numbers are elsewhere");
}
[[noreturn]] TENET_COLD inline void refuse_changing_numbers() {
    raise_logic_error(
        "forward: another thread is training this model; ask it between two steps, or ask a copy made then");
}
}  // namespace detail

/// The numbers of a network, each tensor by its name, and what they make of inputs: what a `Model` and an `EvalModel`
/// have in common. Copying it copies the numbers.
///
/// What a training step on another thread is changing can be read nowhere: who copies, saves or loads it, or asks it,
/// during a step gets a std::logic_error, and a step that comes during a copy, save or load waits for its end. Spans
/// and pointers to the numbers are the caller's to guard.
template <class Net>
class ParameterSet {
  public:
    ParameterSet(const ParameterSet& other)
        : ParameterSet(other, BetweenSteps{other.change_mark_, "copy of a model"}) {}
    ParameterSet(ParameterSet&&) noexcept = default;
    ParameterSet& operator=(const ParameterSet& other) {
        const BetweenSteps from{other.change_mark_, "copy of a model"}, to{change_mark_, "assignment to a model"};
        numbers_ = other.numbers_;
        return *this;
    }
    ParameterSet& operator=(ParameterSet&& other) {
        const BetweenSteps to{change_mark_, "assignment to a model"};
        numbers_ = std::move(other.numbers_);
        return *this;
    }
    ~ParameterSet() = default;

    using Network = Net;
    TENET_LOCAL static constexpr int parameter_tensor_count = Net::parameter_tensor_count;
    TENET_LOCAL static constexpr std::int64_t parameter_count = Net::parameter_count;
    TENET_LOCAL static constexpr std::int64_t buffer_count = Net::buffer_count;

    /// A tensor by its compile-time index, or by its name; std::invalid_argument lists the names if there is none such.
    template <int I>
    std::span<float> parameter() {
        static_assert(I >= 0 && I < parameter_tensor_count, "the network has fewer parameter tensors");
        return tensor(I).values;
    }
    template <int I>
    std::span<const float> parameter() const {
        static_assert(I >= 0 && I < parameter_tensor_count, "the network has fewer parameter tensors");
        return tensor(I).values;
    }
    std::span<float> parameter(std::string_view name) { return tensor(index_of(name)).values; }
    std::span<const float> parameter(std::string_view name) const { return tensor(index_of(name)).values; }

    /// A number or null is no name: an error of one sentence.
    template <class Number>
    requires(std::is_arithmetic_v<Number> || std::is_null_pointer_v<Number>) std::span<float> parameter(Number) {
        return static_cast<void>(detail::NoTensorName<Number>{}), std::span<float>{};
    }
    template <class Number>
    requires(std::is_arithmetic_v<Number> || std::is_null_pointer_v<Number>) std::span<float> parameter(Number)
    const { return static_cast<void>(detail::NoTensorName<Number>{}), std::span<float>{}; }

    /// Tensor `i` with its name and shape, in `state_dict` order.
    NamedTensor<float> tensor(int i) {
        require_numbers();
        return tensor_in(numbers_.data(), i);
    }
    NamedTensor<const float> tensor(int i) const {
        require_numbers();
        return tensor_in(numbers_.data(), i);
    }

    /// Calls visit(NamedTensor) for every parameter tensor. Throws std::logic_error during a step.
    template <class Visit>
    void for_each_parameter(Visit&& visit) {
        change_mark_.require_no_step("for_each_parameter");
        for (int i = 0; i < parameter_tensor_count; ++i) visit(tensor(i));
    }
    template <class Visit>
    void for_each_parameter(Visit&& visit) const {
        change_mark_.require_no_step("for_each_parameter");
        for (int i = 0; i < parameter_tensor_count; ++i) visit(tensor(i));
    }

    /// outputs[n] = network(inputs[n]) for as many samples as `inputs` holds, on the calling thread. Dropout is off.
    /// Requires inputs.size() == n * input numbers and outputs.size() == n * output numbers; a sample of a network of
    /// several inputs, or outputs, has them one behind the other. Outputs share no memory with inputs, but for networks
    /// that have as many outputs as inputs: there they may be written where the inputs are. Throws
    /// std::invalid_argument else, and std::logic_error where another thread uses the workspace or trains this model;
    /// takes no memory.
    void forward(std::span<const float> inputs, std::span<float> outputs, Workspace<Net>& workspace) const {
        detail::forward(numbers_to_read(), inputs, outputs, workspace);
    }
    /// The same on all cores.
    void forward(std::span<const float> inputs, std::span<float> outputs, Workspaces<Net>& workspaces) const {
        detail::forward(numbers_to_read(), inputs, outputs, workspaces);
    }

    /// The same of an array for each input and each output: `model.forward({images, hints}, {classes, boxes},
    /// workspace)`.
    void forward(const InputArrays<Net>& inputs, const OutputArrays<Net>& outputs,
                 Workspace<Net>& workspace) const requires has_several_ends<Net> {
        detail::forward(numbers_to_read(), inputs, outputs, workspace);
    }
    void forward(const InputArrays<Net>& inputs, const OutputArrays<Net>& outputs,
                 Workspaces<Net>& workspaces) const requires has_several_ends<Net> {
        detail::forward(numbers_to_read(), inputs, outputs, workspaces);
    }

    /// What no overload takes is an error of one sentence.
    template <class... Argument>
    requires(!detail::fits_forward<Net, Argument...>) int forward(Argument&&...) const {
        return static_cast<int>(detail::RefusedForward<Net, Argument...>::found);
    }
    template <class... Argument>
    int forward(std::initializer_list<float>, Argument&&...) const {
        return static_cast<int>(detail::RefusedForward<Net, float, Argument...>::found);
    }

    /// All numbers, tensors at multiples of 16 floats as in Net::parameters: for optimizers and backends.
    float* data() { return numbers_.data(); }
    const float* data() const { return numbers_.data(); }
    std::size_t storage() const { return numbers_.size(); }

    /// Throws std::logic_error if the numbers went elsewhere when this object was moved from. All that uses them does
    /// so; `data()` is null then. The object may be assigned to.
    void require_numbers() const {
        if (numbers_.size() != all_numbers) detail::refuse_moved_numbers();
    }
    /// Taken by what changes the numbers from several threads, a training step: meanwhile nobody else may use them.
    ChangeMark& change_mark() { return change_mark_; }
    const ChangeMark& change_mark() const { return change_mark_; }

    static int index_of(std::string_view name) {
        const int index = Net::parameter_index(name);
        if (index >= 0) return index;
        std::string message = "no parameter is named " + std::string(name) + "; there are";
        for (int i = 0; i < parameter_tensor_count; ++i) (message += i ? ", " : " ") += Net::parameter_name(i);
        detail::raise_invalid_argument(message);
    }

    static int index_of(std::nullptr_t) = delete;

    /// Tensor `i` of numbers that are laid out as these parameters: gradients, or an optimizer's state.
    template <class Number>
    static NamedTensor<Number> tensor_in(Number* numbers, int i) {
        const Parameter& p = Net::parameters[i];
        return {Net::parameter_name(i), p.spec.shape, {numbers + p.offset, static_cast<std::size_t>(p.count())}};
    }

  protected:
    ParameterSet() : numbers_(all_numbers) {}

  private:
    TENET_LOCAL static constexpr auto all_numbers = static_cast<std::size_t>(Net::parameters.storage);

    ParameterSet(const ParameterSet& other, const BetweenSteps&) : numbers_(other.numbers_) {}

    const float* numbers_to_read() const {
        require_numbers();
        if (change_mark_.taken()) detail::refuse_changing_numbers();
        return numbers_.data();
    }

    memory::AlignedBuffer numbers_;
    ChangeMark change_mark_;
};

}  // namespace tenet
