#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/io/json_text.hpp>
#include <tenet/io/tensor_file.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::io::detail {

/// One tensor as the header of a safetensors file describes it, not yet checked against the others or the data.
struct TensorEntry {
    std::string name;
    std::string type;
    std::vector<std::uint64_t> shape;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// Reads the header's JSON as it comes, without a tree: what it cannot mean is refused at once, and the memory is that
/// of the entries.
///
/// As in the reference implementation, unknown fields of a tensor are skipped; repeated fields are errors.
class HeaderHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, HeaderHandler> {
  public:
    std::vector<TensorEntry> entries;
    Metadata metadata;
    std::string error;

    bool Key(const char* text, rapidjson::SizeType length, bool) {
        const std::string_view key{text, length};
        switch (place_) {
            case Place::header:
                if (key == "__metadata__") {
                    if (std::exchange(has_metadata_, true)) return fail("__metadata__ is given twice");
                    place_ = Place::before_metadata;
                } else {
                    if (!is_utf8(key)) return fail(lone_surrogate);
                    entries.push_back({std::string{key}, {}, {}, 0, 0});
                    seen_ = 0;
                    place_ = Place::before_tensor;
                }
                return true;
            case Place::metadata: {
                if (!is_utf8(key)) return fail(lone_surrogate);
                const auto [entry, is_new] = metadata.try_emplace(std::string{key});
                value_ = &entry->second;
                return is_new || fail(joined({"__metadata__ has the key ", entry->first, " twice"}));
            }
            case Place::tensor: {
                field_ = key == "dtype"          ? dtype
                         : key == "shape"        ? shape
                         : key == "data_offsets" ? data_offsets
                                                 : unknown;
                if (field_ != unknown && (seen_ & field_)) return fail_tensor(joined({"has ", key, " twice"}));
                seen_ |= field_;
                return true;
            }
            default:
                return true;  // of an unknown field's object
        }
    }

    bool StartObject() {
        switch (place_) {
            case Place::start:
                return go(Place::header);
            case Place::before_metadata:
                return go(Place::metadata);
            case Place::before_tensor:
                return go(Place::tensor);
            default:
                return skip_open();
        }
    }
    bool EndObject(rapidjson::SizeType) {
        switch (place_) {
            case Place::header:
                return go(Place::finished);
            case Place::metadata:
                return go(Place::header);
            case Place::tensor:
                if (seen_ != (dtype | shape | data_offsets)) return fail_tensor("lacks dtype, shape or data_offsets");
                return go(Place::header);
            default:
                return skip_close();
        }
    }
    bool StartArray() {
        if (place_ == Place::tensor && field_ == shape) return go(Place::shape);
        if (place_ == Place::tensor && field_ == data_offsets) {
            offsets_ = 0;
            return go(Place::data_offsets);
        }
        return skip_open();
    }
    bool EndArray(rapidjson::SizeType) {
        if (place_ == Place::shape) return go(Place::tensor);
        if (place_ != Place::data_offsets) return skip_close();
        return offsets_ == 2 ? go(Place::tensor) : unexpected();
    }

    bool String(const char* text, rapidjson::SizeType length, bool) {
        if (place_ == Place::metadata) {
            value_->assign(text, length);
            return is_utf8(*value_) || fail(lone_surrogate);
        }
        if (place_ != Place::tensor || field_ != dtype) return Default();
        entries.back().type.assign(text, length);
        return true;
    }
    bool Uint(unsigned value) { return Uint64(value); }
    bool Uint64(std::uint64_t value) {
        TensorEntry* entry = entries.empty() ? nullptr : &entries.back();
        if (place_ == Place::shape) {
            // PyTorch has at most 64 axes.
            if (entry->shape.size() == 64) return fail_tensor("has more than 64 axes");
            entry->shape.push_back(value);
            return true;
        }
        if (place_ != Place::data_offsets) return Default();
        if (offsets_ == 2) return unexpected();
        (offsets_++ == 0 ? entry->begin : entry->end) = value;
        return true;
    }
    /// RapidJSON gives the integers beyond 64 bits as this.
    bool Double(double value) {
        constexpr double beyond_64_bits = 18446744073709551616.0;
        if (value < beyond_64_bits) return Default();
        if (place_ == Place::shape) return fail_tensor("has a shape that is too large");
        if (place_ == Place::data_offsets) return fail_tensor("has data_offsets that are too large");
        return Default();
    }
    bool Null() { return place_ == Place::before_metadata ? go(Place::header) : Default(); }

