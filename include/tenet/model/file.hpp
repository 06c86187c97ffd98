#pragma once

#include <string>
#include <vector>

#include <tenet/io/assign.hpp>
#include <tenet/io/safetensors.hpp>
#include <tenet/model/parameter_set.hpp>

namespace TENET_NAMESPACE::io {

/// Writes the parameters of a `Model` or `EvalModel` as safetensors, named as PyTorch's `state_dict` names them
/// ("0.weight", ...). Whole or not at all; errors as of `write_safetensors`.
template <class Net>
void save(const ParameterSet<Net>& model, const std::string& path) {
    std::vector<TensorView> tensors;
    model.for_each_parameter([&](const NamedTensor<const float>& t) {
        tensors.push_back(tensor_view(std::string{t.name}, extents(t.shape), t.values));
    });
    write_safetensors(path, tensors, {{"format", "pt"}});
}

namespace detail {
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
/// `safetensors.torch.save_file`. Errors as of `read_safetensors` and `assign`; the model is then as it was.
template <class Net>
void load(ParameterSet<Net>& model, const std::string& path) {
    assign(read_safetensors(path), detail::destinations(model), path);
}

}  // namespace tenet::io
