#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <tenet/layers/activations.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/model/forward.hpp>
#include <tenet/network.hpp>
#include <tenet/training/trainer.hpp>

/// The weakest member of each kind that the documentation lets a user write: what losses/loss.hpp,
/// optimizers/optimizer.hpp, layers/layer.hpp and the others ask for, and nothing more. Nothing is inlined unless the
/// optimiser likes to; with ARCHETYPES_NOINLINE it may not. Beside each stands what it computes, for one sample in
/// double.
namespace archetypes {

#if defined(ARCHETYPES_NOINLINE)
#define ARCHETYPE __attribute__((noinline))
#else
#define ARCHETYPE
#endif

using namespace tenet;

/// y[i] = w[i] * x[i]
struct Scale {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape in) { return {ParameterSpec{"weight", in, InitialValue::ones()}}; }
    template <Shape In, class T>
    ARCHETYPE static void forward(const T* x, Weights w, T* y) {
        for (int i = 0; i < In.count(); ++i) y[i] = product(T(w[0][i]), x[i]);
    }
    template <Shape In, class T>
    ARCHETYPE static void backward(const T* x, const T*, const T* dy, Weights w, T* dx, Gradients g) {
        for (int i = 0; i < In.count(); ++i) {
            dx[i] = product(T(w[0][i]), dy[i]);
            g.add(0, i, product(dy[i], x[i]));
        }
    }

  private:
    template <class T>
    ARCHETYPE static T product(T a, T b) {
        return a * b;
    }
};

/// x * sigmoid(x) / 2 + x / 4 where x > 0, x / 4 elsewhere
struct BentFormula {
    template <class T>
    ARCHETYPE constexpr T operator()(T x) const {
        return select(x > 0.0f, rising(x), x * 0.25f);
    }

  private:
    template <class T>
    ARCHETYPE static constexpr T rising(T x) {
        using math::sigmoid;
        return x * sigmoid(x) * 0.5f + x * 0.25f;
    }
};
using Bent = Activation<BentFormula{}>;

/// d^2 / 2 where |d| < 1, |d| - 1/2 elsewhere, summed over the outputs
struct Huber {
    static constexpr bool takes_labels = false;

    template <class T>
    ARCHETYPE T forward(const T* output, const T* target, int n) const {
        T sum = 0.0f;
        for (int i = 0; i < n; ++i) sum = sum + of(output[i] - target[i]);
        return sum;
    }
    template <class T>
    ARCHETYPE T gradient(const T* output, const T* target, int n, T scale, T* gradient) const {
        const T sum = forward(output, target, n);
        for (int i = 0; i < n; ++i) gradient[i] = scale * slope(output[i] - target[i]);
        return sum;
    }

  private:
    template <class T>
    ARCHETYPE static T of(T d) {
        const T size = math::abs(d);
        return select(size < T(1.0f), d * d * 0.5f, size - 0.5f);
    }
    template <class T>
    ARCHETYPE static T slope(T d) {
        return math::clamp(d, T(-1.0f), T(1.0f));
    }
};

/// The squared distance of the outputs from 1 at the label and 0 elsewhere
struct Brier {
    static constexpr bool takes_labels = true;

    template <class T>
    ARCHETYPE T forward(const T* output, int n, integer_of<T> label) const {
        T sum = 0.0f;
        for (int i = 0; i < n; ++i) sum = sum + square(output[i] - one_at<T>(label, i));
        return sum;
    }
    template <class T>
    ARCHETYPE T gradient(const T* output, int n, integer_of<T> label, T scale, T* gradient) const {
        const T sum = forward(output, n, label);
        for (int i = 0; i < n; ++i) gradient[i] = scale * 2.0f * (output[i] - one_at<T>(label, i));
        return sum;
    }

  private:
    template <class T>
    ARCHETYPE static T square(T x) {
        return x * x;
    }
    template <class T>
    ARCHETYPE static T one_at(integer_of<T> label, int i) {
        return select(label == integer_of<T>(i), T(1.0f), T(0.0f));
    }
};

/// v = 0.9 v + sign(g); w -= rate * v
struct SignSGD {
    static constexpr int state_count = 1;
    double learning_rate = 0.01;

    struct StepConstants {
        float rate;
    };
    ARCHETYPE int used_states() const { return 1; }
    ARCHETYPE StepConstants constants(std::int64_t) const { return {static_cast<float>(learning_rate)}; }
    template <class T>
    ARCHETYPE void update(T& weight, T gradient, T* state, const StepConstants& c) const {
        state[0] = state[0] * 0.9f + sign(gradient);
        weight = weight - state[0] * c.rate;
    }

  private:
    template <class T>
    ARCHETYPE static T sign(T x) {
        return select(x > T(0.0f), T(1.0f), select(x < T(0.0f), T(-1.0f), T(0.0f)));
    }
};

/// 0.01, 0.02, ... over the tensor
struct Ramp {
    ARCHETYPE void operator()(std::span<float> values, const TensorInfo&, Generator) const {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.01f * static_cast<float>(i + 1);
    }
};

/// Sample i is (sin-like) numbers of i, its target or label another
template <class Target>
struct Source {
    using input_type = float;
    using target_type = Target;
    std::vector<float> inputs;
    std::vector<Target> targets;
    Shape in, out;

    ARCHETYPE std::int64_t size() const { return static_cast<std::int64_t>(inputs.size()) / in.count(); }
    ARCHETYPE Shape input_shape() const { return in; }
    ARCHETYPE Shape target_shape() const { return out; }
    ARCHETYPE data::Conversion conversion() const { return {}; }
    ARCHETYPE const float* input_data(std::int64_t i) const { return inputs.data() + i * in.count(); }
    ARCHETYPE const Target* target_data(std::int64_t i) const { return targets.data() + i * out.count(); }
};

/// What a user counts himself: the share of outputs above 0, over `T` as a loss is
struct Positive {
    double count = 0, of = 0;
    template <class T>
    ARCHETYPE void add(const T* outputs, int n) {
        for (int i = 0; i < n; ++i) count += static_cast<double>(sum_lanes(above(outputs[i])));
        of += n * lanes_of<T>;
    }

  private:
    template <class T>
    ARCHETYPE static T above(T x) {
        return select(x > T(0.0f), T(1.0f), T(0.0f));
    }
};

}  // namespace archetypes
