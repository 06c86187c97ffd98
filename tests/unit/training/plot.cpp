#define BOOST_TEST_MODULE plot
#include <sys/stat.h>

#include <cmath>
#include <cstdlib>

#include <tenet/training/plot.hpp>

#include <support/boost_test.hpp>
#include <support/message_of.hpp>
#include <support/needs.hpp>
#include <support/temporary_directory.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

History example(int epochs = 10) {
    History history;
    for (int i = 1; i <= epochs; ++i)
        history.epochs.push_back({i, 1.0 / i, 1 - 0.5 / i, 1.1 / i, 0.95 - 0.5 / i, 1, 1});
    return history;
}

int count(const std::string& text, std::string_view part) {
    int found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
    return found;
}

/// PATH while it lives.
struct Path {
    explicit Path(const std::string& value) : before(std::getenv("PATH")) { ::setenv("PATH", value.c_str(), 1); }
    ~Path() { ::setenv("PATH", before.c_str(), 1); }
    std::string before;
};

bool gnuplot_is_there() {
    return std::system("gnuplot --version > /dev/null 2>&1") == 0;
}

std::string program(const TemporaryDirectory& folder, const std::string& script) {
    const std::string path = write_text(folder.file("gnuplot"), "#!/bin/sh\n" + script);
    BOOST_REQUIRE(::chmod(path.c_str(), 0755) == 0);
    return folder.path().string();
}

}  // namespace

BOOST_AUTO_TEST_CASE(axes_have_round_ticks_around_all_numbers) {
    const auto check = [](double least, double most, double low, double high, double step) {
        const plot::Axis axis = plot::Axis::around(least, most);
        BOOST_TEST_CONTEXT(least << " to " << most) {
            BOOST_TEST(axis.low == low, boost::test_tools::tolerance(1e-9));
            BOOST_TEST(axis.high == high, boost::test_tools::tolerance(1e-9));
            BOOST_TEST(axis.step == step, boost::test_tools::tolerance(1e-9));
        }
    };
    check(0.26, 0.89, 0.2, 0.9, 0.1);
    check(0.72, 0.93, 0.7, 0.95, 0.05);
    check(1, 200, 0, 200, 50);
    check(-3, 4, -3, 4, 1);
    check(5, 5, 4.4, 5.6, 0.2);
    check(0, 0, -1, 1, 0.5);
    for (double least : {-7.3, 0.0, 1e-9, 0.1234, 5.0, 99999.0})
        for (double range : {0.0, 1e-7, 0.013, 1.0, 47.0, 1e6}) {
            const plot::Axis axis = plot::Axis::around(least, least + range);
            BOOST_TEST_CONTEXT(least << " + " << range) {
                BOOST_TEST(axis.place(least) >= -1e-5);
                BOOST_TEST(axis.place(least + range) <= 1 + 1e-5);
                BOOST_TEST(axis.ticks().size() >= 3u);
                BOOST_TEST(axis.ticks().size() <= 10u);
            }
        }
}

