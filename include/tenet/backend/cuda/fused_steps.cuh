#pragma once

#include <span>
#include <type_traits>
#include <utility>

#include <tenet/backend/cuda/fused_mlp.cuh>
#include <tenet/backend/cuda/system.cuh>
#include <tenet/backend/device/fused_steps.hpp>
#include <tenet/backend/device/loss_step.hpp>
#include <tenet/backend/device/rows.hpp>
#include <tenet/operations/linear.hpp>

namespace TENET_NAMESPACE::cuda {

namespace detail {

/// The runs of Linear layers in a program of which each alone reads the one before.
template <class Program>
struct LinearRuns {
    TENET_LOCAL static constexpr int groups = Program::group_count;

    /// A step that is a Linear and nothing else, perhaps with an activation.
    struct Link {
        bool linear = false;
        int in = 0, out = 0;
    };
    struct Table {
        Link links[groups > 0 ? groups : 1]{};
    };
    template <int G>
    static constexpr Link link() {
        if constexpr (std::is_same_v<typename Program::template Operation<G>, operations::Linear>) {
            constexpr operations::Linear op = Program::template Leaf<G>::operation;
            return {Program::outline.group(G).addition < 0, op.in_features, op.out_features};
        } else {
            return {};
        }
    }
    TENET_LOCAL static constexpr Table table = []<int... G>(std::integer_sequence<int, G...>) {
        return Table{{link<G>()...}};
    }
    (std::make_integer_sequence<int, groups>{});

    /// Whether step g + 1, and nothing else, reads what step g writes.
    static constexpr bool passes_on(int g) {
        const auto& grouping = Program::outline.grouping;
        if (g + 1 >= groups || grouping.output.overlaps(grouping.groups[g].output)) return false;
        for (int other = 0; other < groups; ++other)
            for (int k = 0; k < grouping.groups[other].input_count; ++k)
                if (other != g + 1 && grouping.groups[other].inputs[k].overlaps(grouping.groups[g].output)) return false;
        return grouping.groups[g + 1].inputs[0] == grouping.groups[g].output;
    }

    struct Widths {
        TENET_LOCAL static constexpr int most = 16;
        int items[most + 1]{};
        int layers = 0;

        constexpr std::span<const int> span() const { return {items, static_cast<std::size_t>(layers) + 1}; }
    };
    /// The widths of the run from step g on, as long as `fits(widths)`: none if it has no layers.
    template <class Fits>
    static constexpr Widths from(int g, const Fits& fits) {
        Widths widths;
        widths.items[0] = table.links[g].in;
        while (g + widths.layers < groups && widths.layers < Widths::most && table.links[g + widths.layers].linear) {
            if (widths.layers > 0 && !passes_on(g + widths.layers - 1)) break;
            Widths longer = widths;
            longer.items[++longer.layers] = table.links[g + widths.layers].out;
            if (!fits(longer.span())) break;
            widths = longer;
        }
        return widths;
    }

    /// The shape of so many layers from step `First` on. No alias: nvcc would write that into the names of kernels, and
    /// the network's type with it, whose `Named` no compiler reads there.
    template <int First, int... I>
    static auto shape(std::integer_sequence<int, I...>)
        -> FusedMLP<table.links[First].in,
                    FusedLayer<table.links[First + I].out, typename Program::template Formula<First + I>>...>;

    template <int Layers, class Storage>
    static FusedParameters<Layers> parameters(const device::Operands<Storage>* o) {
        FusedParameters<Layers> result;
        for (int i = 0; i < Layers; ++i) {
            result.weight[i] = o[i].weights[0];
            result.bias[i] = o[i].weights[1];
        }
        return result;
    }
};

/// Gradients of the parameters in the order of a fused MLP's, then what it says of the batch.
template <class Net>
struct FusedGradientStore {
    device::ParameterGradient weights[Net::layers], biases[Net::layers];
    device::BatchResult* result;

