#pragma once

#include <bit>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <tenet/io/text.hpp>
#include <tenet/model/file.hpp>
#include <tenet/training/trainer.hpp>

namespace TENET_NAMESPACE::io {

namespace detail {

inline std::int64_t number_in(const Metadata& metadata, const std::string& key, const std::string& path) {
    const auto found = metadata.find(key);
    std::int64_t value = 0;
    if (found == metadata.end()) throw std::runtime_error(path + ": not a checkpoint, its metadata have no " + key);
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw std::runtime_error(path + ": " + key + ": expected a whole number, found " + text);
    return value;
}

/// A count that no run exceeds: sums with it do not overflow.
inline std::int64_t count_in(const Metadata& metadata, const std::string& key, const std::string& path) {
    constexpr std::int64_t most = std::int64_t{1} << 48;
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
    metadata["samples"] = std::to_string(p.samples);
    metadata["correct"] = std::to_string(p.correct);
    metadata["loss_sum_bits"] = std::to_string(std::bit_cast<std::int64_t>(p.loss_sum));
    metadata["seed"] = std::to_string(static_cast<std::int64_t>(p.seed.value));
}

inline TrainingPosition read_position(const Metadata& metadata, const std::string& path) {
    TrainingPosition p;
    p.step = count_in(metadata, "step", path);
    p.epoch = count_in(metadata, "epoch", path);
    p.batch_in_epoch = count_in(metadata, "batch_in_epoch", path);
    if (metadata.find("batch_size") != metadata.end()) {
        p.batch_size = count_in(metadata, "batch_size", path);
        p.data_size = count_in(metadata, "data_size", path);
        p.shuffled = count_in(metadata, "shuffled", path) != 0;
    }
    p.samples = count_in(metadata, "samples", path);
    p.correct = count_in(metadata, "correct", path);
    p.loss_sum = std::bit_cast<double>(number_in(metadata, "loss_sum_bits", path));
    p.seed.value = static_cast<std::uint64_t>(number_in(metadata, "seed", path));
    return p;
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
std::vector<Destination> run_destinations(const RunNumbers<Net>& numbers) {
    std::vector<Destination> result = destinations(*numbers.model, "model.");
    for (std::size_t s = 0; s < numbers.states.size(); ++s)
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            const auto t = Model<Net>::tensor_in(numbers.states[s], i);
            result.push_back(
                {"optimizer." + std::to_string(s) + "." + std::string{t.name}, extents(t.shape), t.values});
        }
    return result;
}

}  // namespace detail

/// Writes a training run: parameters ("model.0.weight"), the optimizer's state ("optimizer.0.0.weight") and where the
/// run stands, in the middle of an epoch too. Whole or not at all. Hyper-parameters are the program's, not the file's.
template <class Net, class L, class R, class Backend>
void save(Trainer<Net, L, R, Backend>& trainer, const std::string& path) {
    if (trainer.interrupted())
        throw std::logic_error(joined({path,
                                       ": an exception interrupted a step of this run when some of the weights had "
                                       "moved; load a saved run"}));
    const RunNumbers<Net> numbers = trainer.numbers();
    std::vector<TensorView> tensors;
    for (const Destination& d : detail::run_destinations(numbers))
        tensors.push_back(tensor_view(d.name, d.shape, std::span<const float>{d.values}));
    Metadata metadata{{"format", "tenet-run"}};
    detail::write_position(trainer.position(), metadata);
    if constexpr (requires { trainer.loss_scale(); }) detail::write_loss_scale(trainer.loss_scale(), metadata);
    write_safetensors(path, tensors, metadata);
}

/// Reads a run written by `save` into a trainer of the same network and optimizer, which then continues bit for bit, on
/// the kind of machine that wrote it; on another one as well as its arithmetic allows.
/// Errors as of `load` of a model; trainer and model are then as they were.
template <class Net, class L, class R, class Backend>
void load(Trainer<Net, L, R, Backend>& trainer, const std::string& path) {
    const TensorFile file = read_safetensors(path);
    const TrainingPosition position = detail::read_position(file.metadata(), path);
    const LossScale loss_scale = detail::read_loss_scale(file.metadata(), path);
    const RunNumbers<Net> numbers = trainer.numbers();
    assign(file, detail::run_destinations(numbers), path);
    trainer.set_numbers(numbers);
    trainer.set_position(position);
    if constexpr (requires { trainer.set_loss_scale(loss_scale); }) trainer.set_loss_scale(loss_scale);
}

}  // namespace tenet::io
