// Networks with several ends and of other ranks, shared layers, a loss for each output.
#include "trained.cuh"

using namespace tenet;

namespace {

struct Tag;
using Encoder = Shared<Tag, Sequential<Linear<6>, Tanh>>;
using Pair = Network<
    Input<2, 9>, Input<1, 2, 3, 3>,
    Graph<Inputs<"sequence", "volume">,
          Node<"a", Sequential<Conv1d<3, Kernel<3>>, MaxPool1d<2>, Flatten, Linear<5>, Encoder>, From<"sequence">>,
          Node<"b", Sequential<Conv3d<2, Kernel<2>>, AvgPool3d<1>, Flatten, Linear<5>, Encoder>, From<"volume">>,
          Node<"sum", Add<>, From<"a", "b">>,
          Node<"bent", Sequential<LeakyReLU<>, HardTanh<>, ELU<>, Softplus<>, GELUTanh>, From<"sum">>,
          Node<"near", Linear<2>, From<"bent">>,
          Node<"middle", Sequential<Linear<3>, Activation<formula::x * sigmoid(formula::x)>>, From<"sum">>,
          Outputs<"near", "middle">>>;

}  // namespace

void train(const Batch<>& batch) {
    testing::train_on_gpu<Pair>(OutputLosses<Pair, CrossEntropy, MSE>{.weights = {1.0f, 0.5f}}, AdamW{}, batch);
}
