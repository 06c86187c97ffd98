#pragma once

#include <tenet/backend/cpu/families.hpp>
#include <tenet/backend/cpu/transpose.hpp>
#include <tenet/schedule/program.hpp>

namespace tenet::cpu {

/// Where a deferred Linear keeps what its weight gradient needs, for the whole batch: its input in `InputPanels`, and its
/// output's gradient with samples in lanes, one group of lanes after the other.
struct KeptForBatch {
    float* input = nullptr;
    float* output_gradients = nullptr;
    std::int64_t samples = 0;  // room for so many
};

/// Inputs of a batch in panels of 64 features: [panel][sample][feature]. A task writes, and a weight gradient reads, long
/// runs of memory; whole rows would lie kilobytes apart, one cache line each. The last panel takes a rest below 16 as well.
struct InputPanels {
    static constexpr int width = 64;
    int features = 0;

    constexpr int count() const {
        const int whole = features / width, rest = features % width;
        return whole == 0 ? 1 : whole + (rest >= 16);
    }
    constexpr int begin(int panel) const { return panel * width; }
    constexpr int width_of(int panel) const { return panel + 1 < count() ? width : features - begin(panel); }
    constexpr std::int64_t stride_of(int panel) const { return (width_of(panel) + 15) / 16 * 16; }
    /// Floats for so many samples.
    constexpr std::int64_t size(std::int64_t samples) const {
        return samples * (begin(count() - 1) + stride_of(count() - 1));
    }
    /// Where a sample's part of a panel begins.
    constexpr std::int64_t offset(int panel, std::int64_t sample, std::int64_t samples) const {
        return samples * begin(panel) + sample * stride_of(panel);
    }
};

namespace detail {

template <class Formula>
struct MultiplyDerivative {
    template <class T>
    static TENET_INLINE void run(const T* y, T* dy, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) dy[i] = dy[i] * Formula::derivative(y[i], y[i]);
    }
};

}  // namespace detail

/// A few samples on their way through all steps of a program: forward in order, backward in reverse, in one block of
/// memory that stays in the core's cache.
template <class Program, class Isa>
struct Task {
    using T = Value<Isa>;
    using Net = typename Program::Network;
    static constexpr int group_count = Program::group_count;
    static constexpr std::int64_t block_size = Program::plan.peak;
    static constexpr std::int64_t scratch_size = task_scratch<Program>();

    T* memory = nullptr;  // block_size values for each group of lanes, then the scratch
    const float* weights = nullptr;
    float* gradients = nullptr;  // a private sum; deferred gradients have no place in it
    KeptForBatch* kept = nullptr;  // by group of the program
    int samples = 0;               // in this task; the lanes beyond repeat the last one, with gradients of 0
    TaskContext context{};

    T* scratch() const { return memory + context.groups * block_size; }
    Block<T> value(int storage) const { return {memory + Program::value_offset(storage), block_size}; }

    /// The gradient of a storage: in the block, or kept for the batch if a deferred Linear wrote the storage.
    template <int Storage>
    Block<T> gradient() const {
        constexpr int producer = Program::producer(Storage);
        if constexpr (producer >= 0) {
            if constexpr (Program::template deferred<producer>) {
                constexpr std::int64_t features = Program::template operation<producer>().out_features;
                return {reinterpret_cast<T*>(kept[producer].output_gradients) + context.sample / lanes_of<T> * features,
                        features};
            }
        }
        return {memory + Program::gradient_offset(Storage), block_size};
    }

    void forward() {
        for_each_group([&]<int G>() { forward_step<G>(); });
    }

    /// Needs the gradient of the output storage, without the derivative of its formula.
    void backward() {
        for_each_group([&]<int I>() { backward_step<group_count - 1 - I>(); });
    }

  private:
    template <class F>
    static void for_each_group(F&& f) {
        [&]<int... G>(std::integer_sequence<int, G...>) {
            int unused[]{0, (f.template operator()<G>(), 0)...};
            (void)unused;
        }(std::make_integer_sequence<int, group_count>{});
    }

    template <int G>
    TENET_NOINLINE void forward_step() {
        constexpr fusion::Group group = Program::group(G);
        constexpr auto op = Program::template operation<G>();
        context.node = group.node;
        static constexpr NodeOffsets offsets = node_offsets<Net>(group.node);
        const auto tensors = offsets.in(weights);
        Family<typename Program::template Operation<G>>::template forward<Isa, typename Program::template Formula<G>, T>(
            op, value(group.input), Weights{tensors.tensors}, value(group.output), scratch(), context);
        if constexpr (Program::template deferred<G>) keep_input<G>();
    }

    template <int G>
    void keep_input() const {
        constexpr int features = Program::template operation<G>().in_features;
        constexpr InputPanels panels{features};
        for (int g = 0; g < context.groups; ++g) {
            const int first = g * lanes_of<T>;
            const int count = samples - first < lanes_of<T> ? samples - first : lanes_of<T>;
            const T* x = value(Program::group(G).input)[g];
            for (int p = 0; p < panels.count(); ++p) {
                const StridedRows<float> rows{
                    kept[G].input + panels.offset(p, context.sample + first, kept[G].samples), panels.stride_of(p)};
                call<Isa, WriteSamples>(panels.width_of(p), count, x + panels.begin(p), rows);
            }
        }
    }

    /// The group whose backward multiplies in the derivative of group G's formula on its way, or -1.
    template <int G>
    static constexpr int derivative_reader() {
        constexpr int reader = Program::only_reader(Program::group(G).output);
        if constexpr (reader >= 0) {
            using Kernels = Family<typename Program::template Operation<reader>>;
            if constexpr (Kernels::multiplies_derivative(Program::template operation<reader>())) return reader;
        }
        return -1;
    }
    template <int G>
    static constexpr auto formula_before() {
        constexpr int producer = Program::producer(Program::group(G).input);
        if constexpr (producer >= 0) {
            if constexpr (derivative_reader<producer>() == G) return typename Program::template Formula<producer>{};
            else return math::Identity{};
        } else return math::Identity{};
    }

    template <int G>
    TENET_NOINLINE void backward_step() {
        constexpr fusion::Group group = Program::group(G);
        constexpr bool wants_input_gradient = Program::needs_gradient(group.input);
        if constexpr (wants_input_gradient || Program::trained(G)) {
            using Formula = typename Program::template Formula<G>;
            constexpr auto op = Program::template operation<G>();
            const Block<T> dy = gradient<group.output>();
            if constexpr (!std::same_as<Formula, math::Identity> && derivative_reader<G>() < 0)
                for (int g = 0; g < context.groups; ++g)
                    call<Isa, detail::MultiplyDerivative<Formula>>(static_cast<const T*>(value(group.output)[g]), dy[g],
                                                                   Program::shape(group.output).count());
            context.node = group.node;
            static constexpr NodeOffsets offsets = node_offsets<Net>(group.node);
            static constexpr NodeOffsets private_offsets = PrivateSums<Program>::node(group.node);
            const auto tensors = offsets.in(weights);
            const auto sums = private_offsets.in(gradients);
            Block<T> dx{};
            if constexpr (wants_input_gradient) dx = gradient<group.input>();
            Family<typename Program::template Operation<G>>::template backward<Isa, decltype(formula_before<G>()), T>(
                op, value(group.input), value(group.output), dy, Weights{tensors.tensors}, dx,
                Gradients{private_offsets.count > 0 ? sums.tensors : nullptr}, scratch(),
                context);
        }
    }
};

}  // namespace tenet::cpu