    /// Any value without a meaning of its own: allowed in unknown fields only.
    bool Default() {
        return place_ == Place::skipped || (place_ == Place::tensor && field_ == unknown) || unexpected();
    }

  private:
    enum class Place {
        start,
        header,
        before_metadata,
        metadata,
        before_tensor,
        tensor,
        shape,
        data_offsets,
        skipped,
        finished
    };
    enum Field { unknown = 0, dtype = 1, shape = 2, data_offsets = 4 };

    TENET_LOCAL static constexpr int maximal_depth = 100;
    // RapidJSON 1.1 makes bytes that are not UTF-8 of an escaped low surrogate.
    TENET_LOCAL static constexpr const char* lone_surrogate =
        "the header is not JSON: a string has half a surrogate pair";

    bool go(Place place) {
        place_ = place;
        return true;
    }
    bool skip_open() {
        if (place_ == Place::tensor && field_ == unknown) {
            depth_ = 1;
            return go(Place::skipped);
        }
        if (place_ != Place::skipped) return unexpected();
        return ++depth_ <= maximal_depth || fail_tensor("has an unknown field that is nested too deeply");
    }
    bool skip_close() { return --depth_ == 0 ? go(Place::tensor) : true; }

    bool fail(std::string message) {
        error = std::move(message);
        return false;
    }
    bool fail_tensor(std::string_view message) { return fail(joined({"tensor ", entries.back().name, " ", message})); }
    bool unexpected() {
        switch (place_) {
            case Place::start:
                return fail("the header is not a JSON object");
            case Place::before_metadata:
            case Place::metadata:
                return fail("__metadata__ is not an object of strings");
            case Place::before_tensor:
                return fail_tensor("is not described by an object");
            case Place::shape:
                return fail_tensor("has a shape that is not a list of non-negative integers");
            case Place::data_offsets:
                return fail_tensor("has data_offsets that are not two non-negative integers");
            default:
                return fail_tensor(field_ == dtype   ? "has a dtype that is not a string"
                                   : field_ == shape ? "has a shape that is not a list"
                                                     : "has data_offsets that are not a list");
        }
    }

    Place place_ = Place::start;
    Field field_ = unknown;
    int seen_ = 0;     ///< fields of this tensor, as a set of `Field`
    int offsets_ = 0;  ///< how many of the two were read
    int depth_ = 0;
    bool has_metadata_ = false;
    std::string* value_ = nullptr;
};

/// Fills `handler` from a header, which it overwrites; throws std::runtime_error that begins with `source`.
///
/// `Handler` is HeaderHandler, and a template's argument so that only programs that read files instantiate RapidJSON's
/// reader.
template <class Handler>
TENET_COLD void read_header(std::string json, Handler& handler, const std::string& source) {
    const auto fail = [&source](std::string_view problem) {
        throw std::runtime_error(joined({source, ": ", printable(problem)}));
    };
    if (!json.starts_with('{')) fail("the header is not a JSON object");
    // Not by RapidJSON on its way: in place, it reads beyond the end of a text that stops within a character.
    if (!is_utf8(json)) fail("the header is not UTF-8");
    // In place and recursive: both other ways of RapidJSON 1.1 begin with arithmetic on a null pointer. The handler
    // bounds the recursion, by refusing what may not be nested and by `maximal_depth`.
    rapidjson::InsituStringStream stream{json.data()};
    rapidjson::Reader reader;
    const rapidjson::ParseResult result = reader.Parse<rapidjson::kParseInsituFlag>(stream, handler);
    if (result.Code() == rapidjson::kParseErrorTermination) fail(handler.error);
    if (!result)
        fail(joined({"the header is not JSON: ", rapidjson::GetParseError_En(result.Code()), " (byte ", result.Offset(),
                     " of the header)"}));
    if (stream.Tell() != json.size())  // a zero byte ends the parse
        fail("the header has text after its JSON object");
}

}  // namespace tenet::io::detail
