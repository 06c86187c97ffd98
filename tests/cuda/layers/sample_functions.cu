// Layers that are code for one sample, the library's and a user's: nvcc compiles them for a GPU, without a warning.
#include "trained.cuh"

using namespace tenet;

namespace {

/// A user's layer that is for GPUs, too: y[i] = w[i] x[i].
struct Scale {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape in) { return {ParameterSpec{"weight", in, InitialValue::ones()}}; }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void forward(const T* x, Weights w, T* y) {
        for (int i = 0; i < In.count(); ++i) y[i] = w[0][i] * x[i];
    }
    template <Shape In, class T>
    TENET_HOST_DEVICE static void backward(const T* x, const T*, const T* dy, Weights w, T* dx, Gradients g) {
        for (int i = 0; i < In.count(); ++i) {
            dx[i] = w[0][i] * dy[i];
            g.add(0, i, dy[i] * x[i]);
        }
    }
};

using Images = Network<Input<4, 4, 4>, ReflectionPad2d<1, 0, 0, 1>, ReplicationPad2d<1>, ZeroPad2d<1>,
                       LocalResponseNorm<3>, PReLU<4>, PixelShuffle<2>, Upsample<ScaleFactor<2>>,
                       Upsample<OutputSize<6, 5>, Bilinear>, InstanceNorm2d<Affine>, PReLU<>, GroupNorm<1>, Softmax,
                       Flatten, Linear<7>, LayerNorm<>, Scale, RMSNorm<>, LogSoftmax>;

}  // namespace

void train(const Batch<>& batch) {
    testing::train_on_gpu<Images>(MSE{}, Adam{}, batch);
}
