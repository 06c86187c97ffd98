#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenet/core/number_text.hpp>
#include <tenet/io/checksum.hpp>
#include <tenet/io/text.hpp>
#include <tenet/model/file.hpp>
#include <tenet/training/run_record.hpp>
#include <tenet/training/trainer.hpp>

namespace TENET_NAMESPACE::io {

namespace detail {

/// Of files that tell of their run, and have a checksum; and of those before.
TENET_LOCAL inline constexpr std::string_view run_format = "tenet-run 2", old_run_format = "tenet-run";

/// Whether a run's file has record and checksum, which is then right. Throws std::runtime_error for other files.
TENET_COLD inline bool has_record(const TensorFile& file, const std::string& path) {
    const auto found = file.metadata().find("format");
    const std::string format = found == file.metadata().end() ? std::string{} : found->second;
    if (format == old_run_format) return false;
    if (format == "pt") throw std::runtime_error(path + ": holds a model, not a training run: load it into a Model");
    if (!format.starts_with(old_run_format))
        throw std::runtime_error(path + ": not a training run, its metadata do not say so");
    if (format != run_format)
        throw std::runtime_error(joined({path, ": expected a training run of the format ", run_format, ", found ",
                                         printable(format), ": it is damaged, or of a later version"}));
    check_checksum(file, path);
    return true;
}

inline const std::string& text_in(const Metadata& metadata, const std::string& key, const std::string& path) {
    const auto found = metadata.find(key);
    if (found == metadata.end())
        throw std::runtime_error(joined({path, ": not a training run, its metadata have no ", key}));
    return found->second;
}

inline std::int64_t number_in(const Metadata& metadata, const std::string& key, const std::string& path) {
    std::int64_t value = 0;
    const std::string& text = text_in(metadata, key, path);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw std::runtime_error(joined({path, ": ", key, ": expected a whole number, found ", printable(text)}));
    return value;
}

/// A count that no run exceeds: sums with it do not overflow.
inline std::int64_t count_in(const Metadata& metadata, const std::string& key, const std::string& path,
                             std::int64_t most = std::int64_t{1} << 48) {
    const std::int64_t value = number_in(metadata, key, path);
    if (value < 0 || value > most)
        throw std::runtime_error(joined({path, ": ", key, ": expected a number of 0 to ", most, ", found ", value}));
    return value;
}

// The fields of a position as whole numbers; the loss by its bits, since a decimal would not come back exactly.
inline void write_position(const TrainingPosition& p, Metadata& metadata) {
    metadata["step"] = std::to_string(p.step);
    metadata["epoch"] = std::to_string(p.epoch);
    metadata["batch_in_epoch"] = std::to_string(p.batch_in_epoch);
    metadata["batch_size"] = std::to_string(p.batch_size);
    metadata["data_size"] = std::to_string(p.data_size);
    metadata["shuffled"] = p.shuffled ? "1" : "0";
    metadata["drops_last"] = p.drops_last ? "1" : "0";
    metadata["samples"] = std::to_string(p.samples);
    metadata["correct"] = std::to_string(p.correct);
    metadata["loss_sum_bits"] = std::to_string(std::bit_cast<std::int64_t>(p.loss_sum));
    metadata["seed"] = std::to_string(static_cast<std::int64_t>(p.seed.value));
}

TENET_COLD inline TrainingPosition read_position(const Metadata& metadata, bool recorded, const std::string& path) {
    TrainingPosition p;
    p.step = count_in(metadata, "step", path);
    p.epoch = count_in(metadata, "epoch", path, 1 << 30);  // as many again are ints
    p.batch_in_epoch = count_in(metadata, "batch_in_epoch", path);
    p.samples = count_in(metadata, "samples", path);
    if (p.samples < p.batch_in_epoch)
        throw std::runtime_error(joined({path, ": samples: expected ", p.batch_in_epoch,
                                         " or more, as many as batches of the epoch, found ", p.samples}));
    p.correct = count_in(metadata, "correct", path);
    p.loss_sum = std::bit_cast<double>(number_in(metadata, "loss_sum_bits", path));
    p.seed.value = static_cast<std::uint64_t>(number_in(metadata, "seed", path));
    if (!recorded) return p;
    p.batch_size = count_in(metadata, "batch_size", path, std::numeric_limits<int>::max());
    p.data_size = count_in(metadata, "data_size", path);
    p.shuffled = count_in(metadata, "shuffled", path, 1) != 0;
    p.drops_last = count_in(metadata, "drops_last", path, 1) != 0;
    return p;
}

TENET_LOCAL inline constexpr std::string_view ratios_key = "learning_rate_ratios";

TENET_COLD inline double decimal_in(std::string_view text, std::string_view key, const std::string& path) {
    double value = 0.0;
    if (!tenet::read_number(text, value))
        throw std::runtime_error(joined({path, ": ", key, ": expected a number, found ", printable(text)}));
    return value;
}

TENET_LOCAL inline constexpr std::string_view initial_name = "hyper_parameters.initial", now_name = "hyper_parameters.now";

/// Adds what a run says of its program to a file that is to be written: hyper-parameters as tensors, with a row for
/// each parameter tensor. `record` holds the numbers.
TENET_COLD inline void write_record(const tenet::detail::RunRecord& record, std::int64_t rows, Metadata& metadata,
                                    std::vector<TensorView>& tensors) {
    metadata["network"] = record.network;
    metadata["loss"] = record.loss;
    metadata["optimizer"] = record.optimizer;
    metadata["backend"] = record.backend;
    std::string& identities = metadata["identities"];
    for (const std::string& identity : record.identities) identities += (identities.empty() ? "" : " ") + identity;
    std::string& names = metadata["hyper_parameters"];
    for (const std::string& name : record.hyper_parameters) names += (names.empty() ? "" : " ") + name;
    append_number(metadata["learning_rate"], record.learning_rate);
    std::string& ratios = metadata[std::string{ratios_key}];
    for (const double ratio : record.rate_ratios) append_number(ratios.empty() ? ratios : ratios += ' ', ratio);
    const auto columns = static_cast<std::int64_t>(record.hyper_parameters.size());
    const auto add = [&](std::string_view name, const std::vector<double>& numbers) {
        tensors.push_back(tensor_view(std::string{name}, {rows, columns}, std::span{numbers.data(), numbers.size()}));
    };
    add(initial_name, record.initial);
    add(now_name, record.now);
}

TENET_COLD inline tenet::detail::RunRecord read_record(const TensorFile& file, const std::string& path) {
    tenet::detail::RunRecord record;
    record.network = text_in(file.metadata(), "network", path);
    record.loss = text_in(file.metadata(), "loss", path);
    record.optimizer = text_in(file.metadata(), "optimizer", path);
    record.backend = text_in(file.metadata(), "backend", path);
    const auto read_words = [](std::string_view words, std::vector<std::string>& to) {
        while (!words.empty()) {
            const std::size_t end = std::min(words.find(' '), words.size());
            to.emplace_back(words.substr(0, end));
            words.remove_prefix(std::min(end + 1, words.size()));
        }
    };
    read_words(text_in(file.metadata(), "hyper_parameters", path), record.hyper_parameters);
    if (const auto found = file.metadata().find("identities"); found != file.metadata().end())
        read_words(found->second, record.identities);
    // Earlier versions did not write them.
    if (const auto found = file.metadata().find(std::string{ratios_key}); found != file.metadata().end()) {
        record.learning_rate = decimal_in(text_in(file.metadata(), "learning_rate", path), "learning_rate", path);
        std::vector<std::string> ratios;
        read_words(found->second, ratios);
        for (const std::string& ratio : ratios) record.rate_ratios.push_back(decimal_in(ratio, ratios_key, path));
    }
    const auto read = [&](std::string_view name) {
        const TensorView* const tensor = file.find(name);
        if (!tensor || tensor->type != DataType::F64)
            throw std::runtime_error(joined({path, ": expected a tensor ", name, " of F64"}));
        return tensor->values<double>();
    };
    record.initial = read(initial_name);
    record.now = read(now_name);
    if (record.initial.size() != record.now.size())
        throw std::runtime_error(joined(
            {path, ": ", now_name, ": expected ", record.initial.size(), " numbers, found ", record.now.size()}));
    if (!record.rate_ratios.empty() && record.rate_ratios.size() * record.hyper_parameters.size() != record.now.size())
        throw std::runtime_error(joined(
            {path, ": ", ratios_key, ": expected one for each parameter tensor, found ", record.rate_ratios.size()}));
    return record;
}

/// The optimizer's state that a tensor belongs to, `optimizer.1.0.weight`; -1 of another.
inline int state_of(std::string_view tensor) {
    constexpr std::string_view begin = "optimizer.";
    int state = -1;
    if (tensor.starts_with(begin)) {
        tensor.remove_prefix(begin.size());
        if (!read_number(tensor.substr(0, tensor.find('.')), state)) return -1;
    }
    return state;
}

/// How many states of its optimizer a run has.
TENET_COLD inline int state_count_in(const TensorFile& file) {
    int last = -1;
    for (const TensorView& tensor : file.tensors()) last = std::max(last, std::min(state_of(tensor.name), 99));
    return last + 1;
}

/// The file without its record, and with so many of its optimizer's states at most.
TENET_COLD inline TensorFile without_record(const TensorFile& file, int states = std::numeric_limits<int>::max()) {
    std::vector<TensorView> tensors;
    for (const TensorView& tensor : file.tensors())
        if (tensor.name != initial_name && tensor.name != now_name && state_of(tensor.name) < states)
            tensors.push_back(tensor);
    return file.with(std::move(tensors));
}

// Only runs that scale their loss have one.
inline void write_loss_scale(const LossScale& scale, Metadata& metadata) {
    metadata["loss_scale_bits"] = std::to_string(std::bit_cast<std::int32_t>(scale.scale));
    metadata["good_steps"] = std::to_string(scale.good_steps);
    metadata["skipped_steps"] = std::to_string(scale.skipped);
}

inline LossScale read_loss_scale(const Metadata& metadata, const std::string& path) {
    LossScale result;
    if (metadata.find("loss_scale_bits") == metadata.end()) return result;
    const std::int64_t bits = count_in(metadata, "loss_scale_bits", path);
    result.scale = std::bit_cast<float>(static_cast<std::int32_t>(bits));
    if (bits > std::bit_cast<std::int32_t>(0x1p127f) || !(result.scale > 0.0f))
        throw std::runtime_error(joined({path, ": loss_scale_bits: expected those of a positive float, found ", bits}));
    const std::int64_t good_steps = count_in(metadata, "good_steps", path);
    if (good_steps >= LossScale::growth_interval)
        throw std::runtime_error(
            joined({path, ": good_steps: expected fewer than ", LossScale::growth_interval, ", found ", good_steps}));
    result.good_steps = static_cast<std::int32_t>(good_steps);
    result.skipped = count_in(metadata, "skipped_steps", path);
    return result;
}

template <class Net>
std::vector<Destination> run_destinations(const RunNumbers<Net>& numbers, int states) {
    std::vector<Destination> result = destinations(*numbers.model, "model.");
    for (int s = 0; s < states; ++s)
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            const auto t = Model<Net>::tensor_in(numbers.states[static_cast<std::size_t>(s)], i);
            result.push_back(
                {"optimizer." + std::to_string(s) + "." + std::string{t.name}, extents(t.shape), t.values});
        }
    return result;
}

}  // namespace detail

