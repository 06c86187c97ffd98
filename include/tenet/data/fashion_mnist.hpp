#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include <tenet/config.hpp>
#include <tenet/data/mnist.hpp>

namespace TENET_NAMESPACE::data {

/// Fashion-MNIST: 60000 images [1, 28, 28] to train and 10000 to test with, in 10 classes, read as 0 to 1.
///
/// Taken from `folder`; without it from the folder that the environment variable TENET_FASHION_MNIST names; without
/// that from where the Debian package dataset-fashion-mnist puts it. Throws std::runtime_error that says how to get the
/// data when the folder does not exist, and the errors of `mnist_like`. Source: Xiao, Rasul, Vollgraf, "Fashion-MNIST",
/// arXiv:1708.07747.
TENET_COLD inline TrainTest fashion_mnist(std::string folder = {}) {
    if (folder.empty()) {
        const char* chosen = std::getenv("TENET_FASHION_MNIST");
        folder = chosen && *chosen ? chosen : "/usr/share/datasets/fashion-mnist";
    }
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        throw std::runtime_error(
            io::joined({"no Fashion-MNIST in ", folder,
                        ": install the Debian package dataset-fashion-mnist, or name the folder that holds "
                        "train-images-idx3-ubyte.gz as argument or in TENET_FASHION_MNIST"}));
    return mnist_like(
        folder, {"t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"});
}

}  // namespace tenet::data
