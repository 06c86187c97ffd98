// expect: a Trainer refers to its model, which must live as long as the Trainer does: give it a variable, not a
// temporary words: a Trainer refers to its model
#include <tenet/losses/mse.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/sgd.hpp>
#include <tenet/training/trainer.hpp>

using namespace tenet;

using Net = Network<Input<3>, Linear<2>>;

int main() {
#if defined(REPAIRED)
    Model<Net> model{Seed{1}};
    Trainer trainer{model, MSE{}, SGD{}};
#else
    Trainer trainer{Model<Net>{Seed{1}}, MSE{}, SGD{}};
#endif
    return static_cast<int>(trainer.position().step);
}
