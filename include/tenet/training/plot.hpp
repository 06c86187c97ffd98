#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tenet/io/atomic_file.hpp>
#include <tenet/io/text.hpp>
#include <tenet/training/history.hpp>
#include <tenet/training/plot_gnuplot.hpp>
#include <tenet/training/plot_panels.hpp>
#include <tenet/training/plot_svg.hpp>

namespace TENET_NAMESPACE::plot {

namespace detail {

inline Format format_of(const std::string& path) {
    const auto ends_with = [&](std::string_view ending) {
        if (path.size() < ending.size()) return false;
        for (std::size_t i = 0; i < ending.size(); ++i)
            if ((path[path.size() - ending.size() + i] | 0x20) != (ending[i] | 0x20)) return false;
        return true;
    };
    if (ends_with(".svg")) return Format::svg;
    if (ends_with(".png")) return Format::png;
    throw std::invalid_argument("training_curve: expected a path that ends in .svg or .png, found " +
                                io::printable(path));
}

}  // namespace detail

/// Draws loss and accuracy over the epochs into an SVG or PNG file, as the path ends: with gnuplot if it is on PATH, else
/// an SVG of our own. The file is written completely or not at all.
///
/// Throws std::invalid_argument for another ending or a history without any numbers; std::runtime_error where a PNG is
/// wanted without gnuplot, gnuplot fails, or the file cannot be written.
inline void training_curve(const History& history, const std::string& path) {
    const Format format = detail::format_of(path);
    const std::vector<Panel> all = panels(history);
    if (all.empty())
        throw std::invalid_argument("training_curve: nothing to draw in " + io::printable(path) +
                                    ": the history is empty");
    std::optional<std::string> picture = run_gnuplot(gnuplot_script(all, format));
    if (!picture) {
        if (format == Format::png)
            throw std::runtime_error(
                "cannot draw " + io::printable(path) +
                ": PNG needs gnuplot, and there is none on PATH (a path ending in .svg needs none)");
        picture = SvgPicture{all}.text();
    }
    io::AtomicFile file{path};
    file.write(*picture);
    file.commit();
}

}  // namespace tenet::plot
