// What the other layers' tests compile in BF16, in every precision; FP16 scales its loss.
#include "trained.cuh"

using namespace tenet;

namespace {

using Images = Network<Input<1, 8, 8>, Conv2d<4, Kernel<3>>, BatchNorm2d<>, ReLU, Flatten, Linear<5>>;
/// Trained by one kernel where numbers take 16 bits.
using Narrow = Network<Input<8>, Linear<16>, Tanh, Linear<4>>;

}  // namespace

void train(const Batch<>& batch) {
    testing::train_on_gpu<Images, FP32>(CrossEntropy{}, SGD{}, batch);
    testing::train_on_gpu<Images, TF32>(CrossEntropy{}, SGD{}, batch);
    testing::train_on_gpu<Images, FP16>(CrossEntropy{}, SGD{}, batch);
    testing::train_on_gpu<Narrow, FP16>(CrossEntropy{}, SGD{}, batch);
}

LossScale scale_of(Trainer<Narrow, CrossEntropy, SGD, CudaWith<FP16>>& trainer) {
    return trainer.loss_scale();
}
