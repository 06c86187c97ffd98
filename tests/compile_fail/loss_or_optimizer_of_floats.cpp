// expect: Trainer: this loss is for floats alone: write template <class T> before forward and gradient, and T for float, which is a float or Lanes of many samples
// expect: Trainer: this optimizer is for floats alone: write template <class T> void update(T& weight, T gradient, T* state, const StepConstants&) const, where T is a float or Lanes of many weights
#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;

struct Difference {
    static constexpr bool takes_labels = false;

#if defined(REPAIRED)
    template <class T>
#else
    using T = float;
#endif
    T forward(const T* output, const T* target, int) const {
        return output[0] - target[0];
    }
#if defined(REPAIRED)
    template <class T>
#endif
    T gradient(const T* output, const T* target, int n, T scale, T* gradient) const {
        gradient[0] = scale;
        return forward(output, target, n);
    }
};

struct Descent {
    static constexpr int state_count = 0;
    double learning_rate = 1.0;
    struct StepConstants {};
    int used_states() const { return 0; }
    StepConstants constants(std::int64_t) const { return {}; }

#if defined(REPAIRED)
    template <class T>
#else
    using T = float;
#endif
    void update(T& weight, T gradient, T*, const StepConstants&) const {
        weight = weight - gradient;
    }
};

void train(Model<Net>& model) {
    Trainer by_difference{model, Difference{}, SGD{.learning_rate = 0.1f}};
    by_difference.set_learning_rate(0.5);
    Trainer by_descent{model, MSE{}, Descent{}};
    by_descent.set_learning_rate(0.5);
}