/// How a saved run is gone on with.
struct ResumeOptions {
    bool accept_changes = false;  ///< the program's network, loss and optimizer hold where they are not the run's
    bool finite = false;          ///< refuses numbers that are infinite or NaN
    std::FILE* notes = stderr;    ///< where notes are written, a line each; null: nowhere
};

/// Writes a training run: parameters ("model.0.weight"), the optimizer's state ("optimizer.0.0.weight"), where the run
/// stands, in the middle of an epoch too, and what it is: the layers, the loss, the optimizer with its hyper-parameters
/// as training began and as they stand, batches, data set's size and order of the epoch under way; with a checksum of
/// all that. Whole or not at all. Throws std::logic_error for a run whose last step was interrupted, and during a step
/// on another thread, before it touches a file; a step that comes during the save waits until the file is on the disk.
template <class Net, class L, class R, class Backend>
void save(Trainer<Net, L, R, Backend>& trainer, const std::string& path) {
    const BetweenSteps held = trainer.between_steps("save");
    if (trainer.interrupted())
        throw std::logic_error(joined({printable(path),
                                       ": an exception interrupted a step of this run when some of the weights had "
                                       "moved; load a saved run"}));
    const RunNumbers<Net> numbers = trainer.numbers();
    std::vector<TensorView> tensors;
    for (const Destination& d : detail::run_destinations(numbers, static_cast<int>(numbers.states.size())))
        tensors.push_back(tensor_view(d.name, d.shape, std::span<const float>{d.values}));
    Metadata metadata{{"format", std::string{detail::run_format}}};
    const tenet::detail::RunRecord record = tenet::detail::record_of(trainer);
    detail::write_record(record, Net::parameter_tensor_count, metadata, tensors);
    detail::write_position(trainer.position(), metadata);
    if constexpr (requires { trainer.loss_scale(); }) detail::write_loss_scale(trainer.loss_scale(), metadata);
    metadata[std::string{checksum_key}] = checksum(tensors, metadata);
    write_safetensors(path, tensors, metadata);
}

