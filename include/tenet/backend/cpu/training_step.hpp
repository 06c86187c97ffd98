#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <tenet/backend/cpu/linear_weight_gradient.hpp>
#include <tenet/backend/cpu/parallel.hpp>
#include <tenet/backend/cpu/task.hpp>
#include <tenet/memory/aligned_buffer.hpp>
#include <tenet/metrics/argmax.hpp>
#include <tenet/core/batch.hpp>

namespace tenet::cpu {

namespace detail {

/// The loss and its gradient for one group of lanes; `scale` is 1/batch in lanes that hold a sample and 0 in the others.
template <class Loss>
struct LossStep {
    template <class T>
    static TENET_INLINE StepResult run(const Loss* loss, const T* output, int count, const std::int32_t* labels,
                                       const T* target, const float* scale, T* gradient) {
        const T s = load<T>(scale);
        StepResult result;
        T losses;
        if constexpr (Loss::takes_labels) {
            const auto label = *reinterpret_cast<const integer_of<T>*>(labels);
            losses = loss->gradient(output, count, label, s, gradient);
            const auto place = argmax(output, count);
            for (int l = 0; l < lanes_of<T>; ++l) result.correct += scale[l] != 0.0f && place[l] == labels[l];
        } else {
            losses = loss->gradient(output, target, count, s, gradient);
        }
        for (int l = 0; l < lanes_of<T>; ++l)
            if (scale[l] != 0.0f) result.loss += lane(losses, l);
        return result;
    }
};

/// sum[i] = the sum over the private sums, in their order.
struct AddPrivateSums {
    template <class T>
    static TENET_INLINE void run(const float* first, std::int64_t stride, int count, float* sum, std::int64_t size) {
        std::int64_t i = 0;
        for (; i + lanes_of<T> <= size; i += lanes_of<T>) {
            T total = load<T>(first + i);
            for (int c = 1; c < count; ++c) total = total + load<T>(first + c * stride + i);
            store(sum + i, total);
        }
        for (; i < size; ++i) {
            float total = first[i];
            for (int c = 1; c < count; ++c) total += first[c * stride + i];
            sum[i] = total;
        }
    }
};

}  // namespace detail

/// Forward, loss and backward of a batch on all cores, in two parallel regions:
/// 1. tasks of a few samples run depth first through the network and add what is not deferred to private sums;
/// 2. tiles of the parameters get their gradients, of the whole batch, and are handed to `update` while they are hot.
///
/// Which samples meet in a task and in which order sums are taken depends on the batch alone: any number of threads gives
/// the same bits. Memory is allocated when a larger batch than ever before arrives, and not otherwise.
template <class Net, class Loss, bool InputGradient = false, class Rules = fusion::Rules>
class TrainingStep {
    using Program = schedule::Program<Net, Mode::training, InputGradient, Rules>;
    static constexpr int group_count = Program::group_count;
    static constexpr std::int64_t output_count = Net::output_shape.count();
    static constexpr std::int64_t task_values = [] {  // of one group of lanes
        return Program::plan.peak + (Loss::takes_labels ? 0 : output_count);
    }();
    // Two groups share each weight that is loaded, if their activations fit the second-level cache together.
    static constexpr int groups_per_task = Program::plan.peak * 2 * 64 <= 512 * 1024 ? 2 : 1;
    static constexpr std::int64_t private_size = PrivateSums<Program>::layout.size;
    static constexpr int max_sums =
        private_size == 0 ? 64 : static_cast<int>(std::clamp<std::int64_t>((1 << 21) / private_size, 4, 64));

  public:
    TrainingStep() : gradients_(static_cast<std::size_t>(Net::parameters.storage)) { list_tiles(); }

    /// The gradients of the last batch, laid out as the parameters are.
    float* gradients() { return gradients_.data(); }
    const float* gradients() const { return gradients_.data(); }

    /// Gradients of the mean loss of a batch. `update(parameter, begin, end)` is called for every range of every trained
    /// parameter once its gradient is there, from several threads, never twice for one number. If `input_gradient` is
    /// given (and InputGradient), it receives the gradient by the inputs, sample by sample.
    template <class Stored, class Update>
    StepResult run(const float* weights, const Loss& loss, const Batch<Stored>& batch, const Update& update,
                   float* input_gradient = nullptr) {
        return dispatch([&]<class Isa>() { return run_on<Isa>(weights, loss, batch, update, input_gradient); });
    }

