#include <tenet/fwd.hpp>

/// The forward declarations alone let a user's header name a network, its model and its trainer; they are those of the
/// definitions, and cost little to include.

// What makes a header slow to include: below a tenth of a second there is no room for any of these.
#if defined(_GLIBCXX_STRING_VIEW) || defined(_GLIBCXX_STRING) || defined(_GLIBCXX_MEMORY) || \
    defined(_GLIBCXX_VECTOR) || defined(_GLIBCXX_CMATH) || defined(_GLIBCXX_ALGORITHM) ||    \
    defined(_GLIBCXX_UTILITY) && defined(_GLIBCXX_TUPLE)
#error "tenet/fwd.hpp includes a large header of the standard library"
#endif

namespace user {

using namespace tenet;

using Net = Network<Input<2, 12, 12>,
                    Sequential<Conv2d<4, Kernel<3>, Stride<1>, Padding<1>, Dilation<1>, Groups<2>, NoBias,
                                      PaddingMode<operations::PaddingMode{1}>>,
                               PReLU<4>, MaxPool2d<2, CeilMode>>,
                    Conv2d<4, Kernel<3>>, LeakyReLU<0.1f>, AvgPool2d<2>, Dropout<0.25f>, Flatten, Frozen<Linear<12>>,
                    HardTanh<-1.0f, 1.0f>, Reshape<2, 6>, Conv1d<3, Kernel<2>>, ELU<1.0f>, MaxPool1d<1>, AvgPool1d<1>,
                    GlobalAvgPool, Flatten, Linear<3>, Softplus<1.0f, 20.0f>, LogSoftmax>;
using Volume = Network<Input<1, 6, 6, 6>, Conv3d<2, Kernel<3>>, Tanh, MaxPool3d<2>, AvgPool3d<1>, SELU, GELU, GELUTanh,
                       SiLU, Sigmoid, HardSigmoid, Softsign, Mish, ReLU, ReLU6, Softmax>;
using Normalised = Network<Input<4, 6, 6>, LayerNorm<1, Eps<0.1f>>, RMSNorm<2, NoAffine>, GroupNorm<2>,
                           InstanceNorm2d<Affine>, LocalResponseNorm<3, 1e-4f, 0.75f, 1.0f>, Reshape<4, 36>,
                           InstanceNorm1d<>, Reshape<4, 6, 6, 1>, InstanceNorm3d<>>;
using Resized = Network<Input<4, 3, 3>, ConvTranspose2d<4, Kernel<2>, Stride<2>, OutputPadding<0>>, ZeroPad2d<1>,
                        ReflectionPad2d<1, 0, 1, 0>, ReplicationPad2d<1>, PixelShuffle<2>, Upsample<ScaleFactor<2>>,
                        Upsample<OutputSize<5>, Bilinear>, Dropout2d<0.5f>, AdaptiveAvgPool2d<3, 3>, Reshape<1, 9>,
                        Dropout1d<0.5f>, StochasticDepth<0.1f>, AdaptiveAvgPool1d<2>, ConvTranspose1d<2, Kernel<2>>>;

using Joined =
    Network<Input<4, 6, 6>,
            Residual<Repeat<2, Conv2d<4, Kernel<3>, Padding<1>>, BatchNorm2d<Momentum<0.2f>>>, Shortcut<>>,
            Concat<Branch<>, Branch<ReLU>>, Add<Branch<>, Branch<>>, Multiply<Branch<>, Branch<GlobalAvgPool>>, Checkpoint<Flatten>,
            BatchNorm1d<>, Reshape<8, 6, 6, 1>, BatchNorm3d<>>;

struct Application {
    Model<Net>* model;
    Workspace<Net>* workspace;
    Workspaces<Net>* workspaces;
    EvalModel<Net>* eval_model;
    Workspace<EvalNetwork<Net>>* eval_workspace;
    History* history;
};
Score evaluate(const Application&, const Batch<float>&, Shape, Seed);
template <class L, class R>
StepResult step(Trainer<Net, L, R>&);

}  // namespace user

#include <tenet/tenet.hpp>

namespace user {

template <class... T>
constexpr bool defined = ((sizeof(T) > 0) && ...);

// A declaration that is not the definition's would leave a name undefined, ambiguous or of another kind.
static_assert(Net::output_shape == Shape{3} && Volume::output_shape == Shape{2, 2, 2, 2});
static_assert(Normalised::output_shape == Shape{4, 6, 6, 1} && Resized::output_shape == Shape{2, 3});
static_assert(Joined::output_shape == Shape{8, 6, 6, 1});
static_assert(defined<Model<Net>, Workspace<Net>, Workspaces<Net>, Trainer<Net, MSE, SGD>, Trainer<Net, MSE, Adam>,
                      Trainer<Net, CrossEntropy, AdamW>>);
static_assert(defined<EvalNetwork<Net>, EvalModel<Net>, Workspace<EvalNetwork<Net>>>);
static_assert(defined<Batch<float>, StepResult, Score, History, Seed, Generator>);
static_assert(std::same_as<decltype(step(std::declval<Trainer<Net, MSE, SGD>&>())), StepResult>);
static_assert(std::same_as<Dropout<>, Dropout<0.5f>> && std::same_as<PReLU<>, PReLU<1>>);

}  // namespace user
