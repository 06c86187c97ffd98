#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <tenet/backend/cpu/linear_weight_gradient.hpp>
#include <tenet/backend/cpu/loss_step.hpp>
#include <tenet/backend/cpu/parallel.hpp>
#include <tenet/backend/cpu/task.hpp>
#include <tenet/memory/aligned_buffer.hpp>

namespace tenet::cpu {

/// A range of a parameter whose gradient is there: called from several threads, never twice for one number.
struct RangeVisitor {
    const void* object;
    void (*call)(const void* object, int parameter, std::int64_t begin, std::int64_t end);
    void operator()(int parameter, std::int64_t begin, std::int64_t end) const { call(object, parameter, begin, end); }
};

/// Everything of a gradient pass that differs between instruction sets.
struct GradientPassCode {
    ExecutableCode program;
    WriteSamplesCode write = nullptr;
    void (*linear_weight_gradient)(const LinearGradientExtents& extents, const float* x_rows, const float* dy,
                                   float* dw, float* db) = nullptr;
    /// sum[i] = the sum over the private sums, in their order.
    void (*add_sums)(const float* first, std::int64_t stride, int count, float* sum, std::int64_t size) = nullptr;
};

namespace detail {

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

template <class Isa>
void add_sums_code(const float* first, std::int64_t stride, int count, float* sum, std::int64_t size) {
    call<Isa, AddPrivateSums>(first, stride, count, sum, size);
}

template <class Isa>
void linear_weight_gradient_code(const LinearGradientExtents& extents, const float* x_rows, const float* dy, float* dw,
                                 float* db) {
    call<Isa, LinearWeightGradient>(extents, x_rows, reinterpret_cast<const Value<Isa>*>(dy), dw, db);
}

}  // namespace detail

template <class Program, class Isa>
inline constexpr GradientPassCode gradient_pass_code{executable_code<Program, Isa>, detail::write_strided<Isa>,
                                                     detail::linear_weight_gradient_code<Isa>,
                                                     detail::add_sums_code<Isa>};

/// Forward, loss and backward of a batch on all cores, in two parallel regions:
/// 1. tasks of a few samples run depth first through the network and add what is not deferred to private sums;
/// 2. tiles of the parameters get their gradients, of the whole batch, and are handed to a visitor while they are hot.
///
/// Which samples meet in a task and in which order sums are taken depends on the batch alone: any number of threads
/// gives the same bits. Memory is allocated when a larger batch than ever before arrives, and not otherwise.
class GradientPass {
  public:
    explicit GradientPass(const Executable& program)
        : program_(program),
          gradients_(static_cast<std::size_t>(program.parameter_storage)),
          kept_(static_cast<std::size_t>(program.step_count)) {
        for (int s = 0; s < program.step_count; ++s) {
            const Step& step = program.steps[s];
            if (step.deferred)
                defer(s);
            else if (step.sums.count > 0)
                list_tiles(step.node);
        }
    }

    /// The gradients of the last batch, laid out as the parameters are.
    float* gradients() { return gradients_.data(); }
    const float* gradients() const { return gradients_.data(); }

    /// Gradients of the mean loss of a batch; `visit` is called for every range of every trained parameter. If
    /// `input_gradient` is given (and the program has one), it receives the gradient by the inputs, sample by sample.
    StepResult run(const GradientPassCode& code, const float* weights, const AnyLoss& loss, const AnyBatch& batch,
                   const RangeVisitor& visit, float* input_gradient) {
        const int width = code.program.lanes;
        const int groups = (batch.size + width - 1) / width;
        const int groups_in_task = program_.groups_in_task(groups);
        const int tasks = (groups + groups_in_task - 1) / groups_in_task;
        reserve(width, groups, loss.takes_labels);
        for (int i = 0; i < groups * width; ++i) {
            const auto at = static_cast<std::size_t>(i);
            scales_[at] = i < batch.size ? 1.0f / static_cast<float>(batch.size) : 0.0f;
            if (loss.takes_labels) padded_labels_[at] = i < batch.size ? batch.labels[i] : 0;
        }
        const int sums = program_.sums_for(tasks);
        parallel_for(sums, [&](int sum) {
            float* const own = private_sums_.data() + sum * program_.private_size;
            std::fill(own, own + program_.private_size, 0.0f);
            for (int task = sum; task < tasks; task += sums)
                run_task(code, weights, loss, batch, task, groups_in_task, own, input_gradient);
        });
        parallel_for(static_cast<int>(tiles_.size()),
                     [&](int tile) { finish(code, tiles_[static_cast<std::size_t>(tile)], batch.size, sums, visit); });
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
        int deferred = -1;  // the step of a Linear: rows begin .. end - 1 of its weight
        int parameter = 0;
        std::int64_t begin = 0, end = 0;
    };
    struct Kept {
        memory::AlignedBuffer input, output_gradients;
        int weight = 0, bias = -1;  // parameters
    };

