#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenet/core/number_text.hpp>
#include <tenet/io/data_type.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::io {

// The file formats are little-endian, and so are all targets of the library: elements are copied as they are.
static_assert(std::endian::native == std::endian::little);

/// A named tensor in row-major order whose elements lie elsewhere: in a `TensorFile`, or in an array about to be
/// written.
struct TensorView {
    std::string name;
    DataType type = DataType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;  ///< not necessarily aligned for the type

    /// How many elements the bytes hold.
    std::int64_t count() const { return static_cast<std::int64_t>(bytes.size()) / size_of(type); }

    /// `1e+300 at [0, 2], which no float holds`: the first element of type F64 that is finite and as a float would not
    /// be. Empty if there is none.
    TENET_COLD std::string beyond_floats() const {
        if (type != DataType::F64) return {};
        for (std::int64_t i = 0; i < count(); ++i) {
            double number;
            std::memcpy(&number, bytes.data() + i * size_of(type), sizeof number);
            if (!exceeds_floats(number)) continue;
            std::string text;
            append_number(text, number);
            return joined({text, " at ", place(i), ", which no float holds"});
        }
        return {};
    }

    /// `[0, 2]`: where element `i` stands.
    std::string place(std::int64_t i) const {
        std::vector<std::int64_t> at(shape.size());
        for (std::size_t axis = at.size(); axis-- > 0; i /= shape[axis]) at[axis] = i % shape[axis];
        std::string text = "[";
        for (const std::int64_t index : at) text += joined({text.size() > 1 ? ", " : "", index});
        return text += ']';
    }

    /// Writes the elements of a real type (F32, F64, F16, BF16) as floats.
    /// Throws std::invalid_argument when the type is another, an element is too large for a float, or `values` does not
    /// have exactly `count()` elements.
    void copy_to(std::span<float> values) const {
        if (!is_real(type)) throw_wrong_type("F32, F64, F16 or BF16");
        if (static_cast<std::int64_t>(values.size()) != count())
            throw std::invalid_argument(
                joined({"tensor ", name, ": expected room for ", count(), " elements, found ", values.size()}));
        if (values.empty()) return;
        if (type == DataType::F32) {
            std::memcpy(values.data(), bytes.data(), bytes.size());
            return;
        }
        const std::string too_large = beyond_floats();
        if (!too_large.empty())
            throw std::invalid_argument(joined({"tensor ", name, ": expected numbers for floats, found ", too_large}));
        const std::byte* element = bytes.data();
        for (float& value : values) {
            value = to_float(type, element);
            element += size_of(type);
        }
    }

    std::vector<float> to_floats() const {
        std::vector<float> values(static_cast<std::size_t>(is_real(type) ? count() : 0));
        copy_to({values.data(), values.size()});
        return values;
    }

    /// The elements as they are stored. Throws std::invalid_argument unless `T` is the type of the elements.
    template <class T>
    std::vector<T> values() const {
        if (type != data_type_of<T>) throw_wrong_type(name_of(data_type_of<T>));
        std::vector<T> all(static_cast<std::size_t>(count()));
        if (!all.empty()) std::memcpy(all.data(), bytes.data(), bytes.size());
        return all;
    }

  private:
    [[noreturn]] void throw_wrong_type(std::string_view expected) const {
        throw std::invalid_argument(
            joined({"tensor ", name, ": expected elements of type ", expected, ", found ", name_of(type)}));
    }
};

/// A view of an array as a tensor to be written: `tensor_view("0.weight", {256, 784}, weights)`.
template <class T>
TensorView tensor_view(std::string name, std::vector<std::int64_t> shape, std::span<const T> values) {
    return {std::move(name), data_type_of<T>, std::move(shape), std::as_bytes(values)};
}

/// `[256, 784]`
template <class Extent>
std::string to_string(const std::vector<Extent>& shape) {
    std::string text = "[";
    for (const auto extent : shape) {
        text += joined({text.size() > 1 ? ", " : "", extent});
    }
    return text += ']';
}

/// Strings that a file carries beside its tensors.
using Metadata = std::map<std::string, std::string>;

/// The contents of a file of named tensors, in the file's order. The views point into its bytes, which copies share.
class TensorFile {
  public:
    TensorFile() = default;

    /// `storage` is what `tensors` point into; null when that belongs to the caller.
    TensorFile(std::vector<TensorView> tensors, Metadata metadata, std::shared_ptr<const std::byte[]> storage)
        : tensors_(std::move(tensors)), metadata_(std::move(metadata)), storage_(std::move(storage)) {}

    const std::vector<TensorView>& tensors() const { return tensors_; }
    const Metadata& metadata() const { return metadata_; }

    /// The same file as if it held only these of its tensors.
    TensorFile with(std::vector<TensorView> tensors) const { return {std::move(tensors), metadata_, storage_}; }

    /// The tensor of that name, or null. Takes time proportional to the number of tensors.
    const TensorView* find(std::string_view name) const {
        for (const TensorView& tensor : tensors_)
            if (tensor.name == name) return &tensor;
        return nullptr;
    }

    const TensorView* find(std::nullptr_t) const = delete;

    /// The tensor of that name. Throws std::invalid_argument where there is none.
    const TensorView& at(std::string_view name) const {
        if (const TensorView* tensor = find(name)) return *tensor;
        throw std::invalid_argument(joined({"no tensor ", name, " among ", tensors_.size()}));
    }
    const TensorView& at(std::nullptr_t) const = delete;

  private:
    std::vector<TensorView> tensors_;
    Metadata metadata_;
    std::shared_ptr<const std::byte[]> storage_;
};

}  // namespace tenet::io
