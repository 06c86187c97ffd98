#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <tenet/backend/cpu/compiled_program.hpp>
#include <tenet/backend/cpu/loss_step.hpp>
#include <tenet/backend/cpu/parallel.hpp>
#include <tenet/backend/cpu/task.hpp>
#include <tenet/memory/aligned_buffer.hpp>

namespace TENET_NAMESPACE::cpu {

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

}  // namespace detail

template <class Program, class Isa>
TENET_LOCAL inline constexpr GradientPassCode gradient_pass_code{
    executable_code<Program, Isa>, detail::write_strided<Isa>, detail::add_sums_code<Isa>};

/// Forward, loss and backward of a batch on all cores, in two parallel regions:
/// 1. tasks of a few samples run depth first through the network and add what is not deferred to private sums;
/// 2. tiles of the parameters get their gradients, of the whole batch, and are handed to a visitor while they are hot.
/// Where steps need statistics of the batch, the first region falls into stages: all tasks go as far as such a step,
/// the statistics are made, and all go on; forward, then backward.
///
/// Which samples meet in a task and in which order sums are taken depends on the batch alone: any number of threads
/// gives the same bits. Memory is allocated when a larger batch than ever before arrives, and not otherwise.
class GradientPass {
  public:
    TENET_COLD explicit GradientPass(const Executable& program)
        : program_(program),
          gradients_(static_cast<std::size_t>(program.parameter_storage)),
          kept_(static_cast<std::size_t>(program.step_count)) {
        tiles_.reserve(static_cast<std::size_t>(tile_count(program)));
        barriers_.reserve(static_cast<std::size_t>(program.step_count));
        for (int s = 0; s < program.step_count; ++s) {
            const Step& step = program.steps[s];
            if (step.shared_size > 0) barriers_.push_back(s);
            if (step.use > 0) continue;  // the parameters are another step's
            if (step.deferred)
                defer(s);
            else if (step.sums.count > 0 || step.shared_size > 0)
                list_tiles(step);
        }
    }

    /// Bytes that lists take which do not depend on the batch.
    static constexpr std::int64_t list_bytes(const Executable& program) {
        return program.step_count *
                   static_cast<std::int64_t>(sizeof(int) + sizeof(BatchShare) + sizeof(Kept) + sizeof(KeptForBatch)) +
               tile_count(program) * static_cast<std::int64_t>(sizeof(Tile));
    }

    /// The gradients of the last batch, laid out as the parameters are.
    float* gradients() { return gradients_.data(); }
    const float* gradients() const { return gradients_.data(); }

    /// Gradients of the mean loss of a batch; `visit` is called for every range of every trained parameter. If
    /// `input_gradient` is given (and the program has one), it receives the gradient by the inputs, sample by sample.
    /// If `running` is given, the same numbers as `weights`, running averages of batch statistics are written there.
    TENET_NOINLINE StepResult run(const GradientPassCode& code, const float* weights, const AnyLoss& loss,
                                  const AnyBatch& batch, const RangeVisitor& visit, float* input_gradient,
                                  float* running) {
        const int width = code.program.lanes;
        const int groups = (batch.size + width - 1) / width;
        Run run{code, weights, loss, batch, input_gradient};
        run.groups_in_task = program_.groups_in_task(groups);
        run.tasks = (groups + run.groups_in_task - 1) / run.groups_in_task;
        run.sums = program_.sums_for(run.tasks);
        run.shares = std::min(run.sums, max_threads());
        reserve(run, width, groups);
        for (int i = 0; i < groups * width; ++i) {
            const auto at = static_cast<std::size_t>(i);
            scales_[at] = i < batch.size ? 1.0f / static_cast<float>(batch.size) : 0.0f;
        }
        if (loss.takes_labels) read_labels(batch.labels, batch.size, loss.places, width, labels_);
        // Without batch statistics there is one stage: forward, loss and backward, while a task lies in the cache.
        const int barriers = static_cast<int>(barriers_.size());
        for (int stage = 0; stage <= 2 * barriers; ++stage) {
            parallel_for(run.sums, run.shares, [&](int sum, int share) {
                float* const own = private_sums_.data() + sum * program_.private_size;
                if (stage == 0) std::fill(own, own + program_.private_size, 0.0f);
                for (int task = sum; task < run.tasks; task += run.sums) run_stage(run, task, own, stage, share);
            });
            if (stage < barriers)
                finish_statistics(run, barriers_[static_cast<std::size_t>(stage)], running);
            else if (stage < 2 * barriers)
                finish_backward_statistics(run, barriers_[static_cast<std::size_t>(2 * barriers - 1 - stage)]);
        }
        parallel_for(static_cast<int>(tiles_.size()), [&](int tile) {
            finish(code, tiles_[static_cast<std::size_t>(tile)], batch.size, run.sums, visit);
        });
        StepResult total;
        for (int task = 0; task < run.tasks; ++task) {
            total.loss += results_[static_cast<std::size_t>(task)].loss;
            total.correct += results_[static_cast<std::size_t>(task)].correct;
        }
        total.loss /= batch.size;
        return total;
    }