    TENET_HOST_DEVICE void operator()(std::int64_t, std::int64_t, std::int64_t j, float sum) const {
        for_each_layer<Net::layers>([&](auto layer) {
            constexpr int i = layer.value, begin = Net::parameter(i), end = Net::parameter(i + 1);
            constexpr int bias = begin + Net::width(i) * Net::width(i + 1);
            if (begin <= j && j < bias) weights[i](j - begin, sum);
            if (bias <= j && j < end && biases[i]) biases[i](j - bias, sum);
        });
        if (j == Net::parameter(Net::layers)) result->loss = sum;
        if (j == Net::parameter(Net::layers) + 1) result->correct = sum;
    }
};

/// What a fused MLP gives, its activations being done.
template <class Storage>
struct FusedStore {
    device::Result<math::Identity, Storage> result;

    TENET_HOST_DEVICE void operator()(std::int64_t sample, int feature, float value) const {
        result(sample, feature, value);
    }
};

}  // namespace detail

}  // namespace tenet::cuda

namespace TENET_NAMESPACE::device {

/// Two and more narrow Linear layers are one kernel in inference: what is between them stays in registers.
template <class Precision, class Program>
requires(sizeof(typename Precision::Storage) == 2 && Program::mode == Mode::inference)
struct FusedSteps<cuda::System<Precision>, Program> {
    using Runs = cuda::detail::LinearRuns<Program>;

    static constexpr int count(int g) {
        constexpr auto fits = [](std::span<const int> widths) { return cuda::fits_fused_inference(widths); };
        const int layers = Runs::from(g, fits).layers;
        return layers > 1 ? layers : 1;
    }
    template <int G, class Storage>
    static void forward(cuda::System<Precision>& system, const Operands<Storage>* o) {
        constexpr int layers = count(G);
        if (system.rehearsing) return;
        using Shape = decltype(Runs::template shape<G>(std::make_integer_sequence<int, layers>{}));
        cuda::launch_fused_inference<Precision, Shape>(
            system.stream(), Runs::template parameters<layers>(o), Matrix<Storage>{o[0].x[0].data, o[0].x[0].stride, 1},
            o[0].samples, cuda::detail::FusedStore<Storage>{{o[layers - 1].y, {}}});
        cuda::check(cudaGetLastError(), "launch a fused MLP");
    }
};

/// A network of nothing but narrow Linear layers, all of them trained, trains in one kernel.
template <class Precision, class Program, class Loss>
requires(sizeof(typename Precision::Storage) == 2 && Program::mode == Mode::training && !Program::input_gradient)
struct FusedTraining<cuda::System<Precision>, Program, Loss> {
    using Runs = cuda::detail::LinearRuns<Program>;
    using Net = typename Program::Network;

    TENET_LOCAL static constexpr bool exists = [] {
        if constexpr (Program::group_count == 0) {
            return false;
        } else {
            constexpr auto fits = [](std::span<const int> widths) { return cuda::fits_fused_mlp(widths); };
            bool all = Runs::from(0, fits).layers == Program::group_count;
            all = all && Program::outline.group(0).inputs[0].storage == 0;
            for (int g = 0; g < Program::group_count; ++g) {
                const int node = Program::outline.group(g).node;
                all = all && Program::outline.trained(g) && Net::graph.nodes[node].parameters_of == node;
            }
            return all;
        }
    }();

    template <class Storage>
    static void run(cuda::System<Precision>& system, const Loss& loss, const Operands<Storage>* o,
                    const Targets& targets, float scale, const float* loss_scale, BatchResult* result) {
        constexpr int layers = Program::group_count;
        using Shape = decltype(Runs::template shape<0>(std::make_integer_sequence<int, layers>{}));
        float* const partial = system.scratch.take(cuda::fused_training_scratch<Shape>());
        if (system.rehearsing) return;
        cuda::detail::FusedGradientStore<Shape> store{{}, {}, result};
        for (int i = 0; i < layers; ++i) {
            store.weights[i] = o[i].gradients[0];
            store.biases[i] = o[i].gradients[1];
        }
        const std::int64_t outputs = Shape::width(layers);
        cuda::launch_fused_training<Precision, Shape>(
            system.stream(), Runs::template parameters<layers>(o),
            cuda::FusedBatch<Storage>{{o[0].x[0].data, o[0].x[0].stride, 1},
                                      o[0].samples,
                                      targets.labels,
                                      {targets.tensors, outputs, 1},
                                      targets.index},
            loss, scale, loss_scale, partial, store);
        cuda::check(cudaGetLastError(), "launch the training of a fused MLP");
    }
};

}  // namespace tenet::device
