#pragma once

#include <tenet/losses/loss.hpp>
#include <tenet/optimizers/optimizer.hpp>

/// The names of what users write, without definitions: enough for a header of your own that names a network, or passes
/// its model around, and includes nothing else of tenet.
/// ```
/// #include <tenet/fwd.hpp>
/// using MLP = tenet::Network<tenet::Input<784>, tenet::Linear<256>, tenet::ReLU, tenet::Linear<10>>;
/// int predict(const tenet::Model<MLP>& model, const float* pixels);
/// ```
/// Default arguments come with the definitions: here it is `Dropout<0.5f>`. `Named`, what stands in a `Graph`,
/// `OutputLosses` and data sets have headers of their own.
namespace TENET_NAMESPACE {

struct Shape;
struct Seed;
struct Generator;
struct StepResult;
struct LossScale;
template <class Stored>
struct Batch;

// Precisions.
struct bfloat16;
struct float16;
struct FP32;
struct TF32;
struct BF16;
struct FP16;

// Options of layers.
namespace operations {
enum class PaddingMode;
}
template <int... Extent>
struct Kernel;
template <int... Extent>
struct Stride;
template <int... Extent>
struct Padding;
template <int... Extent>
struct OutputPadding;
template <int... Extent>
struct Dilation;
template <int Count>
struct Groups;
struct NoBias;
struct Direct;
struct CeilMode;
template <auto Value>
struct Momentum;
template <auto Value>
struct Eps;
struct Affine;
struct NoAffine;
template <int... Factor>
struct ScaleFactor;
template <int... Extent>
struct OutputSize;
struct Bilinear;
template <operations::PaddingMode Kind>
struct PaddingMode;

// Layers.
template <int Out, class... Option>
struct Linear;
template <int Out, class... KernelAndOptions>
struct Conv1d;
template <int Out, class... KernelAndOptions>
struct Conv2d;
template <int Out, class... KernelAndOptions>
struct Conv3d;
template <int Out, class... KernelAndOptions>
struct ConvTranspose1d;
template <int Out, class... KernelAndOptions>
struct ConvTranspose2d;
template <int Size, class... StrideAndOptions>
struct MaxPool1d;
template <int Size, class... StrideAndOptions>
struct MaxPool2d;
template <int Size, class... StrideAndOptions>
struct MaxPool3d;
template <int Size, class... StrideAndOptions>
struct AvgPool1d;
template <int Size, class... StrideAndOptions>
struct AvgPool2d;
template <int Size, class... StrideAndOptions>
struct AvgPool3d;
struct GlobalAvgPool;
template <int Out>
struct AdaptiveAvgPool1d;
template <int Height, int Width>
struct AdaptiveAvgPool2d;
struct Flatten;
template <int... Extent>
struct Reshape;
template <auto Probability>
struct Dropout;
template <auto Probability>
struct Dropout1d;
template <auto Probability>
struct Dropout2d;
template <auto Probability>
struct Dropout3d;
template <auto Probability>
struct StochasticDepth;
struct Softmax;
struct LogSoftmax;
template <int Axes, class... Option>
struct LayerNorm;
template <int Axes, class... Option>
struct RMSNorm;
template <int GroupCount, class... Option>
struct GroupNorm;
template <class... Option>
struct InstanceNorm1d;
template <class... Option>
struct InstanceNorm2d;
template <class... Option>
struct InstanceNorm3d;
template <int Size, auto Alpha, auto Beta, auto K>
struct LocalResponseNorm;
template <int... Side>
struct ZeroPad2d;
template <int... Side>
struct ReflectionPad2d;
template <int... Side>
struct ReplicationPad2d;
template <class... Option>
struct Upsample;
template <int Factor>
struct PixelShuffle;
template <class... Layer>
struct Sequential;
template <class... Option>
struct BatchNorm1d;
template <class... Option>
struct BatchNorm2d;
template <class... Option>
struct BatchNorm3d;
template <class... Layer>
struct Branch;
template <class... Layer>
struct Shortcut;
template <class... Layer>
struct Residual;
template <class... B>
struct Concat;
template <class... B>
struct Add;
template <class... B>
struct Multiply;
template <class... Layer>
struct Checkpoint;
template <class... Item>
struct Graph;
template <int N, class... Layer>
struct Repeat;
template <class Layer, class... Option>
struct Frozen;
struct EvalMode;
template <class Tag, class Layer>
struct Shared;

// Activations.
struct ReLU;
struct ReLU6;
template <auto Slope>
struct LeakyReLU;
template <int Slopes>
struct PReLU;
template <auto Alpha>
struct ELU;
struct SELU;
struct GELU;
struct GELUTanh;
struct SiLU;
struct Sigmoid;
struct HardSigmoid;
struct Tanh;
template <auto Minimum, auto Maximum>
struct HardTanh;
template <auto Beta, auto Threshold>
struct Softplus;
struct Softsign;
struct Mish;
template <auto Formula>
struct Activation;

// Networks, and what runs and trains them.
template <int... Extent>
struct Input;
template <class In, class... Layer>
struct Network;
struct Cpu;
template <class System>
struct OnDevice;
template <class Net, class Backend = Cpu>
class Model;
template <class Net>
struct EvalNetwork;
template <class Net>
class EvalModel;
template <class Net>
class Workspace;
template <class Net>
class Workspaces;
template <class Net, class LossFunction, class Rule, class Backend = Cpu>
class Trainer;
struct Score;
struct History;

struct CrossEntropy;
struct MSE;
struct SGD;
struct Adam;
struct AdamW;

}  // namespace tenet
