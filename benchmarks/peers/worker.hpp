#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "error_line.hpp"

/// The protocol of compare.py for programs in C++ (see README.md).
namespace peers {

inline constexpr double learning_rate = 0.002;
inline constexpr int checked_steps = 10;

/// What one request runs. `step` trains on the whole batch and returns the loss before the step; `infer` computes the
/// outputs, which `output` then reads; `reset` sets the initial parameters again.
struct Workload {
    std::function<void()> reset = [] {};
    std::function<double()> step;
    std::function<void()> infer;
    std::function<std::vector<float>()> output;
};

/// Initial parameters in the order of PyTorch's state_dict, and the first `batch` samples of the common data.
struct Material {
    std::vector<float> parameters;
    std::vector<float> pixels;
    std::vector<std::uint8_t> labels;
    int batch = 0;
};

/// Makes the workload for a network by name; throws std::invalid_argument for one that the program does not have.
using Factory = std::function<Workload(const std::string& net, bool training, const Material& material)>;

namespace detail {

template <class T>
std::vector<T> read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::vector<T> values(bytes.size() / sizeof(T));
    std::copy_n(bytes.data(), values.size() * sizeof(T), reinterpret_cast<char*>(values.data()));
    return values;
}

inline Material read_material(const std::string& folder, const std::string& net, int batch) {
    Material material{read<float>(folder + "/" + net + ".parameters.f32"),
                      read<float>(folder + "/" + net + ".input.f32"), read<std::uint8_t>(folder + "/labels.u8"), batch};
    const std::size_t samples = material.labels.size(), features = material.pixels.size() / samples;
    if (static_cast<std::size_t>(batch) > samples)
        throw std::invalid_argument("the data has fewer samples than the batch");
    material.labels.resize(static_cast<std::size_t>(batch));
    material.pixels.resize(static_cast<std::size_t>(batch) * features);
    return material;
}

/// "train256" -> (true, 256).
inline std::pair<bool, int> read_mode(const std::string& mode) {
    for (const auto& [prefix, training] : {std::pair{std::string("train"), true}, {std::string("infer"), false}})
        if (mode.rfind(prefix, 0) == 0) return {training, std::stoi(mode.substr(prefix.size()))};
    throw std::invalid_argument("unknown mode '" + mode + "'");
}

/// Seconds per call, each of at least 200 microseconds of calls: as pytorch.py takes them.
inline std::vector<double> repeat(const std::function<void()>& call, double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto since = [](Clock::time_point begin) {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    auto begin = Clock::now();
    for (int i = 0; i < 3 && (i == 0 || since(begin) < 0.1 * seconds); ++i) call();
    begin = Clock::now();
    call();
    const int calls = std::max(1, static_cast<int>(std::lround(200e-6 / std::max(since(begin), 1e-7))));
    for (begin = Clock::now(); since(begin) < 0.1 * seconds;) call();
    std::vector<double> times;
    const auto start = Clock::now();
    do {
        begin = Clock::now();
        for (int i = 0; i < calls; ++i) call();
        times.push_back(since(begin) / calls);
    } while (since(start) < seconds);
    return times;
}

template <class Numbers>
std::string list(const char* key, const Numbers& numbers) {
    std::string text = std::string("\"") + key + "\": [";
    char digits[32];
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        std::snprintf(digits, sizeof digits, "%s%.9g", i ? ", " : "", static_cast<double>(numbers[i]));
        text += digits;
    }
    return text + "]";
}

inline std::string check(Workload& workload, bool training) {
    workload.reset();
    if (!training) {
        workload.infer();
        return "{" + list("output", workload.output()) + "}";
    }
    std::vector<double> losses;
    for (int i = 0; i < checked_steps; ++i) losses.push_back(workload.step());
    return "{" + list("losses", losses) + "}";
}

inline std::string measure(Workload& workload, bool training, double seconds, const std::string& head) {
    workload.reset();
    std::vector<double> times =
        repeat(training ? std::function<void()>([&] { workload.step(); }) : workload.infer, seconds);
    std::sort(times.begin(), times.end());
    const std::size_t middle = times.size() / 2;
    const double median = times.size() % 2 ? times[middle] : 0.5 * (times[middle - 1] + times[middle]);
    char text[160];
    std::snprintf(text, sizeof text, ", \"median_us\": %.3f, \"min_us\": %.3f, \"n\": %zu}", median * 1e6,
                  times[0] * 1e6, times.size());
    return head + text;
}

}  // namespace detail

/// Answers requests until standard input ends. `variant` names the way this program runs in its answers.
inline int serve(
    int argc, char** argv, const std::string& variant, const Factory& factory,
    const std::function<void(int)>& set_threads = [](int) {}) {
    std::string folder;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        if (option == "--data") {
            folder = argv[i + 1];
        } else if (option == "--threads") {
            set_threads(std::atoi(argv[i + 1]));
        } else {
            std::cerr << "unknown option " << option << "; known: --data FOLDER, --threads COUNT\n";
            return 2;
        }
    }
    std::map<std::string, Workload> workloads;
    for (std::string line; std::getline(std::cin, line);) {
        try {
            std::istringstream words(line);
            std::string net, mode;
            double seconds = 0;
            if (!(words >> net)) continue;
            const bool checking = net == "check";
            if (checking ? !(words >> net >> mode) : !(words >> mode >> seconds))
                throw std::invalid_argument("expected 'check NET MODE' or 'NET MODE SECONDS', found '" + line + "'");
            const auto [training, batch] = detail::read_mode(mode);
            const auto key = net + " " + mode;
            if (!workloads.count(key))
                workloads.emplace(key, factory(net, training, detail::read_material(folder, net, batch)));
            const std::string head =
                "{\"net\": \"" + net + "\", \"mode\": \"" + mode + "\", \"variant\": \"" + variant + "\"";
            std::cout << (checking ? detail::check(workloads.at(key), training)
                                   : detail::measure(workloads.at(key), training, seconds, head))
                      << std::endl;
        } catch (const std::exception& error) {
            print_error(error.what());
        }
    }
    return 0;
}

}  // namespace peers