  private:
    /// What all stages of one pass share.
    struct Run {
        const GradientPassCode& code;
        const float* weights;
        const AnyLoss& loss;
        const AnyBatch& batch;
        float* input_gradient;
        int groups_in_task = 1, tasks = 1, sums = 1, shares = 1;
    };
    struct Tile {
        int deferred = -1;  // a deferred step: rows begin .. end - 1 of its weight
        int parameter = 0;
        std::int64_t begin = 0, end = 0;
        bool summed = true;  // from private sums
    };
    struct Kept {
        memory::AlignedBuffer input, output_gradients;
        int weight = 0, bias = -1;  // parameters
    };

    /// The most numbers in a tile of a parameter that is summed per task.
    TENET_LOCAL static constexpr std::int64_t piece = 8192;
    /// Rows of a weight in tiles of about 16 K numbers, a multiple of the kernels' blocks of rows.
    static constexpr std::int64_t rows_in_tile(const Parameter& weight) {
        return std::max<std::int64_t>(8, 16384 / (weight.count() / weight.spec.shape[0]) / 8 * 8);
    }
    /// No more than so many, whichever parameters are trained and however.
    static constexpr std::int64_t tile_count(const Executable& program) {
        std::int64_t tiles = 0;
        for (int i = 0; i < program.parameter_count; ++i) {
            const Parameter& p = program.parameters[i];
            const std::int64_t rows = rows_in_tile(p);
            tiles += std::max((p.count() + piece - 1) / piece, (p.spec.shape[0] + rows - 1) / rows);
        }
        return tiles;
    }

    TENET_COLD void list_tiles(const Step& step) {
        for (int i = 0; i < program_.parameter_count; ++i) {
            const Parameter& p = program_.parameters[i];
            if (p.node != step.node || !p.trained) continue;
            for (std::int64_t begin = 0; begin < p.count(); begin += piece)
                tiles_.push_back({-1, i, begin, std::min(begin + piece, p.count()), step.sums.count > 0});
        }
    }

    TENET_COLD void defer(int s) {
        const Step& step = program_.steps[s];
        Kept& kept = kept_[static_cast<std::size_t>(s)];
        for (int i = 0; i < program_.parameter_count; ++i)
            if (program_.parameters[i].node == step.node)
                (program_.parameters[i].index == 0 ? kept.weight : kept.bias) = i;
        const Parameter& weight = program_.parameters[kept.weight];
        const std::int64_t all = weight.spec.shape[0], rows = rows_in_tile(weight);
        for (std::int64_t begin = 0; begin < all; begin += rows)
            tiles_.push_back({s, kept.weight, begin, std::min(begin + rows, all)});
    }

    TENET_COLD void reserve(const Run& run, int lanes, int groups) {
        const auto width = static_cast<std::size_t>(lanes);
        const std::size_t samples = static_cast<std::size_t>(groups) * width;
        block_stride_ = program_.block_floats(lanes);
        scratch_stride_ = program_.scratch_floats(lanes, run.loss.buffer_size(program_.output.count));
        const int tasks = program_.most_tasks(groups);
        // A smaller batch may have more shares.
        const int shares = std::max(run.shares, std::min(program_.sums_for(tasks), max_threads()));
        // Tasks that wait for others in a stage need a block each.
        blocks_.reserve(block_stride_ * static_cast<std::size_t>(barriers_.empty() ? shares : tasks));
        scratch_.reserve(scratch_stride_ * static_cast<std::size_t>(shares));
        scales_.resize(samples);
        results_.resize(static_cast<std::size_t>(tasks));
        private_sums_.reserve(static_cast<std::size_t>(program_.private_size * program_.sums_for(tasks)));
        reserve_statistics(run, tasks, lanes);
        kept_places_.resize(kept_.size());
        for (std::size_t s = 0; s < kept_.size(); ++s) {
            const Step& step = program_.steps[s];
            if (!step.deferred) continue;
            const auto own = static_cast<std::int64_t>(samples), first = step.use * own, all = step.uses * own;
            Kept& kept = kept_[static_cast<std::size_t>(step.first_use)];
            kept.input.reserve(static_cast<std::size_t>(step.kept_input * all));
            kept.output_gradients.reserve(static_cast<std::size_t>(step.output.count * all));
            kept_places_[s] = {kept.input.data(), kept.output_gradients.data() + step.output.count * first, all, first,
                               step.uses > 1};
        }
    }

