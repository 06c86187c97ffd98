// A network of narrow Linear layers: which of its steps are taken at once, and by which kernels.
//
// kernel fused_mlp_inference: 144 registers, tensor cores
// kernel fused_mlp_training: 240 registers, tensor cores
// kernel add_fused_gradients: 32 registers
// kernel for_each_kernel: 64 registers
// kernel sum_kernel: 32 registers
// kernel count_turn: 32 registers
#include <tenet/cuda.hpp>

using namespace tenet;

namespace {

template <class Net, Mode M>
using Program = device::ProgramOf<Net, M>;
template <class Net, class Precision = BF16>
constexpr int taken_at_once(int step) {
    return device::FusedSteps<cuda::System<Precision>, Program<Net, Mode::inference>>::count(step);
}
template <class Net, class Precision = BF16, class Loss = CrossEntropy>
constexpr bool trains_at_once =
    device::FusedTraining<cuda::System<Precision>, Program<Net, Mode::training>, Loss>::exists;

using Narrow = Network<Input<64>, Linear<64>, Tanh, Linear<64>, ReLU, Linear<3>>;
static_assert(taken_at_once<Narrow>(0) == 3 && trains_at_once<Narrow>);
static_assert(taken_at_once<Narrow, FP32>(0) == 1 && !trains_at_once<Narrow, FP32>);

// A wide layer runs by itself, those behind it together.
using Wide = Network<Input<200>, Linear<64>, Tanh, Linear<64>, ReLU, Linear<3>>;
static_assert(taken_at_once<Wide>(0) == 1 && taken_at_once<Wide>(1) == 2 && !trains_at_once<Wide>);

// What somebody else reads has to be stored.
using Around = Network<Input<32>, Linear<32>, ReLU, Residual<Linear<32>, ReLU, Linear<32>>, ReLU, Linear<3>>;
static_assert(taken_at_once<Around>(0) == 1 && !trains_at_once<Around>);

// Frozen and shared layers, and formulas whose derivative needs their argument, train step by step.
static_assert(!trains_at_once<Network<Input<32>, Frozen<Linear<32>>, ReLU, Linear<3>>>);
static_assert(!trains_at_once<Network<Input<32>, Shared<struct Tag, Linear<32>>, Shared<struct Tag, Linear<32>>>>);
static_assert(!trains_at_once<Network<Input<32>, Linear<32>, GELU, Linear<3>>>);
static_assert(taken_at_once<Network<Input<32>, Linear<32>, GELU, Linear<3>>>(0) == 2);

}  // namespace

void launch(const data::Dataset<float, data::Label>& data) {
    Model<Narrow, Cuda> model{Seed{1}};
    Trainer trainer{model, CrossEntropy{}, SGD{.learning_rate = 0.1}};
    trainer.fit(data, {.epochs = 2, .batch_size = 4});
}
