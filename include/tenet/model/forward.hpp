#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <tenet/config.hpp>
#include <tenet/core/raise.hpp>
#include <tenet/io/text.hpp>
#include <tenet/model/workspace.hpp>

namespace TENET_NAMESPACE {

/// One array for each input, or output, of a network, sample after sample.
template <class Net>
using InputArrays = std::array<std::span<const float>, static_cast<std::size_t>(Net::input_count)>;
template <class Net>
using OutputArrays = std::array<std::span<float>, static_cast<std::size_t>(Net::output_count)>;

template <class Net>
TENET_LOCAL inline constexpr bool has_several_ends = Net::input_count + Net::output_count > 2;

namespace detail {

/// How many samples, of `in` and `out` numbers, a call of `forward` was given.
TENET_COLD inline int checked_count(std::size_t inputs, std::size_t outputs, std::size_t in, std::size_t out) {
    if (inputs % in != 0 || outputs != inputs / in * out)
        detail::raise_invalid_argument(io::joined({"forward: ", inputs, " input numbers, expected a multiple of ", in,
                                                   "; ", outputs, " output numbers, expected ", inputs / in * out}));
    return static_cast<int>(inputs / in);
}

/// Whether an array holds so many samples of `numbers` numbers.
TENET_COLD inline void check_array(std::string_view what, std::size_t i, std::size_t size, std::size_t samples,
                                   std::size_t numbers) {
    if (size != samples * numbers)
        detail::raise_invalid_argument(io::joined({"forward: ", what, " ", i, " has ", size, " numbers, expected ",
                                                   numbers, " for each of ", samples, " samples"}));
}

/// Outputs are written while later inputs have not been read yet, on several threads: they lie apart, or, sample by
/// sample, where the inputs were.
inline bool can_write(const float* outputs, std::size_t output_size, const float* inputs, std::size_t input_size,
                      bool same_extent) {
    const auto out = reinterpret_cast<std::uintptr_t>(outputs), in = reinterpret_cast<std::uintptr_t>(inputs);
    return out + output_size * sizeof(float) <= in || in + input_size * sizeof(float) <= out ||
           (same_extent && out == in);
}

[[noreturn]] TENET_COLD inline void refuse_overlap(bool among_outputs) {
    raise_invalid_argument(
        among_outputs ? "forward: arrays of outputs overlap each other"
                      : "forward: outputs overlap inputs; they lie apart, or, where a sample has as many outputs as "
                        "inputs, in the same place");
}
[[noreturn]] TENET_COLD inline void refuse_workspace(bool in_use) {
    raise_logic_error(in_use ? "forward: another thread is using this workspace; each thread needs its own"
                             : "forward: the workspace was moved from and has no memory");
}

/// The arrays of a call, and how many samples they hold.
struct Call {
    cpu::CallArrays arrays;
    int count = 0;
};

template <class Net>
void check_apart(std::span<const float> inputs, std::span<float> outputs) {
    constexpr bool same_extent = Net::input_shape.count() == Net::output_shape.count();
    if (!can_write(outputs.data(), outputs.size(), inputs.data(), inputs.size(), same_extent)) refuse_overlap(false);
}

template <class Net>
Call call_of(std::span<const float> inputs, std::span<float> outputs) {
    check_apart<Net>(inputs, outputs);
    return {cpu::Inference<Net>::whole(inputs.data(), outputs.data()),
            checked_count(inputs.size(), outputs.size(), static_cast<std::size_t>(Net::input_shape.count()),
                          static_cast<std::size_t>(Net::output_shape.count()))};
}

/// All arrays hold as many samples as the first.
template <class Net>
Call call_of(const InputArrays<Net>& inputs, const OutputArrays<Net>& outputs) {
    Call call;
    call.arrays.input_count = Net::input_count;
    call.arrays.output_count = Net::output_count;
    const std::size_t samples = inputs[0].size() / static_cast<std::size_t>(Net::input_shapes(0).count());
    call.count = static_cast<int>(samples);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::int64_t numbers = Net::input_shapes(static_cast<int>(i)).count();
        check_array("input", i, inputs[i].size(), samples, static_cast<std::size_t>(numbers));
        call.arrays.inputs[i] = {inputs[i].data(), numbers};
    }
    for (std::size_t o = 0; o < outputs.size(); ++o) {
        const std::int64_t numbers = Net::output_shapes(static_cast<int>(o)).count();
        check_array("output", o, outputs[o].size(), samples, static_cast<std::size_t>(numbers));
        call.arrays.outputs[o] = {outputs[o].data(), numbers};
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (!can_write(outputs[o].data(), outputs[o].size(), inputs[i].data(), inputs[i].size(),
                           numbers == call.arrays.inputs[i].count))
                refuse_overlap(false);
        for (std::size_t other = 0; other < o; ++other)
            if (!can_write(outputs[o].data(), outputs[o].size(), outputs[other].data(), outputs[other].size(), false))
                refuse_overlap(true);
    }
    return call;
}

/// outputs[n] = network(inputs[n]) with these parameters, on the calling thread. Inputs and outputs are one array for
/// all, or one for each.
template <class Net, class Inputs, class Outputs>
void forward(const float* parameters, const Inputs& inputs, const Outputs& outputs, Workspace<Net>& workspace) {
    const Call call = call_of<Net>(inputs, outputs);
    const InUse use{workspace.use_mark()};
    if (!use || workspace.size() < cpu::Inference<Net>::single_memory) refuse_workspace(!use);
    cpu::Inference<Net>::run(parameters, call.arrays, call.count, workspace.data(), workspace.size());
}

/// The same on all cores.
template <class Net, class Inputs, class Outputs>
void forward(const float* parameters, const Inputs& inputs, const Outputs& outputs, Workspaces<Net>& workspaces) {
    const Call call = call_of<Net>(inputs, outputs);
    const InUse use{workspaces.use_mark()};
    if (!use) refuse_workspace(true);
    workspaces.reserve();
    cpu::Inference<Net>::run_parallel(parameters, call.arrays, call.count, workspaces.data(), workspaces.stride(),
                                      workspaces.places());
}

}  // namespace detail

}  // namespace tenet
