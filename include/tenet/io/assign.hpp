#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/io/problems.hpp>
#include <tenet/io/tensor_file.hpp>
#include <tenet/io/text.hpp>

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

/// How the numbers of a file are taken.
struct LoadOptions {
    /// With what the names of the file begin and the program's do not, as "module." of a model that PyTorch's
    /// DataParallel has trained.
    std::string prefix{};
    bool finite = false;  ///< refuses numbers that are infinite or NaN
};

namespace detail {

/// PyTorch counts the batches that a batch normalisation has seen, which only averages without a momentum need.
inline bool counts_batches(std::string_view tensor, const std::vector<Destination>& destinations) {
    constexpr std::string_view count = "num_batches_tracked", mean = "running_mean";
    if (!tensor.ends_with(count)) return false;
    const std::string sibling = std::string{tensor.substr(0, tensor.size() - count.size())}.append(mean);
    for (const Destination& to : destinations)
        if (to.name == sibling) return true;
    return false;
}

/// Names of a file, and of the program, where all of one side begin alike and are the other's behind that.
struct Prefixes {
    std::string file, program;

    const TensorView* find(const TensorFile& tensors, std::string_view name) const {
        if (!name.starts_with(program)) return nullptr;
        return tensors.find(joined({file, name.substr(program.size())}));
    }
    bool lead_to_all(const TensorFile& tensors, const std::vector<Destination>& destinations) const {
        std::size_t found = 0, wanted = 0;
        if (tensors.tensors().size() > 2 * destinations.size()) return false;  // a hostile file has millions
        for (const Destination& to : destinations) found += find(tensors, to.name) != nullptr;
        for (const TensorView& from : tensors.tensors())
            wanted += !from.name.starts_with(file) ||
                      !counts_batches(joined({program, std::string_view{from.name}.substr(file.size())}), destinations);
        return found == destinations.size() && found == wanted;
    }
};

/// The prefixes by which all names differ, and nothing else; those given otherwise.
TENET_COLD inline Prefixes differing_prefixes(const TensorFile& file, const std::vector<Destination>& destinations,
                                              const Prefixes& given) {
    if (destinations.empty() || given.lead_to_all(file, destinations)) return given;
    const auto longer_by = [](std::string_view longer, std::string_view shorter) {
        return longer.substr(0, longer.ends_with(shorter) ? longer.size() - shorter.size() : 0);
    };
    if (Prefixes{}.lead_to_all(file, destinations)) return {};
    const std::string_view first = destinations.front().name;
    for (const TensorView& from : file.tensors())
        for (const Prefixes& candidate : {Prefixes{std::string{longer_by(from.name, first)}, {}},
                                          Prefixes{{}, std::string{longer_by(first, from.name)}}})
            if (candidate.file != candidate.program && candidate.lead_to_all(file, destinations)) return candidate;
    return given;
}

/// `3 numbers that are infinite or NaN, the first at [1, 2]`, or nothing.
TENET_COLD inline std::string not_finite(const TensorView& tensor) {
    std::int64_t count = 0, first = 0, at = 0;
    for (const float value : tensor.to_floats()) {
        if (!(value - value == 0.0f) && count++ == 0) first = at;
        ++at;
    }
    if (count == 0) return {};
    return joined({count, count == 1 ? " number that is" : " numbers that are", " infinite or NaN, the first at ",
                   tensor.place(first)});
}

}  // namespace detail

/// Every missing, surplus or misshapen tensor, and every one with a number that no float holds; of names that differ by
/// a prefix, that alone. The `num_batches_tracked` beside a `running_mean` is not surplus.
TENET_COLD inline Problems misfits(const TensorFile& file, const std::vector<Destination>& destinations,
                                   const LoadOptions& options = {}) {
    Problems problems;
    const detail::Prefixes given{options.prefix, {}};
    const detail::Prefixes names = detail::differing_prefixes(file, destinations, given);
    if (names.program != given.program)
        problems.add(joined({"the program's names begin with ", names.program, ", those of the file do not"}));
    else if (names.file.empty() && !given.file.empty())
        problems.add(joined({"the file's names do not begin with ", given.file}));
    else if (names.file != given.file)
        problems.add(joined({"the file's names begin with ", names.file, ", those of the program do not: {.prefix = \"",
                             names.file, "\"} takes it off"}));
    for (const Destination& to : destinations) {
        const TensorView* from = names.find(file, to.name);
        if (!from)
            problems.add("missing " + to.name + ", expected " + to_string(to.shape));
        else if (from->shape != to.shape)
            problems.add(to.name + ": expected " + to_string(to.shape) + ", found " +
                         to_string(from->shape));
        else if (!is_real(from->type))
            problems.add(to.name + ": expected F32, F64, F16 or BF16, found " + std::string{name_of(from->type)});
        else if (const std::string large = from->beyond_floats(); !large.empty())
            problems.add(to.name + ": expected numbers for floats, found " + large);
        else if (options.finite) {
            const std::string found = detail::not_finite(*from);
            if (!found.empty()) problems.add(to.name + " has " + found);
        }
    }
    for (const TensorView& from : file.tensors()) {
        const std::string_view name{from.name};
        bool wanted = false;
        if (name.starts_with(names.file)) {
            const std::string ours = names.program + std::string{name.substr(names.file.size())};
            wanted = detail::counts_batches(ours, destinations);
            for (const Destination& to : destinations) wanted = wanted || to.name == ours;
        }
        if (!wanted) problems.add("surplus " + from.name + ", found " + to_string(from.shape));
    }
    return problems;
}

/// Fills every destination from the tensor of its name, converted to float. Strict, as PyTorch's load_state_dict:
/// throws std::runtime_error that lists the `misfits`, and then has changed nothing.
TENET_COLD inline void assign(const TensorFile& file, const std::vector<Destination>& destinations,
                              const std::string& source, const LoadOptions& options = {}) {
    misfits(file, destinations, options).throw_if_any<std::runtime_error>(source);
    const detail::Prefixes names{options.prefix, {}};
    for (const Destination& to : destinations) names.find(file, to.name)->copy_to(to.values);
}

}  // namespace tenet::io