    /// `run` on one instruction set; an object keeps to one.
    template <class Isa, class Stored, class Update>
    StepResult run_on(const float* weights, const Loss& loss, const Batch<Stored>& batch, const Update& update,
                      float* input_gradient) {
        constexpr int width = Isa::lanes;
        const int groups = (batch.size + width - 1) / width;
        // At least four tasks before they grow: fewer would leave cores idle.
        const int groups_in_task = groups >= 4 * groups_per_task ? groups_per_task : 1;
        const int tasks = (groups + groups_in_task - 1) / groups_in_task;
        // A smaller batch, of one group in a task, may have more tasks: what it needs is allocated now.
        reserve<Isa>(batch.size, std::max(tasks, std::min(groups, 4 * groups_per_task - 1)));
        for (int i = 0; i < groups * width; ++i) {
            scales_[i] = i < batch.size ? 1.0f / static_cast<float>(batch.size) : 0.0f;
            if constexpr (Loss::takes_labels) padded_labels_[i] = i < batch.size ? batch.labels[i] : 0;
        }
        const int sums = std::min(tasks, max_sums);
        parallel_for(sums, [&](int sum) {
            float* const own = private_sums_.data() + sum * private_size;
            std::fill(own, own + private_size, 0.0f);
            for (int task = sum; task < tasks; task += sums)
                run_task<Isa>(weights, loss, batch, task, groups_in_task, own, input_gradient);
        });
        parallel_for(static_cast<int>(tiles_.size()),
                     [&](int tile) { finish<Isa>(tiles_[static_cast<std::size_t>(tile)], batch.size, sums, update); });
        StepResult total;
        for (int task = 0; task < tasks; ++task) {
            total.loss += results_[static_cast<std::size_t>(task)].loss;
            total.correct += results_[static_cast<std::size_t>(task)].correct;
        }
        total.loss /= batch.size;
        return total;
    }

  private:
    struct Tile {
        int group = -1;  // of a deferred Linear: rows begin .. end - 1 of its weight
        int parameter = 0;
        std::int64_t begin = 0, end = 0;
    };
    struct Deferred {
        LinearGradientExtents extents{};
        int weight = 0, bias = -1;  // parameters
    };

    static std::int64_t private_offset(int parameter) { return PrivateSums<Program>::layout.offset[parameter]; }

    void list_tiles() {
        [&]<int... G>(std::integer_sequence<int, G...>) {
            int unused[]{0, (list_tiles_of<G>(), 0)...};
            (void)unused;
        }(std::make_integer_sequence<int, group_count>{});
    }
    template <int G>
    void list_tiles_of() {
        if constexpr (Program::trained(G)) {
            constexpr int node = Program::group(G).node;
            constexpr bool deferred = Program::template deferred<G>;
            for (int i = 0; i < Net::parameter_tensor_count; ++i) {
                const Parameter& p = Net::parameters[i];
                if (p.node != node) continue;
                if constexpr (deferred) {
                    (p.index == 0 ? deferred_[G].weight : deferred_[G].bias) = i;
                } else if (p.trained) {
                    constexpr std::int64_t piece = 8192;
                    for (std::int64_t begin = 0; begin < p.count(); begin += piece)
                        tiles_.push_back({-1, i, begin, std::min(begin + piece, p.count())});
                }
            }
            if constexpr (deferred) {
                constexpr auto op = Program::template operation<G>();
                deferred_[G].extents = {op.in_features, op.out_features, 0, 0, 0, 0, op.in_features};
                // Rows of the weight in tiles of about 16 K numbers, a multiple of the kernel's block of rows.
                const int rows = std::max(8, 16384 / op.in_features / 8 * 8);
                for (int begin = 0; begin < op.out_features; begin += rows)
                    tiles_.push_back({G, deferred_[G].weight, begin, std::min(begin + rows, op.out_features)});
            }
        }
    }

    template <class Isa>
    void reserve(int batch, int most_tasks) {
        constexpr std::size_t width = Isa::lanes;
        const std::size_t threads = static_cast<std::size_t>(max_threads());
        const std::size_t groups = static_cast<std::size_t>((batch + Isa::lanes - 1) / Isa::lanes);
        using RunningTask = Task<Program, Isa>;
        memory_stride_ = (static_cast<std::size_t>(task_values * groups_per_task + RunningTask::scratch_size) * width + 31) / 32 * 32 + 16;
        memory_.reserve(memory_stride_ * threads);
        padded_labels_.resize(groups * width);
        scales_.resize(groups * width);
        results_.resize(static_cast<std::size_t>(most_tasks));
        private_sums_.reserve(static_cast<std::size_t>(private_size) * static_cast<std::size_t>(std::min(most_tasks, max_sums)));
        [&]<int... G>(std::integer_sequence<int, G...>) {
            const auto one = [&]<int I>() {
                if constexpr (Program::template deferred<I>) {
                    constexpr auto op = Program::template operation<I>();
                    const auto samples = static_cast<std::int64_t>(groups * width);
                    inputs_[I].reserve(static_cast<std::size_t>(InputPanels{op.in_features}.size(samples)));
                    output_gradients_[I].reserve(static_cast<std::size_t>(op.out_features) * groups * width);
                    kept_[I] = {inputs_[I].data(), output_gradients_[I].data(), samples};
                }
            };
            (void)one;
            int unused[]{0, (one.template operator()<G>(), 0)...};
            (void)unused;
        }(std::make_integer_sequence<int, group_count>{});
    }

