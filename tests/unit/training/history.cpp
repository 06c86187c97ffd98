#define BOOST_TEST_MODULE history
#include <bit>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>

#include <boost/test/unit_test.hpp>

#include <tenet/training/history.hpp>

#include <support/message_of.hpp>
#include <support/temporary_directory.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

History example() {
    History history;
    history.epochs.push_back({1, 0.1, 1.0 / 3, 2e-300, 0.84, 1.5, 61234.5});
    history.epochs.push_back({2, 0.07});
    return history;
}

bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

BOOST_AUTO_TEST_CASE(is_written_with_names_and_empty_fields_for_what_was_not_measured) {
    BOOST_TEST(example().to_csv() ==
               "epoch,loss,accuracy,validation_loss,validation_accuracy,seconds,samples_per_second\n"
               "1,0.1,0.3333333333333333,2e-300,0.84,1.5,61234.5\n"
               "2,0.07,,,,,\n");
}

BOOST_AUTO_TEST_CASE(reads_back_bit_for_bit) {
    TemporaryDirectory folder;
    const std::string path = folder.file("history.csv");
    example().write_csv(path);
    BOOST_TEST(folder.entries() == 1);
    const History read = History::read_csv(path);
    const History written = example();
    BOOST_REQUIRE(read.epochs.size() == 2u);
    BOOST_TEST(read.epochs[0].epoch == 1);
    BOOST_TEST(read.epochs[1].epoch == 2);
    BOOST_TEST(same(read.epochs[0].accuracy, written.epochs[0].accuracy));
    BOOST_TEST(same(read.epochs[0].validation_loss, written.epochs[0].validation_loss));
    BOOST_TEST(same(read.epochs[0].samples_per_second, written.epochs[0].samples_per_second));
    BOOST_TEST(same(read.epochs[1].loss, written.epochs[1].loss));
    BOOST_TEST(std::isnan(read.epochs[1].seconds));
    BOOST_TEST(std::isnan(read.epochs[1].validation_accuracy));
}

BOOST_AUTO_TEST_CASE(infinite_losses_are_kept) {
    History history;
    history.epochs.push_back({1, HUGE_VAL, 0.1});
    const History read = History::parse_csv(history.to_csv());
    BOOST_TEST(std::isinf(read.epochs.at(0).loss));
}

BOOST_AUTO_TEST_CASE(numbers_do_not_depend_on_the_locale) {
    // Where no locale with a decimal comma is installed, this shows nothing.
    for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"})
        if (std::setlocale(LC_ALL, name)) break;
    const std::string text = example().to_csv();
    const History read = History::parse_csv(text);
    std::setlocale(LC_ALL, "C");
    BOOST_TEST(contains(text, "0.3333333333333333"));
    BOOST_TEST(read.epochs.at(0).loss == 0.1);
}

BOOST_AUTO_TEST_CASE(line_ends_of_other_systems_and_a_missing_last_one_are_understood) {
    std::string text = std::string(History::header) + "\r\n1,0.5,,,,,\r\n2,0.25,,,,,7";
    const History read = History::parse_csv(text);
    BOOST_REQUIRE(read.epochs.size() == 2u);
    BOOST_TEST(read.epochs[0].loss == 0.5);
    BOOST_TEST(read.epochs[1].samples_per_second == 7);
    BOOST_TEST(History::parse_csv("").epochs.empty());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_is_refused_without_reading_all_of_it) {
    const TemporaryDirectory folder;
    const std::string path = write_text(folder.file("zeros"), "");
    BOOST_TEST(History::read_csv(path).epochs.empty());
    std::error_code cannot;
    std::filesystem::resize_file(path, std::uintmax_t{1} << 46, cannot);
    if (cannot) return;  // a file system that cannot have so large a hole has no such file either
    const std::string message = message_of([&] { History::read_csv(path); });
    BOOST_TEST(contains(message, path + ", line 1: expected the names epoch,loss"), message);
    BOOST_TEST(contains(message, "found \"\\u0000\\u0000"), message);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_history_is_refused_with_its_line) {
    const auto complaint = [](const std::string& lines) {
        return message_of([&] { History::parse_csv(std::string(History::header) + "\n" + lines, "h.csv"); });
    };
    BOOST_TEST(message_of([] { History::parse_csv("epoch;loss\n", "h.csv"); }) ==
               "h.csv, line 1: expected the names " + std::string(History::header) + ", found \"epoch;loss\"");
    BOOST_TEST(complaint("1,0.5,,,,,\n2,0.5,,,,\n") == "h.csv, line 3: expected 7 fields, found \"2,0.5,,,,\"");
    BOOST_TEST(complaint("1,0.5,,,,,,\n") == "h.csv, line 2: expected 7 fields, found \"1,0.5,,,,,,\"");
    BOOST_TEST(complaint("1,0.5x,,,,,\n") == "h.csv, line 2: expected a number or nothing, found \"0.5x\"");
    BOOST_TEST(complaint("one,0.5,,,,,\n") ==
               "h.csv, line 2: expected a number of an epoch first, found \"one,0.5,,,,,\"");
    BOOST_TEST(contains(complaint("\n1,0.5,,,,,\n"), "line 2"));
    BOOST_TEST(contains(message_of([] { History::read_csv("/nowhere/h.csv"); }), "/nowhere/h.csv"));
}