    void reserve_statistics(const Run& run, int most_tasks, int lanes) {
        if (barriers_.empty()) return;
        std::int64_t floats = 0;
        for (const int s : barriers_)
            floats += program_.steps[s].shared_size + program_.steps[s].partial_size * most_tasks;
        statistics_.reserve(static_cast<std::size_t>(floats));
        shares_.resize(static_cast<std::size_t>(program_.step_count));
        float* next = statistics_.data();
        for (const int s : barriers_) {
            const Step& step = program_.steps[s];
            shares_[static_cast<std::size_t>(s)] = {next,      next + step.shared_size, step.partial_size,
                                                    run.tasks, run.batch.size,          run.groups_in_task * lanes};
            next += step.shared_size + step.partial_size * most_tasks;
        }
    }

    Task task_of(const Run& run, int index, float* private_sum, int share) {
        const int width = run.code.program.lanes;
        const int first = index * run.groups_in_task * width;
        const auto own = static_cast<std::size_t>(share);
        Task task{program_, run.code.program};
        task.memory = blocks_.data() + block_stride_ * (barriers_.empty() ? own : static_cast<std::size_t>(index));
        task.scratch = scratch_.data() + scratch_stride_ * own;
        task.weights = run.weights;
        task.gradients = private_sum;
        task.kept = kept_places_.data();
        task.shares = shares_.data();
        task.index = index;
        const int samples = std::min(run.batch.size - first, run.groups_in_task * width);
        task.context = {(samples + width - 1) / width,
                        samples,
                        static_cast<std::uint32_t>(first),
                        run.batch.seed,
                        run.batch.step,
                        0};
        return task;
    }

    /// The stages of one task: forward from one barrier to the next, in the middle the loss, then backward.
    void run_stage(const Run& run, int index, float* private_sum, int stage, int share) {
        Task task = task_of(run, index, private_sum, share);
        const int barriers = static_cast<int>(barriers_.size());
        const auto barrier = [&](int i) { return barriers_[static_cast<std::size_t>(i)]; };
        if (stage == 0) read_inputs(run, task);
        if (stage <= barriers) {
            task.forward(stage == 0 ? 0 : barrier(stage - 1), stage < barriers ? barrier(stage) : program_.step_count);
            if (stage < barriers) return task.take_statistics(barrier(stage));
            results_[static_cast<std::size_t>(index)] = take_loss(run, task);
        }
        // Backward goes down to the barrier below, and begins behind the one above, whose first part is done.
        const int above = 2 * barriers - stage, below = above - 1;
        int s = program_.step_count - 1;
        if (above < barriers) {
            s = barrier(above);
            task.end_backward(s--);
        }
        for (const int last = below >= 0 ? barrier(below) : -1; s > last; --s) {
            task.begin_backward(s);
            task.end_backward(s);
        }
        if (below >= 0)
            task.begin_backward(s);
        else
            write_input_gradient(run, task);
    }

    void read_inputs(const Run& run, Task& task) const {
        const Tensor input = task.tensor(program_.input);
        for (int g = 0; g < task.context.groups; ++g)
            run.batch.inputs.read(run.batch.inputs, task.first_of(g), task.samples_in(g),
                                  static_cast<int>(program_.input.count), input[g]);
    }

