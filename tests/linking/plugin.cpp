// One of two plugins, each with a layer of the same name: times TIMES.

#include <tenet/losses/mse.hpp>
#include <tenet/model/forward.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

struct Times {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape) {
        return {ParameterSpec{"unread", Shape{TIMES}, InitialValue::ones()}};
    }
    template <Shape In, class T>
    static void forward(const T* x, Weights, T* y) {
        for (int i = 0; i < In.count(); ++i) y[i] = x[i] * T(float{TIMES});
    }
    template <Shape In, class T>
    static void backward(const T*, const T*, const T* dy, Weights, T* dx, Gradients) {
        for (int i = 0; i < In.count(); ++i) dx[i] = dy[i] * T(float{TIMES});
    }
};

using Net = Network<Input<2>, Times>;
using Trained = Network<Input<2>, Linear<2>, Times>;

/// As programs do that print it, or take the larger of two: by reference, so that it is a variable in memory.
extern "C" const std::int64_t* parameter_count() {
    return &Net::parameter_count;
}

/// y = TIMES * x for `samples` samples of two numbers; and the loss of a step on the first of them.
extern "C" double run(const float* x, float* y, int samples) {
    Model<Net> model{Seed{1}};
    Workspace<Net> workspace;
    const auto count = static_cast<std::size_t>(samples) * 2;
    model.forward(std::span(x, count), std::span(y, count), workspace);

    Model<Trained> trained{Seed{1}};
    for (float& w : trained.parameter<0>()) w = 1.0f;
    for (float& b : trained.parameter<1>()) b = 0.0f;
    Trainer trainer{trained, MSE{}, SGD{}};
    const float* rows[1]{x};
    const float target[2]{0.0f, 0.0f};
    const float* targets[1]{target};
    Batch<float> batch;
    batch.inputs = rows;
    batch.targets = targets;
    batch.size = 1;
    return trainer.step(batch).loss;
}