    template <class Isa, class Stored>
    void run_task(const float* weights, const Loss& loss, const Batch<Stored>& batch, int index, int groups_in_task,
                  float* private_sum, float* input_gradient) {
        using T = Value<Isa>;
        constexpr int width = Isa::lanes;
        const int first = index * groups_in_task * width;
        Task<Program, Isa> task;
        task.memory = reinterpret_cast<T*>(memory_.data() + memory_stride_ * static_cast<std::size_t>(thread_index()));
        task.weights = weights;
        task.gradients = private_sum;
        task.kept = kept_;
        task.samples = std::min(batch.size - first, groups_in_task * width);
        task.context = {(task.samples + width - 1) / width, static_cast<std::uint32_t>(first), batch.seed, batch.step, 0};
        const auto count_in = [&](int g) { return std::min(width, task.samples - g * width); };

        constexpr int inputs = static_cast<int>(Net::input_shape.count());
        const Block<T> input = task.value(0);
        for (int g = 0; g < task.context.groups; ++g)
            call<Isa, ReadSamples>(inputs, count_in(g), batch.inputs + first + g * width, batch.scale, batch.shift, input[g]);
        task.forward();

        StepResult result;
        const Block<T> output = task.value(Program::grouping.output);
        const Block<T> gradient = task.template gradient<Program::grouping.output>();
        // Targets in lanes lie behind the scratch, one group at a time.
        T* const target = task.scratch() + Task<Program, Isa>::scratch_size;
        for (int g = 0; g < task.context.groups; ++g) {
            const int at = first + g * width;
            if constexpr (!Loss::takes_labels)
                call<Isa, ReadSamples>(static_cast<int>(output_count), count_in(g), batch.targets + at, 1.0f, 0.0f, target);
            const StepResult part = call<Isa, detail::LossStep<Loss>>(
                &loss, static_cast<const T*>(output[g]), static_cast<int>(output_count), padded_labels_.data() + at,
                static_cast<const T*>(target), scales_.data() + at, gradient[g]);
            result.loss += part.loss;
            result.correct += part.correct;
        }
        results_[static_cast<std::size_t>(index)] = result;
        task.backward();
        if constexpr (InputGradient) {
            if (input_gradient)
                for (int g = 0; g < task.context.groups; ++g)
                    call<Isa, WriteSamples>(inputs, count_in(g), static_cast<const T*>(task.template gradient<0>()[g]),
                                            StridedRows<float>{input_gradient + std::int64_t{inputs} * (first + g * width), inputs});
        }
    }

    template <class Isa, class Update>
    void finish(const Tile& tile, int batch, int sums, const Update& update) {
        if (tile.group >= 0) {
            const Deferred& linear = deferred_[tile.group];
            const Parameter& weight = Net::parameters[linear.weight];
            LinearGradientExtents extents = linear.extents;
            extents.samples = batch;
            extents.first_output = static_cast<int>(tile.begin);
            extents.last_output = static_cast<int>(tile.end);
            float* const db = linear.bias >= 0 ? gradients_.data() + Net::parameters[linear.bias].offset : nullptr;
            const InputPanels panels{linear.extents.inputs};
            const KeptForBatch& kept = kept_[tile.group];
            for (int p = 0; p < panels.count(); ++p) {
                extents.inputs = panels.width_of(p);
                extents.row_stride = panels.stride_of(p);
                call<Isa, LinearWeightGradient>(
                    extents, static_cast<const float*>(kept.input + panels.offset(p, 0, kept.samples)),
                    reinterpret_cast<const Value<Isa>*>(kept.output_gradients),
                    gradients_.data() + weight.offset + panels.begin(p), p == 0 ? db : nullptr);
            }
            if (weight.trained) update(linear.weight, tile.begin * linear.extents.inputs, tile.end * linear.extents.inputs);
            if (db && Net::parameters[linear.bias].trained) update(linear.bias, tile.begin, tile.end);
        } else {
            call<Isa, detail::AddPrivateSums>(static_cast<const float*>(private_sums_.data()) + private_offset(tile.parameter) + tile.begin,
                                              private_size, sums,
                                              gradients_.data() + Net::parameters[tile.parameter].offset + tile.begin,
                                              tile.end - tile.begin);
            update(tile.parameter, tile.begin, tile.end);
        }
    }

    memory::AlignedBuffer gradients_, memory_, private_sums_;
    memory::AlignedBuffer inputs_[group_count > 0 ? group_count : 1], output_gradients_[group_count > 0 ? group_count : 1];
    KeptForBatch kept_[group_count > 0 ? group_count : 1]{};
    Deferred deferred_[group_count > 0 ? group_count : 1]{};
    std::size_t memory_stride_ = 0;
    std::vector<Tile> tiles_;
    std::vector<StepResult> results_;
    std::vector<std::int32_t> padded_labels_;
    std::vector<float> scales_;
};

}  // namespace tenet::cpu
