#pragma once

#include <string>
#include <string_view>

#include <tenet/config.hpp>
#include <tenet/io/rapidjson.hpp>

namespace TENET_NAMESPACE::io::detail {

/// Whether a text is well-formed UTF-8, as JSON has to be.
inline bool is_utf8(std::string_view text) {
    struct Nowhere {
        void Put(char) {}
    } nowhere;
    rapidjson::MemoryStream stream{text.data(), text.size()};
    while (stream.Tell() < text.size())
        if (!rapidjson::UTF8<>::Validate(stream, nowhere)) return false;
    return true;
}

/// The text as a JSON string, quotes included.
inline std::string json_quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                json += "\\\"";
                break;
            case '\\':
                json += "\\\\";
                break;
            case '\b':
                json += "\\b";
                break;
            case '\f':
                json += "\\f";
                break;
            case '\n':
                json += "\\n";
                break;
            case '\r':
                json += "\\r";
                break;
            case '\t':
                json += "\\t";
                break;
            default:
                if (const auto code = static_cast<unsigned char>(c); code < 0x20)
                    (json += "\\u00") += {digits[code >> 4u], digits[code & 15u]};
                else
                    json += c;
        }
    }
    return json + '"';
}

}  // namespace tenet::io::detail
