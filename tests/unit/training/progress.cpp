#define BOOST_TEST_MODULE progress
#include <fcntl.h>

#include <cmath>
#include <cstdlib>
#include <new>
#include <thread>

#include <boost/test/unit_test.hpp>

#include <tenet/training/progress.hpp>

using namespace tenet;

namespace {

std::int64_t allocations = 0;

std::string line(const ProgressState& state, int width = 100) {
    std::string text;
    append_progress_line(text, state, width);
    return text;
}

std::string line(const EpochRecord& record, int epochs) {
    std::string text;
    append_epoch_line(text, record, epochs);
    return text;
}

std::string duration(double seconds) {
    std::string text;
    detail::append_duration(text, seconds);
    return text;
}

std::string loss(double number) {
    std::string text;
    detail::append_loss(text, number);
    return text;
}

/// Two epochs of four steps, each of which is due to be drawn or not.
void train(ProgressBar& bar, int milliseconds_per_step) {
    for (int epoch = 1; epoch <= 2; ++epoch) {
        bar.begin_epoch(epoch);
        for (int step = 1; step <= 4; ++step) {
            std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds_per_step));
            bar.step(step, step * 50, 0.5, 0.75);
        }
        bar.end_epoch({epoch, 0.5, 0.75, 0.625, 0.5, 2.0, 100.0});
    }
}

std::string written_to_file(Progress mode, int milliseconds_per_step) {
    std::FILE* const file = std::tmpfile();
    {
        ProgressBar bar{mode, file, 2, 4, 200};
        train(bar, milliseconds_per_step);
    }
    std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
    std::rewind(file);
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
}

/// The two ends of a terminal of this width; what is written to `screen` can be read back.
struct Terminal {
    explicit Terminal(unsigned short columns) {
        ::setenv("TERM", "xterm", 1);
        keyboard = ::posix_openpt(O_RDWR | O_NOCTTY);
        BOOST_REQUIRE(keyboard >= 0 && ::grantpt(keyboard) == 0 && ::unlockpt(keyboard) == 0);
        screen = std::fopen(::ptsname(keyboard), "w");
        BOOST_REQUIRE(screen != nullptr);
        winsize size{};
        size.ws_col = columns;
        size.ws_row = 20;
        BOOST_REQUIRE(::ioctl(::fileno(screen), TIOCSWINSZ, &size) == 0);
    }
    ~Terminal() {
        if (screen) std::fclose(screen);
        ::close(keyboard);
    }
    std::string read() {
        ::fcntl(keyboard, F_SETFL, O_NONBLOCK);
        std::string text;
        char piece[4096];
        for (ssize_t count; (count = ::read(keyboard, piece, sizeof piece)) > 0;)
            text.append(piece, static_cast<std::size_t>(count));
        return text;
    }
    int keyboard = -1;
    std::FILE* screen = nullptr;
};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

BOOST_AUTO_TEST_CASE(a_line_says_how_far_how_well_and_how_long) {
    const ProgressState state{3, 10, 120, 235, 0.43212, 0.8519, 62432, 12.2};
    BOOST_TEST(
        line(state, 110) ==
        "epoch  3/10 [============>           ] 120/235  loss 0.4321  accuracy 0.852  62.4k samples/s  0:12 left");
    BOOST_TEST(line(ProgressState{3, 10, 7, 235, 0.43212, NAN, 0, NAN}, 110) ==
               "epoch  3/10 [>                       ]   7/235  loss 0.4321");
    BOOST_TEST(line(ProgressState{1, 1, 5, 5, 0.5}, 60) == "epoch 1/1 [========================] 5/5  loss 0.5000");
    BOOST_TEST(line(ProgressState{1, 1, 0, 0}, 60) == "epoch 1/1 [>                       ] 0/0");
}

BOOST_AUTO_TEST_CASE(a_line_is_never_wider_than_the_terminal) {
    const ProgressState state{3, 10, 120, 235, 0.43212, 0.8519, 62432, 12.2};
    BOOST_TEST(line(state, 84) ==
               "epoch  3/10 [==>  ] 120/235  loss 0.4321  accuracy 0.852  62.4k samples/s  0:12 left");
    BOOST_TEST(line(state, 83) == "epoch  3/10 120/235  loss 0.4321  accuracy 0.852  62.4k samples/s  0:12 left");
    for (int width = -1; width < 130; ++width)
        BOOST_TEST(static_cast<int>(line(state, width).size()) <= std::max(width, 0));
}

BOOST_AUTO_TEST_CASE(an_epoch_leaves_one_line) {
    BOOST_TEST(
        line(EpochRecord{3, 0.43212, 0.85191, 0.44, 0.847, 0.963, 62312}, 10) ==
        "epoch  3/10  loss 0.4321  accuracy 0.8519  validation loss 0.4400  accuracy 0.8470  62.3k samples/s  0.96 s");
    BOOST_TEST(line(EpochRecord{3, 0.43212}, 5) == "epoch 3/5  loss 0.4321");
    BOOST_TEST(line(EpochRecord{10, NAN, NAN, 0.5, NAN, 75.04, NAN}, 10) ==
               "epoch 10/10  validation loss 0.5000  75.0 s");
}

