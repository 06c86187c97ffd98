// A name of a layer must not get into a kernel's: it is an array of characters, which no compiler reads there.
#include "trained.cuh"

using namespace tenet;

void train(const Batch<>& batch) {
    testing::train_on_gpu<Network<Input<11>, Linear<16>, ReLU, Named<"last", Linear<6, NoBias>>>>(CrossEntropy{}, SGD{}, batch);
}
