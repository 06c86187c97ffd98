// Any bytes are an IDX file or a std::runtime_error; nothing else may happen, and no memory be taken beyond what they
// hold.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <stdexcept>

#include <tenet/data/idx.hpp>

namespace {
template <class T>
void read(std::span<const std::byte> bytes) {
    try {
        const auto [shape, values] = tenet::data::parse_idx<T>(bytes);
        if (static_cast<std::int64_t>(values.size()) != shape.count() || values.empty()) std::abort();
    } catch (const std::runtime_error&) {
    }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span{data, size});
    read<std::uint8_t>(bytes);
    read<double>(bytes);
    if (tenet::data::detail::GzipSource::recognizes(bytes))
        return 0;  // two types suffice, a decompressor takes its time
    read<std::int8_t>(bytes);
    read<std::int16_t>(bytes);
    read<std::int32_t>(bytes);
    read<float>(bytes);
    return 0;
}
