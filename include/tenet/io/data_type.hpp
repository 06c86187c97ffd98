#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <tenet/core/bfloat16.hpp>
#include <tenet/core/float16.hpp>

namespace TENET_NAMESPACE::io {

/// The element types that a safetensors file may hold, apart from those narrower than a byte.
/// Source: `Dtype` of https://github.com/huggingface/safetensors
enum class DataType : std::uint8_t {
    BOOL,
    U8,
    I8,
    F8_E5M2,
    F8_E4M3,
    F8_E8M0,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    C64,
    I64,
    U64,
    F64,
};

namespace detail {
struct DataTypeFacts {
    DataType type;
    std::string_view name;
    int size;
};
TENET_LOCAL inline constexpr DataTypeFacts data_types[] = {
    {DataType::BOOL, "BOOL", 1},       {DataType::U8, "U8", 1},           {DataType::I8, "I8", 1},
    {DataType::F8_E5M2, "F8_E5M2", 1}, {DataType::F8_E4M3, "F8_E4M3", 1}, {DataType::F8_E8M0, "F8_E8M0", 1},
    {DataType::I16, "I16", 2},         {DataType::U16, "U16", 2},         {DataType::F16, "F16", 2},
    {DataType::BF16, "BF16", 2},       {DataType::I32, "I32", 4},         {DataType::U32, "U32", 4},
    {DataType::F32, "F32", 4},         {DataType::C64, "C64", 8},         {DataType::I64, "I64", 8},
    {DataType::U64, "U64", 8},         {DataType::F64, "F64", 8},
};
constexpr bool ordered_as_the_enumeration() {
    int i = 0;
    for (const DataTypeFacts& facts : data_types)
        if (static_cast<int>(facts.type) != i++) return false;
    return true;
}
static_assert(ordered_as_the_enumeration());

template <DataType Type>
struct stored_as {
    TENET_LOCAL static constexpr DataType value = Type;
};
template <class T>
struct data_type_of;  // no definition: the type has no counterpart in a safetensors file
template <>
struct data_type_of<std::uint8_t> : stored_as<DataType::U8> {};
template <>
struct data_type_of<std::int8_t> : stored_as<DataType::I8> {};
template <>
struct data_type_of<std::uint16_t> : stored_as<DataType::U16> {};
template <>
struct data_type_of<std::int16_t> : stored_as<DataType::I16> {};
template <>
struct data_type_of<std::uint32_t> : stored_as<DataType::U32> {};
template <>
struct data_type_of<std::int32_t> : stored_as<DataType::I32> {};
template <>
struct data_type_of<std::uint64_t> : stored_as<DataType::U64> {};
template <>
struct data_type_of<std::int64_t> : stored_as<DataType::I64> {};
template <>
struct data_type_of<float> : stored_as<DataType::F32> {};
template <>
struct data_type_of<bfloat16> : stored_as<DataType::BF16> {};
template <>
struct data_type_of<float16> : stored_as<DataType::F16> {};
template <>
struct data_type_of<double> : stored_as<DataType::F64> {};
}  // namespace detail

/// `"F32"`, as the file spells it.
constexpr std::string_view name_of(DataType type) {
    return detail::data_types[static_cast<int>(type)].name;
}

/// Bytes of one element.
constexpr int size_of(DataType type) {
    return detail::data_types[static_cast<int>(type)].size;
}

/// The `DataType` that stores a C++ type: `data_type_of<float>` is `DataType::F32`.
template <class T>
TENET_LOCAL inline constexpr DataType data_type_of = detail::data_type_of<T>::value;

/// Whether `to_float` can read elements of this type.
constexpr bool is_real(DataType type) {
    return type == DataType::F32 || type == DataType::F64 || type == DataType::F16 || type == DataType::BF16;
}

/// Whether a finite number is, as a float, rounded to an infinite one.
constexpr bool exceeds_floats(double number) {
    const double magnitude = number < 0.0 ? -number : number;
    return magnitude >= 0x1.ffffffp127 && magnitude <= 0x1.fffffffffffffp1023;
}

/// The element of a real type that begins at `bytes`, which need not be aligned. F64 is rounded to nearest; requires
/// that it does not exceed floats.
inline float to_float(DataType type, const std::byte* bytes) {
    const auto read = [bytes](auto value) {
        std::memcpy(&value, bytes, sizeof value);
        return value;
    };
    switch (type) {
        case DataType::F64:
            return static_cast<float>(read(double{}));
        case DataType::F16:
            return read(float16{});
        case DataType::BF16:
            return read(bfloat16{});
        default:
            return read(float{});
    }
}

}  // namespace tenet::io
