#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <tenet/core/number_text.hpp>
#include <tenet/io/file_bytes.hpp>
#include <tenet/training/plot_panels.hpp>

namespace TENET_NAMESPACE::plot {

enum class Format { svg, png };

namespace detail {

inline void append_numbers(std::string& text, std::initializer_list<double> numbers) {
    bool first = true;
    for (const double number : numbers) {
        if (!std::exchange(first, false)) text += ' ';
        append_number(text, number);
    }
}

/// Ticks as gnuplot takes them: ("0.5" 0.5, "1.0" 1).
inline void append_ticks(std::string& script, const char* axis, const Axis& scale, const std::vector<double>& ticks) {
    ((script += "set ") += axis) += "tics (";
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        ((script += i ? ", \"" : "\"") += scale.label(ticks[i])) += "\" ";
        append_number(script, ticks[i]);
    }
    script += axis[0] == 'x' ? ") out scale 0.6 nomirror\n" : ") scale 0 nomirror\n";
}

inline void append_panel(std::string& script, const Panel& panel, int index) {
    const auto range = [&](const char* axis, const Axis& scale) {
        ((script += "set ") += axis) += "range [";
        append_number(script, scale.low);
        script += ':';
        append_number(script, scale.high);
        script += "]\n";
    };
    script += panel.y.logarithmic ? "set logscale y\n" : "unset logscale y\n";
    range("x", panel.x);
    range("y", panel.y);
    append_ticks(script, "x", panel.x, epoch_ticks(panel.x));
    append_ticks(script, "y", panel.y, panel.y.ticks());
    script += "unset label\nset label 1 \"{/:Bold=15 ";
    script += panel.title;
    script += "}\" at graph 0, graph 1.09 left textcolor rgb \"#222222\"\n";
    int count = 0;
    for (const Series& s : panel.series) {
        script += "set label ";
        append_integer(script, 2 + count);
        ((script += " \"{/:Bold ") += value_text(s.points.back().y)) += "}\" at graph ";
        append_number(script, panel.x.place(s.points.back().x));
        script += ", graph ";
        append_number(script, s.label_height);
        ((script += " left offset char 1,0 textcolor rgb \"") += s.color) += "\"\n";
        script += "$series_";
        append_integer(script, index * 2 + count++);
        script += " << END\n";
        for (const Point& p : s.points) {
            append_numbers(script, {p.x, p.y});
            script += '\n';
        }
        script += "END\n";
    }
    script += "plot ";
    count = 0;
    for (const Series& s : panel.series) {
        if (count) script += ", ";
        script += "$series_";
        append_integer(script, index * 2 + count++);
        script += s.points.size() <= 30 ? " with linespoints pt 7 ps 0.6" : " with lines";
        (((script += " lw 2 lc rgb \"") += s.color) += "\" title \"") += s.name;
        script += '"';
    }
    script += '\n';
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, CloseFile>;

inline TemporaryFile temporary_file() {
    TemporaryFile file{std::tmpfile()};
    if (!file) io::detail::throw_system_error("create", "a temporary file", errno);
    return file;
}

inline std::string contents(std::FILE* file) {
    std::string text;
    char piece[4096];
    std::rewind(file);
    while (const std::size_t count = std::fread(piece, 1, sizeof piece, file)) text.append(piece, count);
    return text;
}

}  // namespace detail

/// The commands that draw panels side by side. The picture goes to gnuplot's standard output.
inline std::string gnuplot_script(const std::vector<Panel>& panels, Format format) {
    const std::string size = panels.size() == 1 ? "470,340" : "940,340";
    std::string script = "set encoding utf8\n";
    if (format == Format::svg) {
        script += "set terminal svg size " + size + " font \"Helvetica,12\" enhanced background \"white\" dynamic\n";
    } else {
        const std::string twice = panels.size() == 1 ? "940,680" : "1880,680";  // for screens of today
        script += "if (strstrt(GPVAL_TERMINALS, \"pngcairo\") > 0) {\n"
                  "set terminal pngcairo size " + twice + " fontscale 1.6 linewidth 2 pointscale 2 enhanced background \"white\"\n"
                  "} else {\nset terminal png size " + twice + " enhanced\n}\n";
    }
    script += "set border 1 lc rgb \"#888888\"\n"
              "set grid xtics ytics lt 1 lw 1 lc rgb \"#e6e6e6\"\n"
              "set tics textcolor rgb \"#444444\"\n"
              "set xlabel \"epoch\" textcolor rgb \"#444444\"\n"
              "set key at graph 1, graph 1.13 right horizontal reverse Left samplen 1.5 width -2 textcolor rgb \"#444444\"\n"
              "set lmargin 9\nset rmargin 8\nset tmargin 3.2\nset bmargin 3.4\n";
    script += panels.size() == 1 ? "set multiplot\n" : "set multiplot layout 1,2\n";
    int index = 0;
    for (const Panel& panel : panels) detail::append_panel(script, panel, index++);
    script += "unset multiplot\n";
    return script;
}

/// What gnuplot draws, or nothing where there is no gnuplot on PATH. The program is started without a shell and without
/// the user's start-up files. Throws std::runtime_error with gnuplot's own message if it fails.
inline std::optional<std::string> run_gnuplot(const std::string& script) {
    const auto input = detail::temporary_file(), output = detail::temporary_file(), errors = detail::temporary_file();
    if (std::fwrite(script.data(), 1, script.size(), input.get()) != script.size() || std::fflush(input.get()) != 0)
        io::detail::throw_system_error("write", "a temporary file", errno);
    std::rewind(input.get());

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ::fileno(input.get()), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, ::fileno(output.get()), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, ::fileno(errors.get()), STDERR_FILENO);
    char name[] = "gnuplot", no_start_up_files[] = "-d";
    char* arguments[] = {name, no_start_up_files, nullptr};
    pid_t child = 0;
    const int failure = ::posix_spawnp(&child, name, &files, nullptr, arguments, ::environ);
    posix_spawn_file_actions_destroy(&files);
    if (failure == ENOENT) return std::nullopt;
    if (failure != 0) io::detail::throw_system_error("start", "gnuplot", failure);

    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    std::string picture = detail::contents(output.get());
    if (status != 0 || picture.empty()) {
        std::string message = detail::contents(errors.get());
        while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
        // Under an emulator a start that failed is told by 127 alone, as in a shell.
        if (message.empty() && WIFEXITED(status) && WEXITSTATUS(status) == 127) return std::nullopt;
        if (const std::size_t begin = message.find_first_not_of("\n "); begin != std::string::npos) message.erase(0, begin);
        throw std::runtime_error("gnuplot failed: " + (message.empty() ? "it gave no picture and no reason" : message));
    }
    return picture;
}

}  // namespace tenet::plot
