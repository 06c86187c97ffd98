// expect: a callback of fit takes (Trainer&, const StepResult&), to be called after every step, or (Trainer&, const
// EpochRecord&), after every epoch words: a callback of fit takes
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
#if defined(REPAIRED)
    const auto callback = [](auto&, const EpochRecord& record) { return record.loss > 0.01; };
#else
    const auto callback = [](const EpochRecord& record) { return record.loss > 0.01; };
#endif
    return static_cast<int>(trainer.fit(samples, {}, callback).epochs.size());
}
