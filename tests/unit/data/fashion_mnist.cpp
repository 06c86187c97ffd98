#define BOOST_TEST_MODULE fashion_mnist
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include <tenet/data/fashion_mnist.hpp>

#include <support/boost_test.hpp>
#include <support/gzip.hpp>
#include <support/message_of.hpp>
#include <support/needs.hpp>
#include <support/temporary_directory.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {
bool is_installed() {
    return std::getenv("TENET_FASHION_MNIST") || std::filesystem::exists("/usr/share/datasets/fashion-mnist");
}

/// The four files with `train` and 2 images of 1 x 2 pixels.
void write_files(const TemporaryDirectory& folder, int train) {
    const auto images = [](int n, int width) {
        return std::string{0, 0, 8, 3, 0, 0, 0, static_cast<char>(n), 0, 0, 0, 1, 0, 0, 0, static_cast<char>(width)} +
               std::string(static_cast<std::size_t>(n * width), '\x33');
    };
    const auto labels = [](int n) {
        std::string file{0, 0, 8, 1, 0, 0, 0, static_cast<char>(n)};
        for (int i = 0; i < n; ++i) file += static_cast<char>(i);
        return file;
    };
    write_text(folder.file("train-images-idx3-ubyte.gz"), gzip(images(train, 2)));
    write_text(folder.file("train-labels-idx1-ubyte"), labels(train));
    write_text(folder.file("t10k-images-idx3-ubyte"), images(2, 2));
    write_text(folder.file("t10k-labels-idx1-ubyte.gz"), gzip(labels(2)));
}

std::string error_in(const TemporaryDirectory& folder, const std::vector<std::string>& class_names = {}) {
    return message_of([&] { data::mnist_like(folder.path(), class_names); });
}
}  // namespace

BOOST_AUTO_TEST_CASE(the_real_data, *boost::unit_test::precondition(needs("Fashion-MNIST (Debian: dataset-fashion-mnist)", &is_installed))) {
    const auto [train, test] = data::fashion_mnist();
    BOOST_TEST(train.size() == 60000);
    BOOST_TEST(test.size() == 10000);
    BOOST_CHECK((train.input_shape() == Shape{1, 28, 28}));
    BOOST_TEST(train.class_names().size() == 10u);
    BOOST_TEST(train.class_names().at(static_cast<std::size_t>(train.label(0))) == "ankle boot");
    BOOST_TEST(test.class_names().at(static_cast<std::size_t>(test.label(1))) == "pullover");
    std::int64_t counts[10]{};
    double sum = 0;
    for (std::int64_t i = 0; i < train.size(); ++i) {
        ++counts[train.label(i)];
        for (const std::uint8_t pixel : train.input(i)) sum += pixel;
    }
    for (const std::int64_t count : counts) BOOST_TEST(count == 6000);
    // The mean that PyTorch's tutorials normalise with.
    BOOST_TEST(sum / 255 / 60000 / 784 == 0.2860, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(files_plain_or_packed) {
    const TemporaryDirectory folder;
    write_files(folder, 3);
    const auto [train, test] = data::mnist_like(folder.path(), {"a", "b", "c"});
    BOOST_TEST(train.size() == 3);
    BOOST_TEST(test.size() == 2);
    BOOST_CHECK((train.input_shape() == Shape{1, 1, 2}));
    BOOST_TEST(train.label(2) == 2);
    BOOST_TEST(train.converted_input(0)[1] == 0.2f, boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(data::mnist(folder.path()).test.class_names().at(7) == "7");
}

BOOST_AUTO_TEST_CASE(the_folder_comes_from_the_argument_or_the_environment) {
    const TemporaryDirectory folder;
    write_files(folder, 3);
    BOOST_TEST(data::fashion_mnist(folder.path()).train.size() == 3);
    const char* before = std::getenv("TENET_FASHION_MNIST");
    const std::string old = before ? before : "";
    ::setenv("TENET_FASHION_MNIST", folder.path().c_str(), 1);
    BOOST_TEST(data::fashion_mnist().train.size() == 3);
    BOOST_TEST(contains(message_of([&] { data::fashion_mnist(folder.file("none")); }), folder.file("none")));
    before ? ::setenv("TENET_FASHION_MNIST", old.c_str(), 1) : ::unsetenv("TENET_FASHION_MNIST");
}

BOOST_AUTO_TEST_CASE(a_missing_folder_names_the_package) {
    const std::string message = message_of([] { data::fashion_mnist("/no/such/folder"); });
    BOOST_TEST(contains(message, "no Fashion-MNIST in /no/such/folder"), message);
    BOOST_TEST(contains(message, "dataset-fashion-mnist"), message);
}

BOOST_AUTO_TEST_CASE(files_that_do_not_fit_each_other) {
    const TemporaryDirectory folder;
    BOOST_TEST(error_in(folder) ==
               "no train-images-idx3-ubyte or train-images-idx3-ubyte.gz in " + folder.path().string());
    write_files(folder, 3);
    BOOST_TEST(contains(error_in(folder, {"a", "b"}), "expected labels of 0 to 1, found 2 at sample 2"));
    BOOST_TEST(contains(error_in(folder, {"a", "b"}), "train-labels-idx1-ubyte: "));

    write_text(folder.file("t10k-images-idx3-ubyte"), {"\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\1ab", 18});
    BOOST_TEST(contains(error_in(folder), "training images [1, 1, 2], but test images [1, 1, 1]"));
    write_text(folder.file("t10k-images-idx3-ubyte"), {"\0\0\x08\2\0\0\0\2\0\0\0\1ab", 14});
    BOOST_TEST(contains(error_in(folder), "t10k-images-idx3-ubyte: expected images [N, H, W], found [2, 1]"));
    write_text(folder.file("train-labels-idx1-ubyte"), {"\0\0\x08\1\0\0\0\2ab", 10});
    BOOST_TEST(
        contains(error_in(folder), "train-labels-idx1-ubyte: expected labels [3], one for each image, found [2]"));
}
