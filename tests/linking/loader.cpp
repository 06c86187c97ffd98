// Loads two plugins with equal names inside, in the order given, runs both, and unloads them. A program in C++ as any:
// a standard library that came with the first plugin would use that plugin's copies of its own templates, and keep it.
//   loader FACTOR PLUGIN FACTOR PLUGIN

#include <dlfcn.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Run = double(const float*, float*, int);
using Count = const std::int64_t*();
constexpr int samples = 19;

bool gives(void* plugin, float factor) {
    const auto run = reinterpret_cast<Run*>(dlsym(plugin, "run"));
    const auto count = reinterpret_cast<Count*>(dlsym(plugin, "parameter_count"));
    if (!run || !count) return false;
    if (*count() != static_cast<std::int64_t>(factor)) {
        std::printf("times %g: expected as many parameters, found %g\n", double{factor}, static_cast<double>(*count()));
        return false;
    }
    float x[2 * samples], y[2 * samples];
    for (int i = 0; i < 2 * samples; ++i) x[i] = static_cast<float>(i);
    const double loss = run(x, y, samples);
    for (int i = 0; i < 2 * samples; ++i)
        if (y[i] != factor * x[i]) {
            std::printf("times %g: expected %g, found %g\n", double{factor}, double{factor * x[i]}, double{y[i]});
            return false;
        }
    // Both outputs are factor * (0 * 1 + 1 * 1 + the bias 0), and the targets 0.
    const double right = double{factor} * double{factor};
    if (std::abs(loss - right) > 1e-5 * right)
        std::printf("loss times %g: expected %g, found %g\n", double{factor}, right, loss);
    return std::abs(loss - right) <= 1e-5 * right;
}

}  // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values, values + count);
    void* plugins[2];
    bool right = true;
    for (std::size_t i = 0; i < 2; ++i) {
        plugins[i] = dlopen(arguments.at(2 * i + 2).c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!plugins[i]) {
            std::printf("%s\n", dlerror());
            return EXIT_FAILURE;
        }
        right = gives(plugins[i], static_cast<float>(std::stod(arguments.at(2 * i + 1)))) && right;
    }
    right = gives(plugins[0], static_cast<float>(std::stod(arguments.at(1)))) && right;
    for (std::size_t i = 0; i < 2; ++i) {
        dlclose(plugins[i]);
        if (void* still = dlopen(arguments.at(2 * i + 2).c_str(), RTLD_NOW | RTLD_NOLOAD)) {
            std::printf("%s is still loaded\n", arguments.at(2 * i + 2).c_str());
            dlclose(still);
            right = false;
        }
    }
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