/// Reads a run written by `save` into a trainer of the same network, loss and optimizer, which then continues bit for
/// bit, on the kind of machine that wrote it; on another one as well as its arithmetic allows. Seed and
/// hyper-parameters go on as they stood in the run, where schedules had brought them, and so does the rate that groups
/// and `set_learning_rate` go by; what is set on the trainer after that holds. In a callback of `fit`, which then goes
/// on from there, this goes back to a saved run.
///
/// Throws std::runtime_error that lists, with both values, each layer, loss, optimizer or hyper-parameter with which
/// the program did not begin as the run did, unless `accept_changes` says to go on with the program's. A learning rate
/// may be chosen anew without that: then the program's holds, for all parameters that have another. Epochs, callbacks
/// and what is validated are free; `fit` wants batches and samples of an epoch under way as they were. Further errors
/// as of `load` of a model, and for a file whose checksum is wrong; trainer and model are then as they were.
///
/// Types are told apart by all of their names, namespaces and numbers included, the same by g++ and clang. Not told
/// apart are lambdas that no `inline` variable names, and types of one name in two programs; and nothing but short
/// names is compared in programs without run-time type information (-fno-rtti).
///
/// Changes that were accepted may leave the optimizer with states that the run does not have, amsgrad's say: they begin
/// as at the start of training. Those that the program's does not have are left out.
///
/// What was not refused but should be known is returned, and written to `options.notes`: a learning rate, a seed or a
/// backend other than the run's, changes that were accepted, a file from before there were records, which loads with
/// nothing compared but names and shapes.
template <class Net, class L, class R, class Backend>
std::vector<std::string> load(Trainer<Net, L, R, Backend>& trainer, const std::string& file_path,
                              const ResumeOptions& options = {}) {
    const BetweenSteps held = trainer.between_steps("load");
    const TensorFile file = read_safetensors(file_path);
    const std::string path = printable(file_path);
    const bool recorded = detail::has_record(file, path);
    const TrainingPosition position = detail::read_position(file.metadata(), recorded, path);
    const LossScale loss_scale = detail::read_loss_scale(file.metadata(), path);

    tenet::detail::RunChanges changes{options.accept_changes};
    double rate = trainer.learning_rate();
    std::vector<double> ratios = trainer.rate_ratios();
    std::vector<R> rules;
    for (int i = 0; i < Net::parameter_tensor_count; ++i) rules.push_back(trainer.optimizer(i));
    if (recorded) {
        tenet::detail::RunRecord program = tenet::detail::record_of(trainer);
        const tenet::detail::RunRecord run = detail::read_record(file, path);
        const std::vector<double> values = tenet::detail::compare(run, program, changes);
        tenet::detail::take_rates(run, values, program);
        rate = program.learning_rate;
        ratios = std::move(program.rate_ratios);
        tenet::detail::HyperParameterWriter writer{values.data()};
        if constexpr (requires(R & rule) { R::hyper_parameters(rule, writer); })
            for (R& rule : rules) R::hyper_parameters(rule, writer);
    } else {
        changes.note(
            "the file has no checksum and no record of its network, loss and optimizer, as those of earlier "
            "versions: none of these was compared");
    }
    int states = 0;
    for (const R& rule : rules) states = std::max(states, rule.used_states());
    const RunNumbers<Net> numbers = trainer.numbers(states);
    const int given = std::min(states, detail::state_count_in(file));
    const TensorFile accepted = detail::without_record(file, states);
    if (!changes.problems.empty()) {
        const bool acceptable =
            misfits(accepted, detail::run_destinations(numbers, given), {.finite = options.finite}).empty();
        changes.problems.template throw_if_any<std::runtime_error>(
            path, acceptable ? "load(trainer, path, {.accept_changes = true}) goes on with the program's"
                             : "the program's tensors have other names or shapes: it cannot go on with this run");
    }
    if (options.accept_changes) {
        if (given < states)
            changes.note(joined({"the run has ", given, " of the ", states,
                                 " states of the program's optimizer; the others begin as at the start of training"}));
        if (detail::state_count_in(file) > states)
            changes.note(
                joined({"the run has ", detail::state_count_in(file),
                        " states of its optimizer, of which the program's has ", states, "; the others are left out"}));
    }
    if (position.seed != trainer.position().seed)
        changes.note(joined({"the seed is ", position.seed.value, " in the run, which holds, ",
                             trainer.position().seed.value, " in the program"}));

    const bool accepts = options.accept_changes;
    assign(accepts ? accepted : detail::without_record(file),
           detail::run_destinations(numbers, accepts ? given : states), path, {.finite = options.finite});
    for (int s = given; s < states; ++s)
        std::fill_n(numbers.states[static_cast<std::size_t>(s)], numbers.model->storage(), 0.0f);
    trainer.set_numbers(numbers);
    trainer.set_optimizers(rules);
    trainer.set_rates(rate, ratios);
    trainer.set_position(position);
    if constexpr (requires { trainer.set_loss_scale(loss_scale); }) trainer.set_loss_scale(loss_scale);
    for (const std::string& note : changes.notes)
        if (options.notes) std::fputs(joined({path, ": ", note, "\n"}).c_str(), options.notes);
    return changes.notes;
}

}  // namespace tenet::io
