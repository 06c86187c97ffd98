#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

#include <tenet/config.hpp>
#include <tenet/io/text.hpp>
#include <tenet/model/workspace.hpp>

namespace tenet::detail {

/// How many samples, of `in` and `out` numbers, a call of `forward` was given.
TENET_COLD inline int checked_count(std::size_t inputs, std::size_t outputs, std::size_t in, std::size_t out) {
    if (inputs % in != 0 || outputs != inputs / in * out)
        throw std::invalid_argument(io::joined({"forward: ", inputs, " input numbers, expected a multiple of ", in,
                                                "; ", outputs, " output numbers, expected ", inputs / in * out}));
    return static_cast<int>(inputs / in);
}

template <class Net>
int checked_count(std::span<const float> inputs, std::span<float> outputs) {
    return checked_count(inputs.size(), outputs.size(), static_cast<std::size_t>(Net::input_shape.count()),
                         static_cast<std::size_t>(Net::output_shape.count()));
}

/// outputs[n] = network(inputs[n]) with these parameters, on the calling thread.
template <class Net>
void forward(const float* parameters, std::span<const float> inputs, std::span<float> outputs,
             Workspace<Net>& workspace) {
    const int count = checked_count<Net>(inputs, outputs);
    cpu::Inference<Net>::run(parameters, inputs.data(), count, outputs.data(), workspace.data());
}

/// The same on all cores.
template <class Net>
void forward(const float* parameters, std::span<const float> inputs, std::span<float> outputs,
             Workspaces<Net>& workspaces) {
    const int count = checked_count<Net>(inputs, outputs);
    workspaces.reserve();
    cpu::Inference<Net>::run_parallel(parameters, inputs.data(), count, outputs.data(), workspaces.data(),
                                      workspaces.stride());
}

}  // namespace tenet::detail
