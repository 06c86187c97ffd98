// expect: a data::SampleSource keeps inputs as float or, images as bytes, as std::uint8_t: its input_type
// expect: a data::SampleSource has targets of data::Label for classes, float for numbers, or data::PixelLabel for classes of pixels: its target_type
// lines: 18
#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<1>>;

template <class Input, class Target>
struct Line {
    using input_type = Input;
    using target_type = Target;
    Input inputs[3]{};
    Target target{};

    std::int64_t size() const { return 1; }
    Shape input_shape() const { return Shape{3}; }
    Shape target_shape() const { return Shape{1}; }
    data::Conversion conversion() const { return {}; }
    const Input* input_data(std::int64_t) const { return inputs; }
    const Target* target_data(std::int64_t) const { return &target; }
};

#if defined(REPAIRED)
using Samples = Line<float, float>;
using Test = Line<std::uint8_t, float>;
#else
using Samples = Line<double, float>;
using Test = Line<float, double>;
#endif

void train(Trainer<Net, MSE, SGD>& trainer, const Samples& samples, const Test& test) {
    trainer.fit(samples, {.epochs = 10});
    trainer.fit(Samples{}, {.epochs = 10});  // of a temporary, the same
    trainer.evaluate(test);
}
