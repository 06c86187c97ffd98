#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/io/assign.hpp>
#include <tenet/io/safetensors.hpp>
#include <tenet/io/tensor_file.hpp>
#include <tenet/io/text.hpp>
#include <tenet/model/parameter_set.hpp>

namespace TENET_NAMESPACE::io {

/// Writes the parameters of a `Model` or `EvalModel` as safetensors, named as PyTorch's `state_dict` names them
/// ("0.weight", ...). Whole or not at all; errors as of `write_safetensors`, and std::logic_error during a step that
/// changes the model on another thread. A step that comes during the save waits until the file is on the disk.
template <class Net>
void save(const ParameterSet<Net>& model, const std::string& path) {
    const BetweenSteps held{model.change_mark(), "save"};
    std::vector<TensorView> tensors;
    model.for_each_parameter([&](const NamedTensor<const float>& t) {
        tensors.push_back(tensor_view(std::string{t.name}, extents(t.shape), t.values));
    });
    write_safetensors(path, tensors, {{"format", "pt"}});
}

namespace detail {
inline bool is_run(const TensorFile& file) {
    const auto format = file.metadata().find("format");
    return format != file.metadata().end() && format->second.starts_with("tenet-run");
}

/// The tensors that may be a model's: of a training run those of its model, where these are asked for.
TENET_COLD inline TensorFile model_in(const TensorFile& file, const std::string& path, const LoadOptions& options) {
    if (!is_run(file)) return file;
    if (options.prefix != "model.")
        throw std::runtime_error(joined({path,
                                         ": holds a training run, which a Trainer saved and a Trainer loads; "
                                         "{.prefix = \"model.\"} takes the model alone out of it"}));
    std::vector<TensorView> tensors;
    for (const TensorView& tensor : file.tensors())
        if (tensor.name.starts_with(options.prefix)) tensors.push_back(tensor);
    return file.with(std::move(tensors));
}

template <class Net>
std::vector<Destination> destinations(ParameterSet<Net>& model, const std::string& prefix = {}) {
    std::vector<Destination> result;
    model.for_each_parameter([&](const NamedTensor<float>& t) {
        result.push_back({prefix + std::string{t.name}, extents(t.shape), t.values});
    });
    return result;
}
}  // namespace detail

/// Reads the parameters of a `Model` or `EvalModel` from safetensors, as written here or by PyTorch's
/// `safetensors.torch.save_file`. Errors as of `read_safetensors` and `assign`, and std::logic_error during a
/// step that changes the model on another thread; the model is then as it was.
/// ```
/// io::load(model, "weights.safetensors", {.prefix = "module.", .finite = true});   // see LoadOptions
/// io::load(model, "run.safetensors", {.prefix = "model."});                        // of a saved Trainer
/// ```
template <class Net>
void load(ParameterSet<Net>& model, const std::string& path, const LoadOptions& options = {}) {
    const TensorFile file = detail::model_in(read_safetensors(path), path, options);
    const BetweenSteps held{model.change_mark(), "load"};
    assign(file, detail::destinations(model), path, options);
}

}  // namespace tenet::io
