#pragma once

#include <stdexcept>
#include <string>

namespace tenet::testing {

/// The text of the `Exception` that `action` throws; a sentence that no test expects when it throws none.
template <class Exception = std::runtime_error, class Action>
std::string message_of(Action&& action) {
    try {
        action();
    } catch (const Exception& exception) {
        return exception.what();
    }
    return "(nothing was thrown)";
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace tenet::testing
