#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/io/assign.hpp>
#include <tenet/io/safetensors.hpp>
#include <tenet/io/tensor_file.hpp>
#include <tenet/io/text.hpp>
#include <tenet/model/parameter_set.hpp>

namespace TENET_NAMESPACE::io {

namespace detail {

/// What is saved or loaded where no overload takes it: an error of one sentence, made where it is given.
struct NotToSave {
    template <class Given>
    NotToSave(const Given&) {
        constexpr bool exchanged = std::is_convertible_v<const Given&, std::string>;
        static_assert(!exchanged, "io::save: the path stands behind: io::save(model, \"model.safetensors\")");
        static_assert(
            exchanged,
            "io::save: it takes a Model, an EvalModel or, not const, a Trainer; of a model on a device its to_host()");
    }
};
struct NotToLoad {
    template <class Given>
    NotToLoad(Given&&) {
        using Target = std::remove_reference_t<Given>;
        constexpr bool exchanged = std::is_convertible_v<Target&, std::string>;
        static_assert(!exchanged, "io::load: the path stands behind: io::load(model, \"model.safetensors\")");
        static_assert(exchanged || !std::is_const_v<Target>,
                      "io::load: this is const, and loading changes its numbers");
        static_assert(exchanged || std::is_const_v<Target>,
                      "io::load: it takes a Model, an EvalModel or a Trainer that is a variable");
    }
};
/// Of `ResumeOptions`, where a model alone is loaded.
struct OptionsOfATrainer {
    struct AcceptChanges {
        template <class Given>
        AcceptChanges(const Given&) {
            static_assert(sizeof(Given) == 0,
                          "io::load: accept_changes is for a Trainer, which goes on with a saved run; a model takes "
                          "prefix and finite");
        }
    } accept_changes;
};
struct Anything {
    template <class Given>
    Anything(const Given&) {}
};

}  // namespace detail

inline void save(const detail::NotToSave&, const detail::Anything&) {}
inline void load(const detail::NotToLoad&, const detail::Anything&, const LoadOptions& = {}) {}
inline void load(const detail::Anything&, const detail::Anything&, const detail::OptionsOfATrainer&) {}

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
        throw std::runtime_error(joined({printable(path),
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
