#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenet/io/atomic_file.hpp>
#include <tenet/io/file_bytes.hpp>
#include <tenet/io/json_text.hpp>
#include <tenet/io/problems.hpp>
#include <tenet/io/safetensors_header.hpp>
#include <tenet/io/tensor_file.hpp>

namespace tenet::io {

namespace detail {
inline constexpr std::uint64_t maximal_header = 100'000'000;  ///< as in the reference implementation

inline const DataTypeFacts* find_data_type(std::string_view name) {
    for (const DataTypeFacts& facts : data_types)
        if (facts.name == name) return &facts;
    return nullptr;
}

/// The bytes that a tensor takes; false when their number does not fit 63 bits.
inline bool byte_size(std::span<const std::int64_t> shape, int element, std::uint64_t& size) {
    size = static_cast<std::uint64_t>(element);
    for (const std::int64_t extent : shape)
        if (extent < 0 || __builtin_mul_overflow(size, static_cast<std::uint64_t>(extent), &size)) return false;
    return size <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

inline void check_unique(std::vector<std::string_view> names, Problems& problems) {
    std::sort(names.begin(), names.end());
    for (auto name = names.begin(); (name = std::adjacent_find(name, names.end())) != names.end();) {
        problems.add("tensor " + std::string{*name} + " is given twice");
        name = std::upper_bound(name, names.end(), *name);
    }
}

/// The entry's tensor, without its bytes.
inline TensorView checked_tensor(const TensorEntry& entry, Problems& problems) {
    // An extent beyond 63 bits becomes negative, which byte_size refuses.
    TensorView tensor{entry.name, DataType::F32, {entry.shape.begin(), entry.shape.end()}, {}};
    const DataTypeFacts* facts = find_data_type(entry.type);
    if (!facts) {
        problems.add("tensor " + entry.name + " has the unsupported type " + entry.type);
        return tensor;
    }
    tensor.type = facts->type;
    std::uint64_t size = 0;
    const bool fits = byte_size(tensor.shape, facts->size, size);
    if (fits && entry.begin <= entry.end && entry.end - entry.begin == size) return tensor;
    const std::string what = "tensor " + entry.name + ", " + entry.type + " " + to_string(std::span{entry.shape});
    if (!fits)
        problems.add(what + ", is too large");
    else if (entry.end < entry.begin)
        problems.add(what + ", ends at byte " + std::to_string(entry.end) + " before it begins at " +
                     std::to_string(entry.begin));
    else
        problems.add(what + ": expected " + std::to_string(size) + " bytes, found " +
                     std::to_string(entry.end - entry.begin));
    return tensor;
}

/// The tensors must cover the data from the first to the last byte, each byte once.
inline void check_coverage(std::span<const TensorEntry> in_order, std::uint64_t data_size, Problems& problems) {
    std::uint64_t covered = 0;
    for (const TensorEntry& entry : in_order) {
        if (entry.begin > covered)
            problems.add("bytes " + std::to_string(covered) + " to " + std::to_string(entry.begin) +
                         " of the data, before tensor " + entry.name + ", belong to no tensor");
        else if (entry.begin < covered)
            problems.add("tensor " + entry.name + " overlaps the one before it: expected it to begin at byte " +
                         std::to_string(covered) + " of the data, found " + std::to_string(entry.begin));
        covered = std::max(covered, entry.end);
    }
    if (covered != data_size)
        problems.add("expected " + std::to_string(covered) + " bytes of data after the header, found " +
                     std::to_string(data_size) + (data_size < covered ? ": the file is truncated" : ""));
}
}  // namespace detail

/// Reads a safetensors file from memory. The views of the result point into `bytes`; `source` is named in errors.
///
/// Throws std::runtime_error that lists everything that is wrong, by the rules of the reference implementation: a
/// header of at most 100 MB, unique names, sizes equal to shape times type, tensors that cover the data without hole,
/// overlap or rest. Allocates in proportion to the header's length and never by a number that the file merely states.
/// Source: https://github.com/huggingface/safetensors
inline TensorFile parse_safetensors(std::span<const std::byte> bytes, const std::string& source = "safetensors data") {
    std::uint64_t header_size = 0;
    if (bytes.size() < sizeof header_size)
        throw std::runtime_error(source + ": expected at least 8 bytes, found " + std::to_string(bytes.size()));
    std::memcpy(&header_size, bytes.data(), sizeof header_size);
    const std::span<const std::byte> rest = bytes.subspan(sizeof header_size);
    if (header_size > detail::maximal_header)
        throw std::runtime_error(source + ": expected a header of at most " + std::to_string(detail::maximal_header) +
                                 " bytes, found one of " + std::to_string(header_size) + " (not a safetensors file?)");
    if (header_size > rest.size())
        throw std::runtime_error(source + ": expected a header of " + std::to_string(header_size) + " bytes, found " +
                                 std::to_string(rest.size()) + ": the file is truncated");

    detail::HeaderHandler header;
    detail::read_header({reinterpret_cast<const char*>(rest.data()), static_cast<std::size_t>(header_size)}, header,
                        source);
    const std::span<const std::byte> data = rest.subspan(header_size);
    std::stable_sort(header.entries.begin(), header.entries.end(), [](const auto& a, const auto& b) {
        return std::pair{a.begin, a.end} < std::pair{b.begin, b.end};
    });

    Problems problems;
    std::vector<std::string_view> names;
    for (const detail::TensorEntry& entry : header.entries) names.push_back(entry.name);
    detail::check_unique(std::move(names), problems);
    std::vector<TensorView> tensors;
    for (const detail::TensorEntry& entry : header.entries) tensors.push_back(detail::checked_tensor(entry, problems));
    detail::check_coverage(header.entries, data.size(), problems);
    problems.throw_if_any<std::runtime_error>(source);

    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const detail::TensorEntry& entry = header.entries[i];
        tensors[i].bytes = data.subspan(entry.begin, entry.end - entry.begin);
    }
    return {std::move(tensors), std::move(header.metadata), nullptr};
}

/// Reads the safetensors file at `path`: its tensors in the order of their bytes, and its metadata. The file is read
/// once, into one block that the result keeps. Errors as of `parse_safetensors`, and of a file that cannot be read.
inline TensorFile read_safetensors(const std::string& path) {
    const FileBytes file{path};
    TensorFile parsed = parse_safetensors(file.bytes(), path);
    return {parsed.tensors(), parsed.metadata(), file.storage()};
}

namespace detail {
/// The length and the JSON text that precede the data, padded so that the data begin at a multiple of 8.
inline std::string safetensors_header(std::span<const TensorView* const> in_order, const Metadata& metadata,
                                      Problems& problems) {
    const auto quoted = [&problems](const std::string& text, const char* what) {
        if (!is_utf8(text)) problems.add(std::string{what} + " " + text + " is not UTF-8");
        return json_quoted(text);
    };
    std::uint64_t offset = 0;
    std::string header(sizeof offset, '\0');
    header += '{';
    const auto begin_entry = [&header] {
        if (header.back() != '{') header += ',';
    };
    if (!metadata.empty()) {
        header += "\"__metadata__\":{";
        for (const auto& [key, value] : metadata) {
            begin_entry();
            header += quoted(key, "metadata key") + ":" + quoted(value, "metadata value");
        }
        header += '}';
    }
    for (const TensorView* tensor : in_order) {
        begin_entry();
        header += quoted(tensor->name, "tensor name") + ":{\"dtype\":\"" + std::string{name_of(tensor->type)} +
                  "\",\"shape\":[";
        for (std::size_t axis = 0; axis < tensor->shape.size(); ++axis)
            header += (axis ? "," : "") + std::to_string(tensor->shape[axis]);
        header += "],\"data_offsets\":[" + std::to_string(offset);
        header += "," + std::to_string(offset += tensor->bytes.size()) + "]}";
    }
    header += '}';
    header.resize((header.size() + 7) / 8 * 8, ' ');
    const std::uint64_t size = header.size() - sizeof size;
    if (size > maximal_header)
        problems.add("expected a header of at most " + std::to_string(maximal_header) + " bytes, found one of " +
                     std::to_string(size));
    std::memcpy(header.data(), &size, sizeof size);
    return header;
}
}  // namespace detail

/// Writes tensors and metadata to a safetensors file at `path`, whole or not at all (`AtomicFile`).
///
/// The file holds the tensors in the given order, those with wider elements first, so that all are aligned: what the
/// reference implementation does. Throws std::invalid_argument that lists every tensor whose bytes do not fit its
/// shape, whose name is not unique, not UTF-8 or reserved, and leaves the file as it was; std::runtime_error when the
/// system refuses.
///
///     io::write_safetensors("line.safetensors", {io::tensor_view<float>("0.weight", {1, 2}, w)});
inline void write_safetensors(const std::string& path, std::span<const TensorView> tensors,
                              const Metadata& metadata = {}) {
    Problems problems;
    std::vector<std::string_view> names;
    std::vector<const TensorView*> in_order;
    for (const TensorView& tensor : tensors) {
        names.push_back(tensor.name);
        in_order.push_back(&tensor);
        std::uint64_t size = 0;
        const bool fits = detail::byte_size(tensor.shape, size_of(tensor.type), size);
        if (tensor.name == "__metadata__") problems.add("__metadata__ cannot be the name of a tensor");
        if (!fits || size != tensor.bytes.size())
            problems.add(
                "tensor " + tensor.name + ", " + std::string{name_of(tensor.type)} + " " +
                to_string(std::span{tensor.shape}) +
                (fits ? ": expected " + std::to_string(size) + " bytes, found " + std::to_string(tensor.bytes.size())
                      : " has no size"));
    }
    detail::check_unique(std::move(names), problems);
    std::stable_sort(in_order.begin(), in_order.end(),
                     [](const TensorView* a, const TensorView* b) { return size_of(a->type) > size_of(b->type); });
    const std::string header = detail::safetensors_header(in_order, metadata, problems);
    problems.throw_if_any<std::invalid_argument>(path);

    AtomicFile file{path};
    file.write(header);
    for (const TensorView* tensor : in_order) file.write(tensor->bytes);
    file.commit();
}

inline void write_safetensors(const std::string& path, const std::vector<TensorView>& tensors,
                              const Metadata& metadata = {}) {
    write_safetensors(path, std::span<const TensorView>{tensors}, metadata);
}

}  // namespace tenet::io