    StepResult take_loss(const Run& run, Task& task) const {
        const int width = run.code.program.lanes, outputs = static_cast<int>(program_.output.count);
        StepResult result;
        const Tensor output = task.tensor(program_.output);
        const Tensor gradient = task.tensor(program_.output_gradient);
        task.clear_gradients();
        // Targets in lanes lie behind the scratch, one group at a time.
        float* const buffer = task.scratch + program_.scratch_size * width;
        for (int g = 0; g < task.context.groups; ++g) {
            const int at = static_cast<int>(task.context.sample) + g * width;
            const std::int32_t* labels = nullptr;
            if (run.loss.takes_labels)
                labels = labels_.data() + at * run.loss.places;
            else
                run.batch.targets.read(run.batch.targets, at, task.samples_in(g), outputs, buffer);
            const StepResult part = run.loss.gradient(run.loss.loss, output[g], outputs, run.loss.places, labels, buffer,
                                                      scales_.data() + at, gradient[g]);
            result.loss += part.loss;
            result.correct += part.correct;
        }
        return result;
    }

    void write_input_gradient(const Run& run, const Task& task) const {
        if (!run.input_gradient || !program_.input_gradient.exists()) return;
        const int inputs = static_cast<int>(program_.input.count);
        const Tensor by_input = task.tensor(program_.input_gradient);
        for (int g = 0; g < task.context.groups; ++g)
            run.code.write(inputs, task.samples_in(g), by_input[g],
                           {run.input_gradient + program_.input.count * task.first_of(g), inputs});
    }

    void finish_statistics(const Run& run, int s, float* running) {
        const Step& step = program_.steps[s];
        const BatchShare& share = shares_[static_cast<std::size_t>(s)];
        const StepCode& code = run.code.program.steps[s];
        if (!running) return code.finish_statistics(step.operation, share, nullptr);
        code.finish_statistics(step.operation, share, TensorPointers<float>{step.weights, running}.tensors);
    }
    void finish_backward_statistics(const Run& run, int s) {
        const Step& step = program_.steps[s];
        const TensorPointers<float> gradients{step.weights, gradients_.data()};
        const StepCode& code = run.code.program.steps[s];
        if (code.finish_backward_statistics)
            code.finish_backward_statistics(step.operation, shares_[static_cast<std::size_t>(s)],
                                            step.trained ? gradients.tensors : nullptr, step.use + 1 < step.uses);
    }

    void finish(const GradientPassCode& code, const Tile& tile, int batch, int sums, const RangeVisitor& visit) {
        const Parameter& parameter = program_.parameters[tile.parameter];
        float* const gradient = gradients_.data() + parameter.offset;
        if (tile.deferred < 0) {
            // Those of batch statistics are there already.
            if (tile.summed)
                code.add_sums(private_sums_.data() + program_.private_offsets[tile.parameter] + tile.begin,
                              program_.private_size, sums, gradient + tile.begin, tile.end - tile.begin);
            visit(tile.parameter, tile.begin, tile.end);
            return;
        }
        const Step& step = program_.steps[tile.deferred];
        const Kept& kept = kept_[static_cast<std::size_t>(tile.deferred)];
        float* const db = kept.bias >= 0 ? gradients_.data() + program_.parameters[kept.bias].offset : nullptr;
        const KeptForBatch& place = kept_places_[static_cast<std::size_t>(tile.deferred)];
        // Lanes without a sample, between the samples of steps that share the weight, add zeros.
        const int samples = static_cast<int>(place.samples - place.samples / step.uses) + batch;
        code.program.steps[tile.deferred].weight_gradient(
            step.operation, {place, samples, static_cast<int>(tile.begin), static_cast<int>(tile.end), gradient, db});
        const std::int64_t row = parameter.count() / parameter.spec.shape[0];
        if (parameter.trained) visit(tile.parameter, tile.begin * row, tile.end * row);
        if (db && program_.parameters[kept.bias].trained) visit(kept.bias, tile.begin, tile.end);
    }

    const Executable& program_;
    memory::AlignedBuffer gradients_, blocks_, scratch_, private_sums_, statistics_;
    std::vector<int> barriers_;       // steps with batch statistics
    std::vector<BatchShare> shares_;  // by step
    std::vector<Kept> kept_;          // by step
    std::vector<KeptForBatch> kept_places_;
    std::size_t block_stride_ = 0, scratch_stride_ = 0;
    std::vector<Tile> tiles_;
    std::vector<StepResult> results_;
    std::vector<std::int32_t> labels_;  // as read_labels has them
    std::vector<float> scales_;
};

}  // namespace tenet::cpu