BOOST_AUTO_TEST_CASE(durations_and_losses) {
    BOOST_TEST(duration(0) == "0:00");
    BOOST_TEST(duration(59.6) == "1:00");
    BOOST_TEST(duration(725) == "12:05");
    BOOST_TEST(duration(3723) == "1:02:03");
    BOOST_TEST(duration(NAN) == "?:??");
    BOOST_TEST(duration(HUGE_VAL) == "?:??");
    BOOST_TEST(loss(0) == "0.0000");
    BOOST_TEST(loss(2.302585) == "2.3026");
    BOOST_TEST(loss(1.234e-6) == "1.23e-06");
    BOOST_TEST(loss(-123456) == "-1.23e+05");
    BOOST_TEST(loss(NAN) == "nan");
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_no_terminal_gets_lines_only_if_asked) {
    BOOST_TEST(written_to_file(Progress::automatic, 0) == "");
    BOOST_TEST(written_to_file(Progress::off, 0) == "");
    BOOST_TEST(
        written_to_file(Progress::on, 110) ==
        "epoch 1/2  loss 0.5000  accuracy 0.7500  validation loss 0.6250  accuracy 0.5000  100 samples/s  2.00 s\n"
        "epoch 2/2  loss 0.5000  accuracy 0.7500  validation loss 0.6250  accuracy 0.5000  100 samples/s  2.00 s\n");
}

BOOST_AUTO_TEST_CASE(a_terminal_gets_a_bar_that_is_replaced_by_the_results) {
    Terminal terminal{70};
    {
        ProgressBar bar{Progress::automatic, terminal.screen, 2, 4, 200};
        train(bar, 60);  // drawn at the second and the fourth step
    }
    const std::string text = terminal.read();
    const auto count = [&](std::string_view part) {
        int found = 0;
        for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
        return found;
    };
    BOOST_TEST(count("\n") == 2);
    BOOST_TEST(count("left") == 4);
    BOOST_TEST(count("2/4  loss 0.5000  accuracy 0.750") == 2);
    BOOST_TEST(count("epoch 1/2  loss 0.5000") == 1);
    for (std::size_t at = 0, end; (end = text.find("\x1b[K", at)) != std::string::npos; at = end + 3) {
        const std::string drawn = text.substr(at, end - at);
        if (drawn.find("left") != std::string::npos) BOOST_TEST(drawn.size() - drawn.rfind('\r') - 1 <= 69u);
    }
}

BOOST_AUTO_TEST_CASE(a_terminal_stays_quiet_when_told_or_dumb) {
    Terminal terminal{70};
    {
        ProgressBar bar{Progress::off, terminal.screen, 2, 4, 200};
        train(bar, 30);
    }
    BOOST_TEST(terminal.read() == "");
    ::setenv("TERM", "dumb", 1);
    {
        ProgressBar bar{Progress::automatic, terminal.screen, 2, 4, 200};
        train(bar, 30);
    }
    BOOST_TEST(terminal.read() == "");
}

BOOST_AUTO_TEST_CASE(a_training_that_breaks_off_leaves_the_cursor_on_a_new_line) {
    Terminal terminal{70};
    {
        ProgressBar bar{Progress::automatic, terminal.screen, 2, 4, 200};
        bar.begin_epoch(1);
        std::this_thread::sleep_for(std::chrono::milliseconds(110));
        bar.step(1, 50, 0.5);
    }
    std::fflush(terminal.screen);
    const std::string text = terminal.read();
    BOOST_TEST(text.find("1/4") != std::string::npos);
    BOOST_TEST(text.back() == '\n');
}

BOOST_AUTO_TEST_CASE(the_rest_is_reckoned_from_the_samples_of_this_run) {
    Terminal terminal{100};
    ProgressBar bar{Progress::automatic, terminal.screen, 3, 100, 10000};
    bar.begin_epoch(2, 5000);  // resumed
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    bar.step(51, 5025, 0.5);
    // 25 samples in 0.25 s: 100 a second, 4975 and 10000 are left.
    const std::string text = terminal.read();
    const double rate = std::atof(text.c_str() + text.find("0.5000") + 6);
    BOOST_TEST(rate <= 100);
    BOOST_TEST(rate > 20);
    const std::size_t left = text.find(" left");
    BOOST_REQUIRE(left != std::string::npos);
    if (rate > 99) BOOST_TEST(text.substr(left - 4, 4) == "2:30");
}

BOOST_AUTO_TEST_CASE(steps_do_not_allocate) {
    Terminal terminal{150};
    ProgressBar bar{Progress::automatic, terminal.screen, 2000, 4000, 200000};
    std::setvbuf(terminal.screen, nullptr, _IONBF, 0);
    const std::int64_t before = allocations;
    bar.begin_epoch(1000);
    for (int step = 1; step <= 4; ++step) {
        std::this_thread::sleep_for(std::chrono::milliseconds(105));
        bar.step(step, step * 50, 0.123456, 0.75);
    }
    bar.end_epoch({1000, 0.5, 0.75, 0.625, 0.5, 2.0, 100.0});
    BOOST_TEST(allocations == before);
    BOOST_TEST(terminal.read().find("1000/2000") != std::string::npos);
}
