#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <tenet/config.hpp>
#include <tenet/core/monotonic_seconds.hpp>
#include <tenet/core/number_text.hpp>
#include <tenet/training/history.hpp>

namespace TENET_NAMESPACE {

/// Whether a training tells how far it is: in a terminal only; always (a bar in a terminal, elsewhere a line for each
/// epoch); never.
enum class Progress { automatic, on, off };

/// Where a training stands: what a progress line says.
struct ProgressState {
    int epoch = 0, epochs = 0;
    std::int64_t step = 0, steps = 0;  // of this epoch
    double loss = EpochRecord::not_measured, accuracy = EpochRecord::not_measured;
    double samples_per_second = 0, seconds_left = EpochRecord::not_measured;
};

namespace detail {

/// Four decimals, or two digits and a power of ten where those would say nothing.
TENET_COLD inline void append_loss(std::string& text, double loss) {
    const double size = std::fabs(loss);
    if (size == 0 || (size >= 1e-3 && size < 1e4)) return append_fixed(text, loss, 4);
    char digits[32];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, loss, std::chars_format::scientific, 2).ptr);
}

/// `0:12`, `12:05`, `1:02:03`
TENET_COLD inline void append_duration(std::string& text, double seconds) {
    if (!(seconds >= 0 && seconds < 1e9)) {
        text += "?:??";
        return;
    }
    const auto total = static_cast<std::int64_t>(seconds + 0.5);
    const auto two_digits = [&](std::int64_t number) {
        text += static_cast<char>('0' + number / 10);
        text += static_cast<char>('0' + number % 10);
    };
    if (total >= 3600) {
        append_integer(text, total / 3600);
        text += ':';
        two_digits(total / 60 % 60);
    } else {
        append_integer(text, total / 60);
    }
    text += ':';
    two_digits(total % 60);
}

TENET_COLD inline void append_epoch(std::string& text, int epoch, int epochs) {
    text += "epoch ";
    for (int all = epochs, now = std::max(epoch, 1); all >= 10; all /= 10, now /= 10)
        if (now < 10) text += ' ';
    append_integer(text, epoch);
    text += '/';
    append_integer(text, epochs);
}

/// `  validation loss 0.4400  accuracy 0.8470`, without what was not measured.
TENET_COLD inline void append_measures(std::string& text, std::string_view of, double loss, double accuracy, int decimals) {
    if (loss == loss) append_loss(((text += "  ") += of) += "loss ", loss);
    if (accuracy == accuracy) append_fixed(((text += "  ") += loss == loss ? "" : of) += "accuracy ", accuracy, decimals);
}

}  // namespace detail

/// `epoch 3/10 [=====>    ] 120/235  loss 0.4321  accuracy 0.852  62.4k samples/s  0:12 left`, in at most `width`
/// characters: a narrow line has a shorter bar, or none, and loses what stands behind.
TENET_COLD inline void append_progress_line(std::string& text, const ProgressState& state, int width) {
    constexpr int longest_bar = 24, shortest_bar = 5;
    const std::size_t begin = text.size();
    detail::append_epoch(text, state.epoch, state.epochs);
    text += ' ';
    const std::size_t bar = text.size();
    for (auto all = state.steps, now = std::max<std::int64_t>(state.step, 1); all >= 10; all /= 10, now /= 10)
        if (now < 10) text += ' ';
    append_integer(text, state.step);
    text += '/';
    append_integer(text, state.steps);
    detail::append_measures(text, "", state.loss, state.accuracy, 3);
    if (state.samples_per_second > 0) {
        append_scaled(text += "  ", state.samples_per_second);
        text += " samples/s";
    }
    if (state.seconds_left == state.seconds_left) {
        detail::append_duration(text += "  ", state.seconds_left);
        text += " left";
    }
    const std::size_t room = static_cast<std::size_t>(std::max(width, 0)), length = text.size() - begin;
    if (length + shortest_bar + 3 <= room) {
        const std::size_t cells = std::min<std::size_t>(longest_bar, room - length - 3);
        const auto done = static_cast<std::size_t>(static_cast<double>(cells) * static_cast<double>(state.step) /
                                                   static_cast<double>(std::max<std::int64_t>(state.steps, 1)));
        text.insert(bar, cells + 3, ' ');
        text[bar] = '[';
        for (std::size_t i = 0; i < std::min(done, cells); ++i) text[bar + 1 + i] = '=';
        if (done < cells) text[bar + 1 + done] = '>';
        text[bar + 1 + cells] = ']';
    } else if (length > room) {
        text.resize(begin + room);
    }
}

