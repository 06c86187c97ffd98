#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/data/byte_source.hpp>
#include <tenet/io/file_bytes.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::data {

/// What an IDX file holds: `values` in row-major order, `values.size() == shape.count()`.
template <class T>
struct IdxArray {
    Shape shape;
    std::vector<T> values;
};

namespace detail {
/// The third byte of an IDX file.
enum class IdxType : std::uint8_t { u8 = 0x08, i8 = 0x09, i16 = 0x0b, i32 = 0x0c, f32 = 0x0d, f64 = 0x0e };

inline const char* name_of(IdxType type) {
    switch (type) {
        case IdxType::u8:
            return "uint8";
        case IdxType::i8:
            return "int8";
        case IdxType::i16:
            return "int16";
        case IdxType::i32:
            return "int32";
        case IdxType::f32:
            return "float";
        case IdxType::f64:
            return "double";
    }
    return nullptr;
}

template <class T>
struct idx_type_of;  // no definition: IDX has no such element type
template <IdxType Type>
struct stored_as {
    TENET_LOCAL static constexpr IdxType value = Type;
};
template <>
struct idx_type_of<std::uint8_t> : stored_as<IdxType::u8> {};
template <>
struct idx_type_of<std::int8_t> : stored_as<IdxType::i8> {};
template <>
struct idx_type_of<std::int16_t> : stored_as<IdxType::i16> {};
template <>
struct idx_type_of<std::int32_t> : stored_as<IdxType::i32> {};
template <>
struct idx_type_of<float> : stored_as<IdxType::f32> {};
template <>
struct idx_type_of<double> : stored_as<IdxType::f64> {};

inline std::uint32_t read_big_endian_32(ByteSource& source) {
    std::uint8_t bytes[4];
    source.read(bytes, 4);
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

template <class T>
void reverse_bytes(std::vector<T>& values) {
    for (T& value : values) {
        std::byte bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(bytes[i], bytes[sizeof(T) - 1 - i]);
        std::memcpy(&value, bytes, sizeof(T));
    }
}

/// Reads the first bytes: two zeros, the element type, and the number of axes, which it returns.
TENET_COLD inline int read_idx_magic(ByteSource& source, IdxType expected) {
    const std::uint32_t magic = read_big_endian_32(source);
    if (magic >> 16 != 0) source.fail("expected an IDX file, which begins with two zero bytes");
    const auto type = static_cast<IdxType>(magic >> 8 & 0xff);
    if (!name_of(type)) source.fail(io::joined({"unknown element type ", magic >> 8 & 0xff}));
    if (type != expected)
        source.fail(io::joined({"expected elements of type ", name_of(expected), ", found ", name_of(type)}));
    const int rank = static_cast<int>(magic & 0xff);
    if (rank < 1 || rank > Shape::max_rank)
        source.fail(io::joined({"expected 1 to ", Shape::max_rank, " axes, found ", rank}));
    return rank;
}

/// Those, and each extent as a big-endian 32-bit number.
TENET_COLD inline Shape read_idx_header(ByteSource& source, IdxType expected) {
    const int rank = read_idx_magic(source, expected);
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) {
        const std::uint32_t extent = read_big_endian_32(source);
        if (extent < 1 || extent > std::uint32_t{std::numeric_limits<std::int32_t>::max()})
            source.fail(io::joined({"axis ", axis, ": expected an extent of 1 to 2147483647, found ", extent}));
        shape.append(static_cast<int>(extent));
    }
    return shape;
}

template <class T>
IdxArray<T> read_idx(ByteSource& source) {
    IdxArray<T> array{read_idx_header(source, idx_type_of<T>::value), {}};
    std::uint64_t size = sizeof(T);
    for (int axis = 0; axis < array.shape.rank; ++axis)
        if (__builtin_mul_overflow(size, static_cast<std::uint64_t>(array.shape[axis]), &size))
            source.fail("the product of the extents does not fit 64 bits");
    source.expect_remaining(size);
    const std::size_t count = size / sizeof(T);
    try {
        // The memory follows what has really arrived: the header of a hostile file states anything.
        for (std::size_t have = 0; have < count;) {
            const std::size_t next = std::min(count, std::max(have * 2, source.likely_size() / sizeof(T) + 1));
            array.values.reserve(next);
            array.values.resize(next);
            source.read(array.values.data() + have, (next - have) * sizeof(T));
            have = next;
        }
    } catch (const std::bad_alloc&) {
        source.fail(io::joined({"no memory for its ", size, " bytes"}));
    }
    source.expect_end();
    if constexpr (sizeof(T) > 1 && std::endian::native == std::endian::little) reverse_bytes(array.values);
    return array;
}
}  // namespace detail

/// Reads an IDX file, plain or gzip, from memory. `T` is the type of its elements: `std::uint8_t`, `std::int8_t`,
/// `std::int16_t`, `std::int32_t`, `float` or `double`; `source` is named in errors.
///
/// Throws std::runtime_error that says what was expected and found: no IDX file, another element type, not 1 to 5 axes,
/// an extent below 1, too few or too many bytes, corrupt gzip data. No more is decompressed than the header states, and
/// the memory follows the bytes that arrive, not the header.
/// Source: http://yann.lecun.com/exdb/mnist, "the IDX file format"; RFC 1952.
template <class T>
IdxArray<T> parse_idx(std::span<const std::byte> bytes, const std::string& source = "IDX data") {
    if (detail::GzipSource::recognizes(bytes)) {
        detail::GzipSource gzip{bytes, source};
        return detail::read_idx<T>(gzip);
    }
    detail::PlainSource plain{bytes, source};
    return detail::read_idx<T>(plain);
}

/// Reads the IDX file at `path`, plain or gzip. Errors as of `parse_idx`, and of a file that cannot be read.
///
///     const auto [shape, pixels] = data::read_idx<std::uint8_t>("train-images-idx3-ubyte.gz");
///     assert(shape == (Shape{60000, 28, 28}));
template <class T>
IdxArray<T> read_idx(const std::string& path) {
    const io::FileReader file{path};
    // What is no IDX file is refused before its memory is taken.
    const std::string first = file.text(0, 4);
    const auto magic = std::as_bytes(std::span{first});
    if (!detail::GzipSource::recognizes(magic)) {
        detail::PlainSource source{magic, path};
        detail::read_idx_magic(source, detail::idx_type_of<T>::value);
    }
    return parse_idx<T>(io::FileBytes{file}.bytes(), path);
}

}  // namespace tenet::data
