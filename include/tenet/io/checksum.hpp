#pragma once

#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/io/sort.hpp>
#include <tenet/io/tensor_file.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::io {

/// The key of the metadata under which a file keeps the checksum of everything else in it.
TENET_LOCAL inline constexpr std::string_view checksum_key = "crc32";

/// The CRC-32 of tensors and metadata, names, types and shapes included, in hexadecimal. It does not depend on the order
/// of the tensors, so that a file which another program has rearranged keeps it.
TENET_COLD inline std::string checksum(const std::vector<TensorView>& tensors, const Metadata& metadata) {
    uLong sum = ::crc32(0, nullptr, 0);
    const auto add = [&sum](std::string_view text) {
        if (text.empty()) return;  // perhaps without an address, at which zlib begins anew
        sum = ::crc32_z(sum, reinterpret_cast<const Bytef*>(text.data()), text.size());
    };
    // With its length, or "ab", "c" were the same as "a", "bc".
    const auto add_text = [&](std::string_view text) {
        add(joined({text.size(), ":"}));
        add(text);
    };
    for (const auto& [key, value] : metadata) {
        if (key == checksum_key) continue;
        add_text(key);
        add_text(value);
    }
    std::vector<const TensorView*> by_name;
    for (const TensorView& tensor : tensors) by_name.push_back(&tensor);
    sort_pointers(by_name, [](const TensorView& a, const TensorView& b) { return a.name.compare(b.name); });
    for (const TensorView* tensor : by_name) {
        add_text(tensor->name);
        add_text(joined({name_of(tensor->type), " ", to_string(tensor->shape)}));
        add({reinterpret_cast<const char*>(tensor->bytes.data()), tensor->bytes.size()});
    }
    std::string digits;
    for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[sum >> shift & 15];
    return digits;
}

/// Throws std::runtime_error unless the file has a checksum, and the right one.
TENET_COLD inline void check_checksum(const TensorFile& file, const std::string& source) {
    const auto stated = file.metadata().find(std::string{checksum_key});
    if (stated == file.metadata().end())
        throw std::runtime_error(joined({source, ": the file is damaged: it has lost its ", checksum_key}));
    const std::string found = checksum(file.tensors(), file.metadata());
    if (found != stated->second)
        throw std::runtime_error(joined({source, ": the file is damaged: ", checksum_key, ": expected ",
                                         printable(stated->second), ", found ", found}));
}

}  // namespace tenet::io
