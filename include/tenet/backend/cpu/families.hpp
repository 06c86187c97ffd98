#pragma once

#include <algorithm>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/backend/cpu/linear.hpp>
#include <tenet/backend/cpu/map.hpp>
#include <tenet/backend/cpu/random_mask.hpp>
#include <tenet/backend/cpu/sample_function.hpp>
#include <tenet/backend/cpu/window.hpp>
#include <tenet/network/network.hpp>

namespace tenet::cpu {

/// The parameter tensors of one node, as pointers into the model's numbers.
template <class Number>
struct NodeTensors {
    Number* tensors[ParameterList::capacity]{};
};

/// Where the tensors of one node begin.
struct NodeOffsets {
    std::int64_t values[ParameterList::capacity]{};
    int count = 0;

    template <class Number>
    TENET_INLINE NodeTensors<Number> in(Number* numbers) const {
        NodeTensors<Number> result;
        for (int i = 0; i < count; ++i) result.tensors[i] = numbers + values[i];
        return result;
    }
};

template <class Net>
constexpr NodeOffsets node_offsets(int node) {
    NodeOffsets offsets;
    if (Net::graph.nodes[node].parameter_count == 0) return offsets;
    for (const Parameter& p : Net::parameters)
        if (p.node == node) offsets.values[offsets.count++] = p.offset;
    return offsets;
}

/// Private sums of gradients: only of trained groups that are not deferred, one tensor after the other.
template <class Program>
struct PrivateSums {
    using Net = typename Program::Network;
    struct Layout {
        bool has[Net::layer_count]{};
        std::int64_t offset[Net::parameter_tensor_count + 1]{};  // by parameter
        std::int64_t size = 0;
    };
    static constexpr Layout layout = []<int... G>(std::integer_sequence<int, G...>) {
        Layout result;
        int unused[]{0, (result.has[Program::group(G).node] = Program::trained(G) && !Program::template deferred<G>, 0)...};
        (void)unused;
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            result.offset[i] = result.size;
            const Parameter& p = Net::parameters[i];
            if (result.has[p.node])
                result.size += (p.count() + parameter_alignment - 1) / parameter_alignment * parameter_alignment;
        }
        return result;
    }(std::make_integer_sequence<int, Program::group_count>{});

    static constexpr NodeOffsets node(int node) {
        NodeOffsets offsets;
        if (!layout.has[node]) return offsets;
        for (int i = 0; i < Net::parameter_tensor_count; ++i)
            if (Net::parameters[i].node == node) offsets.values[offsets.count++] = layout.offset[i];
        return offsets;
    }
};

/// The scratch that a task needs at most, per sample: the largest of all groups.
template <class Program>
constexpr std::int64_t task_scratch() {
    return []<int... G>(std::integer_sequence<int, G...>) {
        std::int64_t most = 0;
        const auto one = [&]<int I>() {
            using Kernels = Family<typename Program::template Operation<I>>;
            most = std::max(most, Kernels::forward_scratch(Program::template operation<I>()));
            if (Program::mode == Mode::training)
                most = std::max(most, Kernels::backward_scratch(Program::template operation<I>()));
        };
        (void)one;
        int unused[]{0, (one.template operator()<G>(), 0)...};
        (void)unused;
        return most;
    }(std::make_integer_sequence<int, Program::group_count>{});
}

}  // namespace tenet::cpu
