// What Checkpoint saves and costs: one network with a Checkpoint around each block and without, trained in turns.
//
//     chrt -r 10 ./tenet_benchmark_checkpoint [batch] [threads]

#include <oneapi/tbb/global_control.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <tenet/tenet.hpp>
#include <vector>

namespace {

using namespace tenet;

/// ResNet-18 as D2L has it.
template <template <class...> class Keep>
using ResNet18 = Network<Input<3, 32, 32>,
    Keep<Conv2d<64, Kernel<7>, Stride<2>, Padding<3>>, BatchNorm2d<>, ReLU, MaxPool2d<3, Stride<2>, Padding<1>>>,
    Repeat<2, Keep<models::ResidualBlock<64>>>,
    Keep<models::DownsamplingBlock<128>>, Keep<models::ResidualBlock<128>>,
    Keep<models::DownsamplingBlock<256>>, Keep<models::ResidualBlock<256>>,
    Keep<models::DownsamplingBlock<512>>, Keep<models::ResidualBlock<512>>,
    GlobalAvgPool, Flatten, Linear<10>>;

/// DenseNet-121: each of its layers reads all before, and keeps four times as much as it adds.
template <template <class...> class Keep>
using DenseLayer =
    Concat<Branch<>, Branch<Keep<BatchNorm2d<>, ReLU, Conv2d<128, Kernel<1>, NoBias>,
                                 BatchNorm2d<>, ReLU, Conv2d<32, Kernel<3>, Padding<1>, NoBias>>>>;
template <int Channels>
using Transition = Sequential<BatchNorm2d<>, ReLU, Conv2d<Channels, Kernel<1>, NoBias>, AvgPool2d<2>>;
template <template <class...> class Keep>
using DenseNet121 = Network<Input<3, 32, 32>,
    Conv2d<64, Kernel<7>, Stride<2>, Padding<3>, NoBias>, BatchNorm2d<>, ReLU, MaxPool2d<3, Stride<2>, Padding<1>>,
    Repeat<6, DenseLayer<Keep>>, Transition<128>, Repeat<12, DenseLayer<Keep>>, Transition<256>,
    Repeat<24, DenseLayer<Keep>>, Transition<512>, Repeat<16, DenseLayer<Keep>>,
    BatchNorm2d<>, ReLU, GlobalAvgPool, Flatten, Linear<10>>;

template <class Net>
struct Training {
    Model<Net> model{Seed{1}};
    Trainer<Net, CrossEntropy, SGD> trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.01f}};
    std::vector<float> pixels;
    std::vector<const float*> inputs;
    std::vector<std::int32_t> labels;

    explicit Training(int batch) {
        constexpr auto features = static_cast<std::size_t>(Net::input_shape.count());
        const Generator random{Seed{2}, Stream::data, 0, 0};
        pixels.resize(static_cast<std::size_t>(batch) * features);
        for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = random.uniform(i) - 0.5f;
        for (int i = 0; i < batch; ++i) {
            inputs.push_back(pixels.data() + static_cast<std::size_t>(i) * features);
            labels.push_back(i % 10);
        }
    }
    double step() {
        Batch<> batch;
        batch.inputs = inputs.data();
        batch.labels = labels.data();
        batch.size = static_cast<int>(labels.size());
        return trainer.step(batch).loss;
    }
    double milliseconds() {
        const auto begin = std::chrono::steady_clock::now();
        step();
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    }
};

/// Megabytes that a process of its own has held at most.
template <class Net>
double process_memory(int batch, int threads) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    if (const pid_t child = fork(); child > 0) {
        double megabytes = 0;
        if (read(ends[0], &megabytes, sizeof megabytes) != sizeof megabytes) std::abort();
        waitpid(child, nullptr, 0);
        return megabytes;
    }
    const oneapi::tbb::global_control limit{oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(threads)};
    {
        Training<Net> training{batch};
        for (int i = 0; i < 3; ++i) training.step();
    }
    double megabytes = 0;
    std::FILE* const status = std::fopen("/proc/self/status", "r");
    for (char line[256]; std::fgets(line, sizeof line, status);)
        if (std::strncmp(line, "VmHWM:", 6) == 0) megabytes = std::atof(line + 6) / 1e3;
    if (write(ends[1], &megabytes, sizeof megabytes) != sizeof megabytes) std::abort();
    _exit(0);
}

double median(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

template <template <template <class...> class> class Net>
void compare(const char* name, int batch, int threads) {
    using Kept = Net<Sequential>;
    using Again = Net<Checkpoint>;
    using Plan = schedule::Program<Again, Mode::training>;
    const double kept_memory = process_memory<Kept>(batch, threads);
    const double again_memory = process_memory<Again>(batch, threads);
    const oneapi::tbb::global_control limit{oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(threads)};
    Training<Kept> kept{batch};
    Training<Again> again{batch};
    for (int i = 0; i < 2; ++i)
        if (kept.step() != again.step()) std::abort();
    std::vector<double> kept_times, again_times, ratios;
    for (int i = 0; i < 21; ++i) {
        kept_times.push_back(kept.milliseconds());
        again_times.push_back(again.milliseconds());
        ratios.push_back(again_times.back() / kept_times.back());
    }
    std::printf("%s, batch %d, %d threads; kept -> again (%d of %d groups)\n", name, batch, threads,
                Plan::recomputation.groups, Plan::group_count);
    const auto say = [](const char* what, double before, double after, const char* unit) {
        std::printf("  %-24s %8.1f -> %8.1f %s\n", what, before, after, unit);
    };
    say("plan, per sample", 4e-3 * static_cast<double>(Plan::kept_peak), 4e-3 * static_cast<double>(Plan::plan.peak), "kB");
    say("training_memory()", 1e-6 * static_cast<double>(Kept::training_memory(batch)),
        1e-6 * static_cast<double>(Again::training_memory(batch)), "MB");
    say("process, VmHWM", kept_memory, again_memory, "MB");
    say("one step", median(kept_times), median(again_times), "ms");
    std::printf("  %-24s %8.3f\n", "time, median of ratios", median(ratios));
}

}  // namespace

int main(int argc, char** argv) {
    const int batch = argc > 1 ? std::atoi(argv[1]) : 32, threads = argc > 2 ? std::atoi(argv[2]) : 1;
    compare<ResNet18>("ResNet-18, 3x32x32", batch, threads);
    compare<DenseNet121>("DenseNet-121, 3x32x32", batch, threads);
}
