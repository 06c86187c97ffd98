#pragma once

#include <iostream>
#include <string>

namespace peers {

/// The answer of a worker to what it cannot do, one line of JSON; what would need an escape becomes a blank.
inline void print_error(std::string text) {
    for (char& c : text)
        if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ') c = ' ';
    std::cout << "{\"error\": \"" << text << "\"}" << std::endl;
}

}  // namespace peers