/// `epoch 3/10  loss 0.4321  accuracy 0.8520  validation loss 0.4400  accuracy 0.8470  62.4k samples/s  0.96 s`
TENET_COLD inline void append_epoch_line(std::string& text, const EpochRecord& record, int epochs) {
    detail::append_epoch(text, record.epoch, epochs);
    detail::append_measures(text, "", record.loss, record.accuracy, 4);
    detail::append_measures(text, "validation ", record.validation_loss, record.validation_accuracy, 4);
    if (record.samples_per_second > 0) {
        append_scaled(text += "  ", record.samples_per_second);
        text += " samples/s";
    }
    if (record.seconds == record.seconds) {
        append_fixed(text += "  ", record.seconds, record.seconds < 10 ? 2 : 1);
        text += " s";
    }
}

/// Shows a training's progress in a stream: in a terminal one line that is redrawn ten times a second at most, and is
/// replaced by the epoch's results at its end; elsewhere only the results, and only if asked for.
///
/// A step takes some tens of nanoseconds where nothing is drawn, and nothing is allocated after the construction.
class ProgressBar {
  public:
    /// `epochs` of `steps` steps over `samples_per_epoch` samples are expected. The stream must outlive the bar.
    ProgressBar(Progress mode, std::FILE* out, int epochs, std::int64_t steps, std::int64_t samples_per_epoch)
        : out_(out), samples_per_epoch_(samples_per_epoch) {
        const bool terminal = mode != Progress::off && is_terminal(out);
        draws_ = terminal;
        prints_ = mode == Progress::on || terminal;
        state_.epochs = epochs;
        state_.steps = steps;
        if (prints_) line_.reserve(1024);
    }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    /// Whether steps are shown, not epochs only.
    bool draws() const { return draws_; }
    /// A training that ends in the middle of an epoch leaves its last line on the screen.
    ~ProgressBar() {
        if (line_open_) std::fputc('\n', out_);
    }

    /// Epochs are counted from 1; a resumed training begins with a later one, perhaps when samples of it are done.
    void begin_epoch(int epoch, std::int64_t samples_done = 0) {
        if (!draws_) return;
        const double now = detail::monotonic_seconds();
        if (state_.epoch > 0) seconds_per_epoch_ = seconds_between(epoch_began_, now);  // with its validation
        state_.epoch = epoch;
        samples_before_ = samples_done;
        epoch_began_ = last_drawn_ = now;
    }

    /// After `step` steps and `samples_done` samples of this epoch: their mean loss, and their accuracy or NaN.
    void step(std::int64_t step, std::int64_t samples_done, double mean_loss,
              double accuracy = EpochRecord::not_measured) {
        if (!draws_) return;
        const double now = detail::monotonic_seconds();
        if (now - last_drawn_ < 0.1) return;
        last_drawn_ = now;
        state_.step = step;
        state_.loss = mean_loss;
        state_.accuracy = accuracy;
        const double seconds = seconds_between(epoch_began_, now);
        state_.samples_per_second = static_cast<double>(samples_done - samples_before_) / seconds;
        const auto takes = [&](std::int64_t samples) {
            return static_cast<double>(std::max<std::int64_t>(samples, 0)) / state_.samples_per_second;
        };
        state_.seconds_left = takes(samples_per_epoch_ - samples_done) +
                              (state_.epochs - state_.epoch) * std::max(takes(samples_per_epoch_), seconds_per_epoch_);
        draw();
    }

    /// Replaces the epoch's bar by its results.
    void end_epoch(const EpochRecord& record) {
        if (!prints_) return;
        line_.assign(draws_ ? "\r" : "");
        append_epoch_line(line_, record, state_.epochs);
        line_ += draws_ ? "\x1b[K\n" : "\n";
        line_open_ = false;
        write();
    }

  private:
    static double seconds_between(double from, double to) { return std::max(1e-9, to - from); }
    static bool is_terminal(std::FILE* out) {
        const char* const kind = std::getenv("TERM");
        return ::isatty(::fileno(out)) == 1 && kind && std::string_view(kind) != "dumb";
    }
    /// Asked for at every drawing: windows are resized.
    int columns() const {
        winsize size{};
        return ::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    }
    TENET_COLD void draw() {
        line_.assign(1, '\r');
        // The last column stays free: writing to it makes some terminals begin a new line.
        append_progress_line(line_, state_, std::min(columns() - 1, 400));
        line_ += "\x1b[K";
        line_open_ = true;
        write();
    }
    void write() {
        std::fwrite(line_.data(), 1, line_.size(), out_);
        std::fflush(out_);
    }

    std::FILE* out_;
    std::int64_t samples_per_epoch_;
    bool draws_ = false, prints_ = false, line_open_ = false;
    ProgressState state_;
    double seconds_per_epoch_ = 0;
    std::int64_t samples_before_ = 0;
    double epoch_began_ = 0, last_drawn_ = 0;  // in seconds of a clock that nobody sets
    std::string line_;
};

}  // namespace tenet
