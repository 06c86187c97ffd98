// A layer and an activation of one's own, and the check of its gradient.

#include <cmath>
#include <cstdio>

#include <tenet/tenet.hpp>

using namespace tenet;

/// y[i] = w[i] * x[i] + c, with trained w and a constant c: code for one sample, vectorised by the library over samples.
struct Scale {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape in) {
        return {ParameterSpec{"weight", in, InitialValue::ones()},
                ParameterSpec{.name = "shift", .shape = Shape{1}, .initial = InitialValue::constant(0.5f), .trained = false}};
    }
    template <Shape In, class T>
    static void forward(const T* x, Weights w, T* y) {
        for (int i = 0; i < In.count(); ++i) y[i] = T(w[0][i]) * x[i] + T(w[1][0]);
    }
    template <Shape In, class T>
    static void backward(const T* x, const T*, const T* dy, Weights w, T* dx, Gradients g) {
        for (int i = 0; i < In.count(); ++i) {
            dx[i] = T(w[0][i]) * dy[i];
            g.add(0, i, dy[i] * x[i]);
        }
    }
};

/// An activation from its formula alone; the derivative is the library's work.
struct SwishFormula {
    template <class T>
    constexpr auto operator()(T x) const {
        using math::sigmoid;
        return x * sigmoid(x);
    }
};
using Swish = Activation<SwishFormula{}>;

using Net = Network<Input<4>, Linear<16>, Swish, Scale, Linear<1>>;
static_assert(Net::parameter_name(2) == "2.weight" && !Net::parameters[3].trained);

int main() {
    Model<Net> model{Seed{3}};
    // XOR of the signs of x0 and x1, with two numbers that do not matter.
    std::vector<float> inputs, targets;
    const Generator random{Seed{4}, Stream::data};
    for (std::uint64_t i = 0; i < 4000; ++i) inputs.push_back(2.0f * random.uniform(i) - 1.0f);
    for (std::size_t n = 0; n < 1000; ++n) targets.push_back(inputs[4 * n] * inputs[4 * n + 1] < 0.0f ? 1.0f : -1.0f);
    const data::Dataset<float, float> data{Shape{4}, inputs, Shape{1}, targets};

    Trainer trainer{model, MSE{}, Adam{.learning_rate = 0.02}};
    const History history = trainer.fit(data, {.epochs = 100, .batch_size = 50});
    std::printf("mean squared error %.4f -> %.4f\n", history.epochs.front().loss, history.epochs.back().loss);
    std::printf("the constant is still %.2f\n", model.parameter("2.shift")[0]);
    return history.epochs.back().loss < 0.3 && model.parameter("2.shift")[0] == 0.5f ? 0 : 1;
}
