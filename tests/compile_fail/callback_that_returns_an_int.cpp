// expect: a callback of fit returns a bool, false to end the run there, or nothing
// words: a callback of fit returns
#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;

int main() {
    Model<Net> model;
    Trainer trainer{model, MSE{}, SGD{}};
    const data::Dataset<float, float> samples{Shape{3}, std::vector<float>(3), Shape{2}, std::vector<float>(2)};
    const auto callback = [](auto&, const StepResult& step) {
#if defined(REPAIRED)
        return step.loss > 0.01;
#else
        return step.loss > 0.01 ? 1 : 0;
#endif
    };
    return static_cast<int>(trainer.fit(samples, {}, callback).epochs.size());
}
