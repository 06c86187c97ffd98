#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::io {

/// What is wrong with a file or with what is to be written, collected so that one exception tells everything.
class Problems {
  public:
    void add(std::string_view problem) {
        ++count_;
        if (problems_.size() < shown) problems_.push_back(printable(problem));  // a hostile file has millions
    }

    bool empty() const { return count_ == 0; }

    /// Throws an `Exception` whose text is `subject: problem` or, of several, one line for each; and what may be done
    /// about them. Nothing when there is none.
    template <class Exception>
    void throw_if_any(const std::string& subject, std::string_view advice = {}) const {
        if (count_ == 0) return;
        std::string message = text(subject);
        if (!advice.empty()) message += joined({count_ == 1 ? "; " : "\n", advice});
        throw Exception(message);
    }

  private:
    TENET_LOCAL static constexpr std::size_t shown = 100;

    std::string text(const std::string& subject) const {
        const std::string shown_subject = printable(subject);
        if (count_ == 1) return joined({shown_subject, ": ", problems_.front()});
        std::string text = joined({shown_subject, ": ", count_, " problems"});
        for (const std::string& problem : problems_) text += joined({"\n  ", problem});
        if (count_ > problems_.size()) text += joined({"\n  and ", count_ - problems_.size(), " more"});
        return text;
    }

    std::vector<std::string> problems_;
    std::size_t count_ = 0;
};

}  // namespace tenet::io
