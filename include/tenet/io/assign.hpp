#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/io/problems.hpp>
#include <tenet/io/tensor_file.hpp>

namespace TENET_NAMESPACE::io {

/// A tensor of the program that a file shall fill.
struct Destination {
    std::string name;
    std::vector<std::int64_t> shape;
    std::span<float> values;
};

inline std::vector<std::int64_t> extents(const Shape& shape) {
    return {shape.extents, shape.extents + shape.rank};
}

namespace detail {

/// PyTorch counts the batches that a batch normalisation has seen, which only averages without a momentum need.
inline bool counts_batches(const TensorView& tensor, std::span<const Destination> destinations) {
    constexpr std::string_view count = "num_batches_tracked", mean = "running_mean";
    if (!tensor.name.ends_with(count)) return false;
    const std::string sibling = tensor.name.substr(0, tensor.name.size() - count.size()).append(mean);
    for (const Destination& to : destinations)
        if (to.name == sibling) return true;
    return false;
}

}  // namespace detail

/// Fills every destination from the tensor of its name, converted to float. Strict, as PyTorch's load_state_dict:
/// throws std::runtime_error that lists every missing, surplus or misshapen tensor, and then has changed nothing. The
/// `num_batches_tracked` beside a `running_mean` is not surplus.
TENET_COLD inline void assign(const TensorFile& file, std::span<const Destination> destinations,
                              const std::string& source) {
    Problems problems;
    for (const Destination& to : destinations) {
        const TensorView* from = file.find(to.name);
        if (!from)
            problems.add("missing " + to.name + ", expected " + to_string(std::span{to.shape}));
        else if (from->shape != to.shape)
            problems.add(to.name + ": expected " + to_string(std::span{to.shape}) + ", found " +
                         to_string(std::span{from->shape}));
        else if (!is_real(from->type))
            problems.add(to.name + ": expected F32, F64, F16 or BF16, found " + std::string{name_of(from->type)});
    }
    for (const TensorView& from : file.tensors()) {
        bool wanted = detail::counts_batches(from, destinations);
        for (const Destination& to : destinations) wanted = wanted || to.name == from.name;
        if (!wanted) problems.add("surplus " + from.name + ", found " + to_string(std::span{from.shape}));
    }
    problems.throw_if_any<std::runtime_error>(source);
    for (const Destination& to : destinations) file.at(to.name).copy_to(to.values);
}

}  // namespace tenet::io