BOOST_AUTO_TEST_CASE(a_loss_that_falls_far_gets_a_logarithmic_axis) {
    History history;
    for (int i = 1; i <= 5; ++i) history.epochs.push_back({i, 20 * std::pow(0.1, i)});
    const auto panels = plot::panels(history);
    BOOST_REQUIRE(panels.size() == 1u);
    BOOST_TEST(panels[0].y.logarithmic);
    BOOST_TEST(panels[0].y.low == 1e-4, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(panels[0].y.high == 10, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(panels[0].y.place(0.02) > 0.4);
    BOOST_TEST(!plot::panels(example())[0].y.logarithmic);
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_is_not_drawn) {
    History history;
    for (int i = 1; i <= 4; ++i) history.epochs.push_back({i, i == 2 ? NAN : i == 3 ? HUGE_VAL : 0.5 / i});
    const auto panels = plot::panels(history);
    BOOST_REQUIRE(panels.size() == 1u);
    BOOST_REQUIRE(panels[0].series.size() == 1u);
    BOOST_TEST(panels[0].series[0].points.size() == 2u);
    const std::string svg = plot::SvgPicture{panels}.text();
    BOOST_TEST(count(svg, "Accuracy") == 0);
    BOOST_TEST(count(svg, "validation") == 0);
    BOOST_TEST(count(svg, "nan") == 0);
    BOOST_TEST(count(svg, "inf") == 0);
}

BOOST_AUTO_TEST_CASE(labels_of_last_values_keep_apart) {
    History history = example();
    history.epochs.back().validation_loss = history.epochs.back().loss + 1e-6;
    const auto panels = plot::panels(history);
    BOOST_TEST(panels[0].series[1].label_height - panels[0].series[0].label_height > 0.06);
}

BOOST_AUTO_TEST_CASE(our_own_picture_has_all_points_and_balanced_elements) {
    const std::string svg = plot::SvgPicture{plot::panels(example())}.text();
    BOOST_TEST(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    BOOST_TEST(svg.ends_with("</svg>\n"));
    BOOST_TEST(count(svg, "<polyline") == 4);
    BOOST_TEST(count(svg, "<circle") == 40);
    BOOST_TEST(count(svg, "<text") == count(svg, "</text>"));
    BOOST_TEST(count(svg, "<") == count(svg, ">"));
    BOOST_TEST(count(svg, "\"") % 2 == 0);
    BOOST_TEST(count(svg, ">Loss<") == 1);
    BOOST_TEST(count(svg, ">Accuracy<") == 1);
    BOOST_TEST(count(svg, ">training<") == 2);
    BOOST_TEST(count(svg, ">epoch<") == 2);
    BOOST_TEST(count(plot::SvgPicture{plot::panels(example(200))}.text(), "<circle") == 4);
    for (int epochs : {1, 2, 3, 31, 1000})
        BOOST_TEST(count(plot::SvgPicture{plot::panels(example(epochs))}.text(), "nan") == 0);
}

BOOST_AUTO_TEST_CASE(without_gnuplot_svg_is_drawn_and_png_is_refused) {
    TemporaryDirectory folder, empty;
    const Path path{empty.path().string()};
    plot::training_curve(example(), folder.file("curve.svg"));
    BOOST_TEST(read_text(folder.file("curve.svg")) == plot::SvgPicture{plot::panels(example())}.text());
    const std::string png = folder.file("curve.png");
    BOOST_TEST(message_of([&] { plot::training_curve(example(), png); }) ==
               "cannot draw " + png +
                   ": PNG needs gnuplot, and there is none on PATH (a path ending in .svg needs none)");
    BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(gnuplot_draws_both_formats, *boost::unit_test::precondition(needs("gnuplot", &gnuplot_is_there))) {
    TemporaryDirectory folder;
    for (const History& history : {example(), example(1), example(100)}) {
        plot::training_curve(history, folder.file("it's a curve.SVG"));
        const std::string svg = read_text(folder.file("it's a curve.SVG"));
        BOOST_TEST(contains(svg, "Gnuplot"));
        BOOST_TEST(contains(svg, "</svg>"));
        plot::training_curve(history, folder.file("curve.png"));
        const std::string png = read_text(folder.file("curve.png"));
        BOOST_TEST(png.starts_with("\x89PNG\r\n"));
        BOOST_TEST(contains(png, "IEND"));
    }
    BOOST_TEST(folder.entries() == 2);
}

BOOST_AUTO_TEST_CASE(a_gnuplot_that_fails_is_reported_with_its_message) {
    TemporaryDirectory folder, programs;
    const Path path{program(programs, "echo 'gnuplot> set colour' >&2\necho 'no such option' >&2\nexit 1\n")};
    BOOST_TEST(message_of([&] { plot::training_curve(example(), folder.file("curve.svg")); }) ==
               "gnuplot failed: gnuplot> set colour\nno such option");
    program(programs, "exit 0\n");
    BOOST_TEST(message_of([&] { plot::training_curve(example(), folder.file("curve.svg")); }) ==
               "gnuplot failed: it gave no picture and no reason");
    BOOST_TEST(folder.entries() == 0);
}

BOOST_AUTO_TEST_CASE(other_endings_and_empty_histories_are_refused) {
    using Refused = std::invalid_argument;
    BOOST_TEST(message_of<Refused>([] { plot::training_curve(example(), "curve.jpg"); }) ==
               "training_curve: expected a path that ends in .svg or .png, found curve.jpg");
    BOOST_TEST(contains(message_of<Refused>([] { plot::training_curve(example(), "svg"); }), "found svg"));
    BOOST_TEST(message_of<Refused>([] { plot::training_curve(History{}, "curve.svg"); }) ==
               "training_curve: nothing to draw in curve.svg: the history is empty");
    History nothing;
    nothing.epochs.push_back({1});
    BOOST_TEST(contains(message_of<Refused>([&] { plot::training_curve(nothing, "curve.svg"); }), "nothing to draw"));
    BOOST_TEST(
        contains(message_of([] { plot::training_curve(example(), "/nowhere/curve.svg"); }), "/nowhere/curve.svg"));
}
