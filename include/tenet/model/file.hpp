#pragma once

#include <string>
#include <vector>

#include <tenet/io/assign.hpp>
#include <tenet/io/safetensors.hpp>
#include <tenet/model/model.hpp>

namespace tenet::io {

/// Writes a model's parameters as safetensors, named as PyTorch's `state_dict` names them ("0.weight", ...). Whole or
/// not at all; errors as of `write_safetensors`.
template <class Net>
void save(const Model<Net>& model, const std::string& path) {
    std::vector<TensorView> tensors;
    model.for_each_parameter([&](const NamedTensor<const float>& t) {
        tensors.push_back(tensor_view(std::string{t.name}, extents(t.shape), t.values));
    });
    write_safetensors(path, tensors, {{"format", "pt"}});
}

namespace detail {
template <class Net>
std::vector<Destination> destinations(Model<Net>& model, const std::string& prefix = {}) {
    std::vector<Destination> result;
    model.for_each_parameter([&](const NamedTensor<float>& t) {
        result.push_back({prefix + std::string{t.name}, extents(t.shape), t.values});
    });
    return result;
}
}  // namespace detail

/// Reads a model's parameters from safetensors, as written here or by PyTorch's `safetensors.torch.save_file`. Errors
/// as of `read_safetensors` and `assign`; the model is then as it was.
template <class Net>
void load(Model<Net>& model, const std::string& path) {
    assign(read_safetensors(path), detail::destinations(model), path);
}

}  // namespace tenet::io
