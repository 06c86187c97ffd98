#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenet/core/number_text.hpp>
#include <tenet/training/history.hpp>

/// What a picture of a training shows, whoever draws it.
namespace TENET_NAMESPACE::plot {

struct Point {
    double x, y;
};

/// One line of a panel; numbers that were not measured or are infinite are not there.
struct Series {
    std::string_view name, color;
    std::vector<Point> points;
    double label_height = 0;  // of the last value's label, in parts of the axis
};

/// An axis between two of its ticks. Logarithmic axes have ticks at powers of ten.
struct Axis {
    double low = 0, high = 1, step = 1;
    bool logarithmic = false;

    /// Where a number stands: 0 at the axis' low end, 1 at its high end.
    double place(double number) const {
        if (logarithmic) return std::log10(number / low) / std::log10(high / low);
        return (number - low) / (high - low);
    }
    std::vector<double> ticks() const {
        std::vector<double> all;
        if (logarithmic)
            for (double power = std::round(std::log10(low)); power <= std::log10(high) + 0.5; power += step)
                all.push_back(std::pow(10.0, power));
        else
            for (double i = std::round(low / step); i <= high / step + 0.5; ++i) all.push_back(i * step);
        return all;
    }
    std::string label(double tick) const {
        std::string text;
        if (logarithmic || step < 1e-5 || std::fabs(tick) >= 1e6) append_number(text, tick);
        else append_fixed(text, tick, std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9))));
        return text;
    }

    /// About five ticks at multiples of 1, 2 or 5 times a power of ten, the outer ones around all numbers.
    static Axis around(double least, double most) {
        if (!(most > least)) {
            const double room = least == 0 ? 1 : std::fabs(least) * 0.1;
            least -= room;
            most += room;
        }
        const double wanted = (most - least) / 5, power = std::pow(10.0, std::floor(std::log10(wanted)));
        const double digit = wanted / power;
        const double step = power * (digit < 1.5 ? 1 : digit < 3 ? 2 : digit < 7 ? 5 : 10);
        return {std::floor(least / step + 1e-6) * step, std::ceil(most / step - 1e-6) * step, step, false};
    }
    /// Requires 0 < least <= most.
    static Axis powers_of_ten(double least, double most) {
        const double low = std::floor(std::log10(least) + 1e-6), high = std::ceil(std::log10(most) - 1e-6);
        const double decades = std::max(1.0, high - low), step = std::ceil(decades / 6);
        return {std::pow(10.0, low), std::pow(10.0, low + std::ceil(decades / step) * step), step, true};
    }
};

struct Panel {
    std::string_view title;
    Axis x, y;
    std::vector<Series> series;
};

TENET_LOCAL inline constexpr std::string_view training_color = "#2563a8", validation_color = "#e07b28";

namespace detail {

inline Series series(const History& history, std::string_view name, std::string_view color, double EpochRecord::* column) {
    Series result{name, color, {}};
    for (const EpochRecord& record : history.epochs)
        if (std::isfinite(record.*column)) result.points.push_back({static_cast<double>(record.epoch), record.*column});
    return result;
}

/// Labels of last values stand at their points, but not on each other.
inline void place_labels(Panel& panel) {
    constexpr double apart = 0.062;
    std::vector<Series>& all = panel.series;
    for (Series& s : all) s.label_height = panel.y.place(s.points.back().y);
    if (all.size() < 2) return;
    const bool first_above = all[0].label_height >= all[1].label_height;
    Series &above = all[first_above ? 0 : 1], &below = all[first_above ? 1 : 0];
    const double missing = apart - (above.label_height - below.label_height);
    if (missing <= 0) return;
    above.label_height += missing / 2;
    below.label_height -= missing / 2;
}

inline void add_panel(std::vector<Panel>& panels, const History& history, std::string_view title,
                      double EpochRecord::* training, double EpochRecord::* validation, bool may_be_logarithmic) {
    Panel panel{title, {}, {}, {}};
    for (Series& s : std::vector<Series>{series(history, "training", training_color, training),
                                         series(history, "validation", validation_color, validation)})
        if (!s.points.empty()) panel.series.push_back(std::move(s));
    if (panel.series.empty()) return;

    double least = HUGE_VAL, most = -HUGE_VAL;
    for (const Series& s : panel.series)
        for (const Point& p : s.points) {
            least = std::min(least, p.y);
            most = std::max(most, p.y);
        }
    const bool logarithmic = may_be_logarithmic && least > 0 && most > 100 * least;
    panel.y = logarithmic ? Axis::powers_of_ten(least, most) : Axis::around(least, most);

    double first = history.epochs.front().epoch, last = history.epochs.back().epoch;
    panel.x = Axis::around(first, last);
    panel.x.step = std::max(1.0, panel.x.step);
    if (first == last) {
        first -= 0.5;
        last += 0.5;
    }
    panel.x.low = first;
    panel.x.high = last;
    place_labels(panel);
    panels.push_back(std::move(panel));
}

}  // namespace detail

/// Loss, and accuracy if it was measured, over the epochs. A loss that falls by more than two powers of ten gets a
/// logarithmic axis.
inline std::vector<Panel> panels(const History& history) {
    std::vector<Panel> result;
    if (history.epochs.empty()) return result;
    detail::add_panel(result, history, "Loss", &EpochRecord::loss, &EpochRecord::validation_loss, true);
    detail::add_panel(result, history, "Accuracy", &EpochRecord::accuracy, &EpochRecord::validation_accuracy, false);
    return result;
}

/// The epochs that get a tick: multiples of the step, and the first one if there is room.
inline std::vector<double> epoch_ticks(const Axis& x) {
    std::vector<double> ticks;
    for (double tick = std::ceil(x.low / x.step) * x.step; tick <= x.high; tick += x.step) ticks.push_back(tick);
    const double first = std::ceil(x.low);
    if (ticks.empty() || (ticks.front() - first) * 2 >= x.step) ticks.insert(ticks.begin(), first);
    return ticks;
}

inline std::string value_text(double value) {
    std::string text;
    const double size = std::fabs(value);
    if (size == 0 || (size >= 1e-3 && size < 1e4)) {
        append_fixed(text, value, size >= 100 ? 1 : size >= 10 ? 2 : 3);
    } else {
        char digits[32];
        text.append(digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific, 1).ptr);
    }
    return text;
}

}  // namespace tenet::plot
