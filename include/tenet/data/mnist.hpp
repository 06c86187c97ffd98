#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <tenet/config.hpp>
#include <tenet/core/shape.hpp>
#include <tenet/data/dataset.hpp>
#include <tenet/data/idx.hpp>
#include <tenet/io/text.hpp>

namespace TENET_NAMESPACE::data {

/// Images with classes: what `Dataset` of bytes and labels holds.
using ImageDataset = Dataset<std::uint8_t, Label>;

/// The two parts that image collections come in: `auto [train, test] = data::fashion_mnist();`
struct TrainTest {
    ImageDataset train;
    ImageDataset test;
};

namespace detail {
/// `folder/name.gz` or, uncompressed, `folder/name`.
TENET_COLD inline std::string find_idx_file(const std::string& folder, const std::string& name) {
    struct stat ignored {};
    for (const char* ending : {".gz", ""}) {
        std::string path = io::joined({folder, "/", name, ending});
        if (::stat(path.c_str(), &ignored) == 0) return path;
    }
    throw std::runtime_error(io::joined({"no ", name, " or ", name, ".gz in ", folder}));
}
}  // namespace detail

/// Reads a set of grey images [N, H, W] and one of labels [N], both IDX with elements of one byte, as samples of shape
/// [1, H, W] that are read as 0 to 1. Throws std::runtime_error when the files do not fit each other or `class_names`,
/// and the errors of `read_idx`.
TENET_COLD inline ImageDataset idx_images(const std::string& image_path, const std::string& label_path,
                               std::vector<std::string> class_names = {}) {
    IdxArray<std::uint8_t> images = read_idx<std::uint8_t>(image_path);
    const IdxArray<std::uint8_t> labels = read_idx<std::uint8_t>(label_path);
    if (images.shape.rank != 3)
        throw std::runtime_error(io::joined(
            {io::printable(image_path), ": expected images [N, H, W], found ", detail::to_string(images.shape)}));
    if (labels.shape != Shape{images.shape[0]})
        throw std::runtime_error(io::joined({io::printable(label_path), ": expected labels [", images.shape[0],
                                             "], one for each image, found ", detail::to_string(labels.shape)}));
    try {
        return {Shape{1, images.shape[1], images.shape[2]}, std::move(images.values),
                std::vector<Label>(labels.values.begin(), labels.values.end()), std::move(class_names)};
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(io::joined({io::printable(label_path), ": ", error.what()}));
    }
}

/// Reads the four files of MNIST's layout (`train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-...`), plain or
/// with the ending `.gz`, from a folder. Throws std::runtime_error for a file that is missing or wrong.
TENET_COLD inline TrainTest mnist_like(const std::string& folder, const std::vector<std::string>& class_names = {}) {
    const auto part = [&](const char* prefix) {
        const std::string images = detail::find_idx_file(folder, io::joined({prefix, "-images-idx3-ubyte"}));
        return idx_images(images, detail::find_idx_file(folder, io::joined({prefix, "-labels-idx1-ubyte"})),
                          class_names);
    };
    TrainTest parts{part("train"), part("t10k")};
    if (parts.train.input_shape() != parts.test.input_shape())
        throw std::runtime_error(io::joined({folder, ": training images ", detail::to_string(parts.train.input_shape()),
                                             ", but test images ", detail::to_string(parts.test.input_shape())}));
    return parts;
}

/// MNIST, the handwritten digits, from a folder that holds its four files. 60000 and 10000 images [1, 28, 28].
/// Source: http://yann.lecun.com/exdb/mnist
inline TrainTest mnist(const std::string& folder) {
    return mnist_like(folder, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
}

}  // namespace tenet::data
