// A network in the middle of other work: an MLP learns how far points are from a ring, and rays ask it at each step of
// their way. sphere_tracing.hpp runs in the threads of a kernel, with the weights in constant memory
// (12_in_a_kernel.cu), where the build has CUDA and the machine a GPU; else here, pixel by pixel.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

#include <tenet/tenet.hpp>

#include "arguments.hpp"
#include "sphere_tracing.hpp"

using namespace tenet;

#if defined(WITH_CUDA)
bool draw_on_gpu(const float* weights, float* picture, int size);
#else
static bool draw_on_gpu(const float*, float*, int) {
    return false;
}
#endif

namespace {

/// A ring that leans back: the network sees nothing of it but samples.
float ring(const Point& p) {
    const float up = 0.8f * p.y + 0.6f * p.z, across = 0.8f * p.z - 0.6f * p.y;
    return std::hypot(std::hypot(p.x, up) - 0.7f, across) - 0.2f;
}

data::Dataset<float, float> samples_of_ring(std::size_t count) {
    const Generator random{Seed{7}, Stream::data};
    std::vector<float> points, distances;
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = [&](std::size_t axis) { return 2.4f * random.uniform(3 * i + axis) - 1.2f; };
        const Point p{number(0), number(1), number(2)};
        points.insert(points.end(), {p.x, p.y, p.z});
        distances.push_back(ring(p));
    }
    return {Shape{3}, points, Shape{1}, distances};
}

}  // namespace

int main(int argc, char** argv) {
    const bool quick = has_flag(argc, argv, "--quick");
    const auto train = samples_of_ring(quick ? 32768 : 65536);
    Model<Distance> model{Seed{1}};
    Trainer trainer{model, MSE{}, Adam{.learning_rate = 0.01}};
    trainer.fit(train, {.epochs = 40, .batch_size = 64});
    trainer.set_learning_rate(0.001);
    const History history = trainer.fit(train, {.epochs = 10, .batch_size = 64});

    const int size = quick ? 48 : 64;
    std::vector<float> picture(static_cast<std::size_t>(size * size));
    const bool on_gpu = draw_on_gpu(model.data(), picture.data(), size);
    for (int row = 0; !on_gpu && row < size; ++row)
        for (int column = 0; column < size; ++column)
            picture[static_cast<std::size_t>(row * size + column)] =
                shade(LearnedBody{model.data()}, column, row, size);

    int right = 0;
    for (int row = 0; row < size; row += 2, std::putchar('\n'))  // letters are twice as high as wide
        for (int column = 0; column < size; ++column) {
            const float light = picture[static_cast<std::size_t>(row * size + column)];
            std::putchar(light < 0.0f ? ' ' : ".:-=+*#%@"[static_cast<int>(light * 8.99f)]);
            right += (light < 0.0f) == (shade(ring, column, row, size) < 0.0f);
        }
    const double share = 2.0 * right / (size * size);
    std::printf("drawn on the %s: distances are off by %.3f, %.1f %% of the outline is right\n", on_gpu ? "GPU" : "CPU",
                std::sqrt(history.epochs.back().loss), 100 * share);
    return share > 0.95 ? 0 : 1;
}
