#pragma once

#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tenet/core/number_text.hpp>
#include <tenet/io/atomic_file.hpp>
#include <tenet/io/file_bytes.hpp>
#include <tenet/io/temporaries.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE {

/// What one epoch of training gave. A number that was not measured is NaN.
struct EpochRecord {
    TENET_LOCAL static constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

    int epoch = 0;                 // counted from 1
    double loss = not_measured;    // mean over the epoch's samples, each as it was met
    double accuracy = not_measured;
    double validation_loss = not_measured, validation_accuracy = not_measured;  // at the end of the epoch
    double seconds = not_measured;                                              // without validation
    double samples_per_second = not_measured;
};

/// The course of a training, epoch by epoch, as it is kept in a CSV file with a line of names first. A number that was
/// not measured is an empty field there. Every number reads back to the same bits.
struct History {
    TENET_LOCAL static constexpr std::string_view header =
        "epoch,loss,accuracy,validation_loss,validation_accuracy,seconds,samples_per_second";

    std::vector<EpochRecord> epochs;

    std::string to_csv() const {
        std::string text{header};
        text += '\n';
        for (const EpochRecord& record : epochs) {
            append_integer(text, record.epoch);
            for (const auto column : columns) {
                text += ',';
                if (record.*column == record.*column) append_number(text, record.*column);
            }
            text += '\n';
        }
        return text;
    }

    /// Writes the file completely or not at all. Throws std::runtime_error with the system's reason.
    void write_csv(const std::string& path) const {
        io::AtomicFile file{path};
        file.write(to_csv());
        file.commit();
    }

    /// Reads what `write_csv` wrote, and removes what killed writers of the path left (`AtomicFile`). Throws
    /// std::runtime_error that names file, line and what was expected there.
    static History read_csv(const std::string& path) {
        io::detail::remove_leftovers(io::detail::file_behind(path));
        const io::FileReader reader{path};
        const std::string first = reader.text(0, header.size());
        if (!first.empty() && first != header)
            parse_csv(first + '\n', path);  // says so before the memory for all of it is taken
        const io::FileBytes file{reader};
        return parse_csv({reinterpret_cast<const char*>(file.bytes().data()), file.size()}, path);
    }

    static History parse_csv(std::string_view text, const std::string& source = "history") {
        History history;
        for (int line = 1; !text.empty(); ++line) {
            std::string_view rest = take(text, '\n');
            if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
            const auto fail = [&](std::string_view what, std::string_view found) {
                throw std::runtime_error(io::printable(source) + ", line " + std::to_string(line) + ": expected " +
                                         std::string(what) + ", found \"" + io::printable(found.substr(0, 40)) + "\"");
            };
            if (line == 1) {
                if (rest != header) fail("the names " + std::string(header), rest);
                continue;
            }
            if (rest.empty() && text.empty()) break;
            EpochRecord record;
            const std::string_view whole = rest;
            if (!read_number(take(rest, ','), record.epoch)) fail("a number of an epoch first", whole);
            for (const auto column : columns) {
                if (rest.data() == nullptr) fail("7 fields", whole);
                const std::string_view field = take(rest, ',');
                if (!field.empty() && !read_number(field, record.*column)) fail("a number or nothing", field);
            }
            if (rest.data() != nullptr) fail("7 fields", whole);
            history.epochs.push_back(record);
        }
        return history;
    }

  private:
    TENET_LOCAL static constexpr double EpochRecord::*columns[] = {&EpochRecord::loss,
                                                                   &EpochRecord::accuracy,
                                                                   &EpochRecord::validation_loss,
                                                                   &EpochRecord::validation_accuracy,
                                                                   &EpochRecord::seconds,
                                                                   &EpochRecord::samples_per_second};

    /// What stands before the separator; `text` keeps what stands behind it, null if there was none.
    static std::string_view take(std::string_view& text, char separator) {
        const std::size_t end = text.find(separator);
        const std::string_view part = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        return part;
    }
};

}  // namespace tenet
