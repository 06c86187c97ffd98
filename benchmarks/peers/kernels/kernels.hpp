#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "../error_line.hpp"

/// The protocol of kernels.py for programs in C++ (see README.md): one layer's product, in one direction, on one core.
namespace peers {

enum class Direction { forward, data_gradient, weight_gradient };

/// A convolution with stride 1 of square images, or a linear layer: an image of one pixel and a kernel of one.
struct Case {
    bool convolution = false;
    int batch = 0, in_channels = 0, out_channels = 0, size = 1, kernel = 1, padding = 0;
    Direction direction = Direction::forward;

    int out_size() const { return size + 2 * padding - kernel + 1; }
    int taps() const { return kernel * kernel; }
    int in_count() const { return in_channels * size * size; }  // numbers per sample
    int out_count() const { return out_channels * out_size() * out_size(); }
    int weight_count() const { return out_channels * in_channels * taps(); }
    double flops() const { return 2. * weight_count() * out_size() * out_size() * batch; }
    bool operator==(const Case&) const = default;
};

/// Input [N][C][H][W], weight [K][C][R][S] and output gradient [N][K][H][W] in PyTorch's layout.
struct Operands {
    std::vector<float> x, w, dy;
};

/// A case made ready in the program's own layout. `run` is what is timed; `result` returns the output, the input's or
/// the weight's gradient of the last run in PyTorch's layout.
struct Kernel {
    std::function<void()> run;
    std::function<std::vector<float>()> result;
};

/// Throws std::invalid_argument for a case that the program does not have.
using KernelFactory = std::function<Kernel(const Case&, const Operands&)>;

namespace detail {

inline std::vector<float> read_floats(const std::string& path, std::size_t count) {
    std::vector<float> values(count);
    const auto bytes = static_cast<std::streamsize>(count * sizeof(float));
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(values.data()), bytes))
        throw std::runtime_error("cannot read " + std::to_string(bytes) + " bytes of " + path);
    return values;
}

inline Case read_case(std::istream& words) {
    std::string kind, direction;
    Case c;
    if (!(words >> kind >> direction >> c.batch >> c.in_channels >> c.out_channels >> c.size >> c.kernel >> c.padding))
        throw std::invalid_argument("expected 'KIND DIRECTION BATCH IN OUT SIZE KERNEL PADDING'");
    c.convolution = kind == "convolution";
    c.direction = direction == "forward"         ? Direction::forward
                  : direction == "data_gradient" ? Direction::data_gradient
                                                 : Direction::weight_gradient;
    return c;
}

// The median time of a call.
inline double median_seconds(const std::function<void()>& run, double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto since = [](Clock::time_point begin) {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    run();
    auto begin = Clock::now();
    run();
    const int calls = std::max(1, static_cast<int>(200e-6 / std::max(since(begin), 1e-7)));
    std::vector<double> times;
    const auto start = Clock::now();
    do {
        begin = Clock::now();
        for (int i = 0; i < calls; ++i) run();
        times.push_back(since(begin) / calls);
    } while (since(start) < seconds);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

}  // namespace detail

/// Answers requests until standard input ends. `peak` measures the core's floating-point operations per second.
inline int serve_kernels(
    int argc, char** argv, const std::string& version, const KernelFactory& make,
    const std::function<double()>& peak = [] { return 0.; }) {
    if (argc != 5 || std::string(argv[1]) != "--data" || std::string(argv[3]) != "--threads" ||
        std::string(argv[4]) != "1") {
        std::cerr << "usage: " << argv[0] << " --data FOLDER --threads 1\n";
        return 2;
    }
    const std::string folder = argv[2];
    Case current;
    Kernel kernel;
    for (std::string line; std::getline(std::cin, line);) {
        try {
            std::istringstream words(line);
            std::string request;
            words >> request;
            if (request == "about") {
                std::cout << "{\"version\": \"" << version << "\", \"peak\": " << peak() << "}" << std::endl;
                continue;
            }
            double seconds = 0;
            if (request == "time") words >> seconds;
            const Case c = detail::read_case(words);
            if (request == "check") {
                current = c;
                const auto count = [&](int each) {
                    return static_cast<std::size_t>(each) * static_cast<std::size_t>(c.batch);
                };
                kernel = make(c, {detail::read_floats(folder + "/x.f32", count(c.in_count())),
                                  detail::read_floats(folder + "/w.f32", static_cast<std::size_t>(c.weight_count())),
                                  detail::read_floats(folder + "/dy.f32", count(c.out_count()))});
                kernel.run();
                const std::vector<float> result = kernel.result();
                std::ofstream(folder + "/result.f32", std::ios::binary)
                    .write(reinterpret_cast<const char*>(result.data()),
                           static_cast<std::streamsize>(result.size() * sizeof(float)));
                std::cout << "{}" << std::endl;
            } else if (request == "time" && c == current && kernel.run) {
                std::cout << "{\"flops\": " << c.flops() / detail::median_seconds(kernel.run, seconds) << "}"
                          << std::endl;
            } else {
                throw std::invalid_argument("expected 'about', 'check CASE' or, after that, 'time SECONDS CASE'");
            }
        } catch (const std::exception& error) {
            print_error(error.what());
        }
    }
    return 0;
}

}  // namespace peers
