#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/io/atomic_file.hpp>
#include <tenet/io/file_bytes.hpp>
#include <tenet/io/json_text.hpp>
#include <tenet/io/problems.hpp>
#include <tenet/io/safetensors_header.hpp>
#include <tenet/io/sort.hpp>
#include <tenet/io/temporaries.hpp>
#include <tenet/io/tensor_file.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::io {

namespace detail {
TENET_LOCAL inline constexpr std::uint64_t maximal_header = 100'000'000;  ///< as in the reference implementation

inline const DataTypeFacts* find_data_type(std::string_view name) {
    for (const DataTypeFacts& facts : data_types)
        if (facts.name == name) return &facts;
    return nullptr;
}

/// The bytes that a tensor takes; false when their number does not fit 63 bits.
inline bool byte_size(const std::vector<std::int64_t>& shape, int element, std::uint64_t& size) {
    size = static_cast<std::uint64_t>(element);
    for (const std::int64_t extent : shape)
        if (extent < 0 || __builtin_mul_overflow(size, static_cast<std::uint64_t>(extent), &size)) return false;
    return size <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

TENET_COLD inline void check_unique(std::span<const TensorView> tensors, Problems& problems) {
    Metadata names;  // the one map that a user's build instantiates anyway
    for (const TensorView& tensor : tensors)
        if (!names.try_emplace(tensor.name).second)
            problems.add(joined({"tensor ", tensor.name, " is given more than once"}));
}

/// The entry's tensor, without its bytes. Whether all of them are there is left to `check_coverage`.
TENET_COLD inline TensorView checked_tensor(const TensorEntry& entry, Problems& problems) {
    // An extent beyond 63 bits becomes negative, which byte_size refuses.
    TensorView tensor{entry.name, DataType::F32, {entry.shape.begin(), entry.shape.end()}, {}};
    const DataTypeFacts* facts = find_data_type(entry.type);
    if (!facts) {
        problems.add(joined({"tensor ", entry.name, " has the unsupported type ", entry.type}));
        return tensor;
    }
    tensor.type = facts->type;
    std::uint64_t size = 0;
    const bool fits = byte_size(tensor.shape, facts->size, size);
    if (fits && entry.begin <= entry.end && entry.end - entry.begin == size) return tensor;
    const std::string what = joined({"tensor ", entry.name, ", ", entry.type, " ", to_string(entry.shape)});
    if (!fits)
        problems.add(joined({what, ", is too large"}));
    else if (entry.end < entry.begin)
        problems.add(joined({what, ", ends at byte ", entry.end, " before it begins at ", entry.begin}));
    else
        problems.add(joined({what, ": expected ", size, " bytes, found ", entry.end - entry.begin}));
    return tensor;
}

/// The tensors must cover the data from the first to the last byte, each byte once. Nothing can be said of it where one
/// ends before it begins.
TENET_COLD inline void check_coverage(const std::vector<const TensorEntry*>& in_order, std::uint64_t data_size,
                                      Problems& problems) {
    for (const TensorEntry* tensor : in_order)
        if (tensor->end < tensor->begin) return;
    std::uint64_t covered = 0;
    for (const TensorEntry* tensor : in_order) {
        const TensorEntry& entry = *tensor;
        if (entry.begin > covered)
            problems.add(joined({"bytes ", covered, " to ", entry.begin, " of the data, before tensor ", entry.name,
                                 ", belong to no tensor"}));
        else if (entry.begin < covered)
            problems.add(joined({"tensor ", entry.name, " overlaps the one before it: expected it to begin at byte ",
                                 covered, " of the data, found ", entry.begin}));
        covered = std::max(covered, entry.end);
    }
    if (covered != data_size)
        problems.add(joined({"expected ", covered, " bytes of data after the header, found ", data_size,
                             data_size < covered ? ": the file is truncated" : ""}));
}
/// The number with which a file begins, the length of its header.
TENET_COLD inline std::uint64_t header_size(std::string_view first_bytes, std::uint64_t file_size,
                                            const std::string& source) {
    std::uint64_t size = 0;
    if (first_bytes.size() < sizeof size)
        throw std::runtime_error(joined({source, ": expected at least 8 bytes, found ", file_size}));
    std::memcpy(&size, first_bytes.data(), sizeof size);
    if (size > maximal_header)
        throw std::runtime_error(joined({source, ": expected a header of at most ", maximal_header,
                                         " bytes, found one of ", size, " (not a safetensors file?)"}));
    if (size > file_size - sizeof size)
        throw std::runtime_error(joined({source, ": expected a header of ", size, " bytes, found ",
                                         file_size - sizeof size, ": the file is truncated"}));
    return size;
}

/// What a header says, once it fits so many bytes of data: tensors in the order of these, still without them.
struct CheckedHeader {
    std::vector<TensorView> tensors;
    std::vector<std::uint64_t> begins;
    std::vector<std::uint64_t> sizes;
    Metadata metadata;

    TensorFile with(std::span<const std::byte> data, std::shared_ptr<const std::byte[]> storage) && {
        for (std::size_t i = 0; i < tensors.size(); ++i) tensors[i].bytes = data.subspan(begins[i], sizes[i]);
        return {std::move(tensors), std::move(metadata), std::move(storage)};
    }
};

template <class Handler>
TENET_COLD CheckedHeader checked_header(std::string json, std::uint64_t data_size, const std::string& source) {
    Handler header;
    read_header(std::move(json), header, source);
    // In the order of the data; of tensors without elements at one place, in the order of the header.
    std::vector<const TensorEntry*> in_order;
    for (const TensorEntry& entry : header.entries) in_order.push_back(&entry);
    sort_pointers(in_order, [](const TensorEntry& a, const TensorEntry& b) {
        if (a.begin != b.begin) return a.begin < b.begin ? -1 : 1;
        if (a.end != b.end) return a.end < b.end ? -1 : 1;
        return &a < &b ? -1 : &a > &b;
    });

    Problems problems;
    CheckedHeader result;
    for (const TensorEntry* entry : in_order) {
        result.tensors.push_back(checked_tensor(*entry, problems));
        result.begins.push_back(entry->begin);
        result.sizes.push_back(entry->end - entry->begin);
    }
    check_unique({result.tensors.data(), result.tensors.size()}, problems);
    check_coverage(in_order, data_size, problems);
    problems.throw_if_any<std::runtime_error>(source);
    result.metadata = std::move(header.metadata);
    return result;
}
}  // namespace detail

/// Reads a safetensors file from memory. The views of the result point into `bytes`; `source` is named in errors.
///
/// Throws std::runtime_error that lists everything that is wrong, by the rules of the reference implementation: a
/// header of at most 100 MB, unique names, sizes equal to shape times type, tensors that cover the data without hole,
/// overlap or rest. Allocates in proportion to the header's length and never by a number that the file merely states.
/// Source: https://github.com/huggingface/safetensors
template <class Handler = detail::HeaderHandler>
TENET_COLD TensorFile parse_safetensors(std::span<const std::byte> bytes,
                                        const std::string& source = "safetensors data") {
    const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    const std::size_t size = detail::header_size(text.substr(0, 8), bytes.size(), source);
    const std::span<const std::byte> data = bytes.subspan(8 + size);
    return detail::checked_header<Handler>(std::string{text.substr(8, size)}, data.size(), source).with(data, nullptr);
}

/// Reads the safetensors file at `path`: its tensors in the order of their bytes, and its metadata. The header is read
/// first, and a file that it does not fit is refused without reading the rest; then the file is read once, into one
/// block that the result keeps. Errors as of `parse_safetensors`, and of a file that cannot be read. What killed
/// writers of this path have left beside it is removed (`AtomicFile`).
template <class Handler = detail::HeaderHandler>
TENET_COLD TensorFile read_safetensors(const std::string& path) {
    detail::remove_leftovers(detail::file_behind(path));
    const FileReader file{path};
    const std::string source = printable(path);
    const std::uint64_t size = detail::header_size(file.text(0, 8), file.size(), source);
    detail::CheckedHeader header =
        detail::checked_header<Handler>(file.text(8, size), file.size() - 8 - size, source);
    const FileBytes all{file};
    return std::move(header).with(all.bytes().subspan(8 + size), all.storage());
}

namespace detail {
/// The length and the JSON text that precede the data, padded so that the data begin at a multiple of 8.
TENET_COLD inline std::string safetensors_header(const std::vector<const TensorView*>& in_order,
                                                 const Metadata& metadata, Problems& problems) {
    const auto quoted = [&problems](const std::string& text, const char* what) {
        if (!is_utf8(text)) problems.add(joined({what, " ", text, " is not UTF-8"}));
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
            header += joined({quoted(key, "metadata key"), ":", quoted(value, "metadata value")});
        }
        header += '}';
    }
    for (const TensorView* tensor : in_order) {
        begin_entry();
        header +=
            joined({quoted(tensor->name, "tensor name"), ":{\"dtype\":\"", name_of(tensor->type), "\",\"shape\":["});
        for (std::size_t axis = 0; axis < tensor->shape.size(); ++axis)
            header += joined({axis ? "," : "", tensor->shape[axis]});
        const std::uint64_t end = offset + tensor->bytes.size();
        header += joined({"],\"data_offsets\":[", offset, ",", end, "]}"});
        offset = end;
    }
    header += '}';
    header.resize((header.size() + 7) / 8 * 8, ' ');
    const std::uint64_t size = header.size() - sizeof size;
    if (size > maximal_header)
        problems.add(joined({"expected a header of at most ", maximal_header, " bytes, found one of ", size}));
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
TENET_COLD inline void write_safetensors(const std::string& path, std::span<const TensorView> tensors,
                              const Metadata& metadata = {}) {
    Problems problems;
    for (const TensorView& tensor : tensors) {
        std::uint64_t size = 0;
        const bool fits = detail::byte_size(tensor.shape, size_of(tensor.type), size);
        if (tensor.name == "__metadata__") problems.add("__metadata__ cannot be the name of a tensor");
        if (!fits || size != tensor.bytes.size())
            problems.add(
                joined({"tensor ", tensor.name, ", ", name_of(tensor.type), " ", to_string(tensor.shape),
                        fits ? joined({": expected ", size, " bytes, found ", tensor.bytes.size()})
                             : std::string{" has no size"}}));
    }
    detail::check_unique(tensors, problems);
    std::vector<const TensorView*> in_order;
    for (const int element : {8, 4, 2, 1})
        for (const TensorView& tensor : tensors)
            if (size_of(tensor.type) == element) in_order.push_back(&tensor);
    const std::string header = detail::safetensors_header(in_order, metadata, problems);
    problems.throw_if_any<std::invalid_argument>(path);

    AtomicFile file{path};
    file.write(header);
    for (const TensorView* tensor : in_order) file.write(tensor->bytes);
    file.commit();
}

inline void write_safetensors(const std::string& path, const std::vector<TensorView>& tensors,
                              const Metadata& metadata = {}) {
    write_safetensors(path, std::span{tensors.data(), tensors.size()}, metadata);
}

}  // namespace tenet::io