    void list_tiles(int node) {
        for (int i = 0; i < program_.parameter_count; ++i) {
            const Parameter& p = program_.parameters[i];
            if (p.node != node || !p.trained) continue;
            constexpr std::int64_t piece = 8192;
            for (std::int64_t begin = 0; begin < p.count(); begin += piece)
                tiles_.push_back({-1, i, begin, std::min(begin + piece, p.count())});
        }
    }

    void defer(int s) {
        const Step& step = program_.steps[s];
        Kept& kept = kept_[static_cast<std::size_t>(s)];
        for (int i = 0; i < program_.parameter_count; ++i)
            if (program_.parameters[i].node == step.node)
                (program_.parameters[i].index == 0 ? kept.weight : kept.bias) = i;
        // Rows of the weight in tiles of about 16 K numbers, a multiple of the kernel's block of rows.
        const std::int64_t rows = std::max<std::int64_t>(8, 16384 / step.inputs[0].count / 8 * 8);
        for (std::int64_t begin = 0; begin < step.output.count; begin += rows)
            tiles_.push_back({s, kept.weight, begin, std::min(begin + rows, step.output.count)});
    }

    void reserve(int lanes, int groups, bool labels) {
        const auto width = static_cast<std::size_t>(lanes);
        const std::size_t samples = static_cast<std::size_t>(groups) * width;
        const std::int64_t group_values = program_.block_size + (labels ? 0 : program_.output.count);
        const auto task_values =
            static_cast<std::size_t>(group_values * program_.groups_per_task() + program_.scratch_size);
        memory_stride_ = (task_values * width + 31) / 32 * 32 + 16;
        memory_.reserve(memory_stride_ * static_cast<std::size_t>(max_threads()));
        padded_labels_.resize(samples);
        scales_.resize(samples);
        const int tasks = program_.most_tasks(groups);
        results_.resize(static_cast<std::size_t>(tasks));
        private_sums_.reserve(static_cast<std::size_t>(program_.private_size * program_.sums_for(tasks)));
        kept_places_.resize(kept_.size());
        for (std::size_t s = 0; s < kept_.size(); ++s) {
            const Step& step = program_.steps[s];
            if (!step.deferred) continue;
            const auto capacity = static_cast<std::int64_t>(samples);
            kept_[s].input.reserve(
                static_cast<std::size_t>(InputPanels{static_cast<int>(step.inputs[0].count)}.size(capacity)));
            kept_[s].output_gradients.reserve(static_cast<std::size_t>(step.output.count) * samples);
            kept_places_[s] = {kept_[s].input.data(), kept_[s].output_gradients.data(), capacity};
        }
    }

