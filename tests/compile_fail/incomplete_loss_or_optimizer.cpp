// expect: Trainer: this loss has no takes_labels: static constexpr bool, true if it compares with class labels, false with target tensors
// expect: Trainer: this loss has no forward(const T* output, int n, integer_of<T> label) const that returns a T
// expect: Trainer: this loss has no forward(const T* output, const T* target, int n) const that returns a T
// expect: Trainer: this loss has no gradient(const T* output, int n, integer_of<T> label, T scale, T* gradient) const that returns a T
// expect: Trainer: this loss has no gradient(const T* output, const T* target, int n, T scale, T* gradient) const that returns a T
// expect: Trainer: this loss cannot be copied
// expect: Trainer: this optimizer has no state_count: static constexpr int, the state tensors of a parameter
// expect: Trainer: this optimizer has no StepConstants: a type, what update needs to know of a step
// expect: Trainer: this optimizer has no used_states() const that returns an int
// expect: Trainer: this optimizer has no constants(std::int64_t step) const that returns its StepConstants
// expect: Trainer: this optimizer has no update(T& weight, T gradient, T* state, const StepConstants&) const that returns nothing
// expect: Trainer: this optimizer has no learning_rate that is a number
#include <tenet/network.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;

// A loss and an optimizer of which all but the members up to `Have` are missing.
template <int Have, bool Labels>
struct PartOfALoss;
template <bool Labels>
struct PartOfALoss<0, Labels> {};
template <bool Labels>
struct PartOfALoss<1, Labels> {
    static constexpr bool takes_labels = Labels;
};
template <>
struct PartOfALoss<2, true> : PartOfALoss<1, true> {
    template <class T>
    T forward(const T* output, int, integer_of<T>) const {
        return output[0];
    }
};
template <>
struct PartOfALoss<2, false> : PartOfALoss<1, false> {
    template <class T>
    T forward(const T* output, const T* target, int) const {
        return output[0] - target[0];
    }
};
template <>
struct PartOfALoss<3, false> : PartOfALoss<2, false> {
    template <class T>
    T gradient(const T* output, const T* target, int, T scale, T* gradient) const {
        gradient[0] = scale;
        return output[0] - target[0];
    }
};
struct UniqueLoss : PartOfALoss<3, false> {
    UniqueLoss() = default;
    UniqueLoss(UniqueLoss&&) = default;
};

struct Nothing {};
struct Rule1 {
    static constexpr int state_count = 0;
};
struct Rule2 : Rule1 {
    struct StepConstants {};
};
struct Rule3 : Rule2 {
    int used_states() const { return 0; }
};
struct Rule4 : Rule3 {
    StepConstants constants(std::int64_t) const { return {}; }
};
struct Rule5 : Rule4 {
    template <class T>
    void update(T& weight, T gradient, T*, const StepConstants&) const {
        weight = weight - gradient;
    }
};
struct Rule6 : Rule5 {
    double learning_rate = 1.0;
};

#if defined(REPAIRED)
void train(Model<Net>& model) {
    Trainer trainer{model, PartOfALoss<3, false>{}, Rule6{}};
    trainer.set_learning_rate(0.5);
}
#else
void train(Model<Net>& model) {
    Trainer{model, PartOfALoss<0, true>{}, Rule6{}};
    Trainer{model, PartOfALoss<1, true>{}, Rule6{}};
    Trainer{model, PartOfALoss<1, false>{}, Rule6{}};
    Trainer{model, PartOfALoss<2, true>{}, Rule6{}};
    Trainer{model, PartOfALoss<2, false>{}, Rule6{}};
    Trainer<Net, UniqueLoss, Rule6>{model, UniqueLoss{}, Rule6{}};
    Trainer{model, PartOfALoss<3, false>{}, Nothing{}};
    Trainer{model, PartOfALoss<3, false>{}, Rule1{}};
    Trainer{model, PartOfALoss<3, false>{}, Rule2{}};
    Trainer{model, PartOfALoss<3, false>{}, Rule3{}};
    Trainer{model, PartOfALoss<3, false>{}, Rule4{}};
    Trainer{model, PartOfALoss<3, false>{}, Rule5{}};
}
#endif