    void run_task(const GradientPassCode& code, const float* weights, const AnyLoss& loss, const AnyBatch& batch,
                  int index, int groups_in_task, float* private_sum, float* input_gradient) {
        const int width = code.program.lanes;
        const int first = index * groups_in_task * width;
        Task task{program_, code.program};
        task.memory = memory_.data() + memory_stride_ * static_cast<std::size_t>(thread_index());
        task.weights = weights;
        task.gradients = private_sum;
        task.kept = kept_places_.data();
        task.write = code.write;
        task.samples = std::min(batch.size - first, groups_in_task * width);
        task.context = {(task.samples + width - 1) / width, static_cast<std::uint32_t>(first), batch.seed, batch.step,
                        0};

        const int inputs = static_cast<int>(program_.input.count), outputs = static_cast<int>(program_.output.count);
        const Tensor input = task.tensor(program_.input);
        for (int g = 0; g < task.context.groups; ++g)
            batch.inputs.read(batch.inputs, first + g * width, task.samples_in(g), inputs, input[g]);
        task.forward();

        StepResult result;
        const Tensor output = task.tensor(program_.output);
        const Tensor gradient = task.tensor(program_.output_gradient);
        task.clear_gradients();
        // Targets in lanes lie behind the scratch, one group at a time.
        float* const target = task.scratch() + program_.scratch_size * width;
        for (int g = 0; g < task.context.groups; ++g) {
            const int at = first + g * width;
            if (!loss.takes_labels) batch.targets.read(batch.targets, at, task.samples_in(g), outputs, target);
            const StepResult part = loss.gradient(loss.loss, output[g], outputs, padded_labels_.data() + at, target,
                                                  scales_.data() + at, gradient[g]);
            result.loss += part.loss;
            result.correct += part.correct;
        }
        results_[static_cast<std::size_t>(index)] = result;
        task.backward();
        if (input_gradient && program_.input_gradient.exists()) {
            const Tensor by_input = task.tensor(program_.input_gradient);
            for (int g = 0; g < task.context.groups; ++g)
                code.write(inputs, task.samples_in(g), by_input[g],
                           {input_gradient + std::int64_t{inputs} * (first + g * width), inputs});
        }
    }

    void finish(const GradientPassCode& code, const Tile& tile, int batch, int sums, const RangeVisitor& visit) {
        const Parameter& parameter = program_.parameters[tile.parameter];
        float* const gradient = gradients_.data() + parameter.offset;
        if (tile.deferred < 0) {
            code.add_sums(private_sums_.data() + program_.private_offsets[tile.parameter] + tile.begin,
                          program_.private_size, sums, gradient + tile.begin, tile.end - tile.begin);
            visit(tile.parameter, tile.begin, tile.end);
            return;
        }
        const Step& step = program_.steps[tile.deferred];
        const Kept& kept = kept_[static_cast<std::size_t>(tile.deferred)];
        const KeptForBatch& place = kept_places_[static_cast<std::size_t>(tile.deferred)];
        const InputPanels panels{static_cast<int>(step.inputs[0].count)};
        float* const db = kept.bias >= 0 ? gradients_.data() + program_.parameters[kept.bias].offset : nullptr;
        LinearGradientExtents extents;
        extents.outputs = static_cast<int>(step.output.count);
        extents.samples = batch;
        extents.first_output = static_cast<int>(tile.begin);
        extents.last_output = static_cast<int>(tile.end);
        extents.dw_stride = step.inputs[0].count;
        for (int p = 0; p < panels.count(); ++p) {
            extents.inputs = panels.width_of(p);
            extents.row_stride = panels.stride_of(p);
            code.linear_weight_gradient(extents, place.input + panels.offset(p, 0, place.samples),
                                        place.output_gradients, gradient + panels.begin(p), p == 0 ? db : nullptr);
        }
        if (parameter.trained)
            visit(tile.parameter, tile.begin * step.inputs[0].count, tile.end * step.inputs[0].count);
        if (db && program_.parameters[kept.bias].trained) visit(kept.bias, tile.begin, tile.end);
    }

    const Executable& program_;
    memory::AlignedBuffer gradients_, memory_, private_sums_;
    std::vector<Kept> kept_;  // by step
    std::vector<KeptForBatch> kept_places_;
    std::size_t memory_stride_ = 0;
    std::vector<Tile> tiles_;
    std::vector<StepResult> results_;
    std::vector<std::int32_t> padded_labels_;
    std::vector<float> scales_;
};

}  // namespace tenet::cpu
