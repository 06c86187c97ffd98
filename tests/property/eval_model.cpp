// A model made for inference gives what the trained one gives in inference, whatever its running averages.
#define BOOST_TEST_MODULE property_eval_model
#include <tenet/backend/cpu/families.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/models.hpp>
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/random_numbers.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

using Numbers = std::vector<float>;

/// Averages as after a training that moved them: variances between a hundredth and four, factors of either sign.
template <class Net>
void draw_statistics(Model<Net>& model, RandomNumbers& random) {
    for (int node = 0; node < Net::layer_count; ++node)
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            const Parameter& p = Net::parameters[i];
            if (p.node != node) continue;
            const bool variance = p.spec.name == "running_var", mean = p.spec.name == "running_mean";
            const bool factor = p.spec.name == "weight" && p.spec.shape.rank == 1, summand = p.spec.name == "bias";
            for (float& number : model.tensor(i).values) {
                if (variance) number = random.uniform(0.01f, 4.0f);
                if (mean || summand) number = random.uniform(-1.0f, 1.0f);
                if (factor) number = random.uniform(-2.0f, 2.0f);
            }
        }
}

template <class Net>
void check(const char* name) {
    BOOST_TEST_CONTEXT(name) {
        RandomNumbers random{17};
        Model<Net> model{Seed{run_seed()}};
        draw_statistics(model, random);
        const EvalModel eval{model};
        Workspace<Net> workspace;
        Workspace<EvalNetwork<Net>> eval_workspace;
        Workspaces<EvalNetwork<Net>> eval_workspaces;
        for (const std::size_t batch : {1, 3, 16, 21}) {
            const auto in = static_cast<std::size_t>(Net::input_shape.count());
            const auto out = static_cast<std::size_t>(Net::output_shape.count());
            const Numbers input = random.uniform(batch * in, -1.0f, 1.0f);
            Numbers expected(batch * out), actual(batch * out), parallel(batch * out);
            model.forward(input, expected, workspace);
            eval.forward(input, actual, eval_workspace);
            check_close("output", actual, expected, 1e-5);
            eval.forward(input, parallel, eval_workspaces);
            check_close("output on all cores", parallel, expected, 1e-5);
        }
        BOOST_CHECK_THROW(eval.forward(Numbers(static_cast<std::size_t>(Net::input_shape.count()) + 1),
                                       std::span<float>{}, eval_workspace),
                          std::invalid_argument);
    }
}

using Chain = Network<Input<3, 9, 8>, Conv2d<18, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU,
                      Conv2d<4, Kernel<3>, Groups<2>, Stride<2>>, BatchNorm2d<NoAffine, Eps<0.01f>>, Tanh, Flatten,
                      Linear<20, NoBias>, BatchNorm1d<>, Dropout<>, GELU, Linear<5>>;
using Sequence = Network<Input<4, 11>, Conv1d<6, Kernel<3>>, BatchNorm1d<>, Dropout1d<0.2f>, ReLU,
                         Frozen<Conv1d<6, Kernel<3>, Groups<6>>>, Frozen<BatchNorm1d<>>, BatchNorm1d<>>;
using Kept = Network<Input<3, 6, 6>, BatchNorm2d<>, Conv2d<4, Kernel<1>>, Concat<Branch<>, Branch<BatchNorm2d<>, ReLU>>,
                     BatchNorm2d<>, Residual<Conv2d<8, Kernel<3>, Padding<1>>, BatchNorm2d<>, StochasticDepth<0.3f>>,
                     ReLU, BatchNorm2d<>, GlobalAvgPool, Flatten, Linear<3>>;
using Tied = Shared<struct Twin, Conv2d<4, Kernel<3>, Padding<1>>>;
using TiedNorm = Shared<struct Norm, BatchNorm2d<>>;
using Sharing = Network<Input<4, 5, 5>, Tied, BatchNorm2d<>, ReLU, Tied, BatchNorm2d<>, Conv2d<4, Kernel<1>, NoBias>,
                        TiedNorm, ReLU, TiedNorm>;
using Upward = Network<Input<4, 3, 3>, ConvTranspose2d<6, Kernel<2>, Stride<2>>, BatchNorm2d<>, ReLU,
                       ConvTranspose2d<9, Kernel<3>, Groups<3>, NoBias>, BatchNorm2d<>, Sigmoid,
                       ConvTranspose2d<18, Kernel<2, 3>, Groups<9>>, BatchNorm2d<NoAffine>>;
using UpwardSequence = Network<Input<6, 5>, ConvTranspose1d<4, Kernel<4>, Stride<3>, Groups<2>>, BatchNorm1d<>,
                               ConvTranspose1d<3, Kernel<1>>, ReLU, BatchNorm1d<>>;
// Images so small that taps meet nothing but their border: on both sides, on one, in one direction, none but the middle.
using Small = Network<Input<4, 2, 3>, Conv2d<6, Kernel<3>, Padding<1>, Stride<2>, NoBias>, BatchNorm2d<>, ReLU,
                      Conv2d<6, Kernel<5, 3>, Padding<2, 1>, Groups<2>>, Tanh,
                      Conv2d<8, Kernel<3, 5>, Padding<2>, Dilation<2, 1>>, BatchNorm2d<>, ReLU, AvgPool2d<1>,
                      Residual<Conv2d<8, Kernel<3>, Padding<1>>>>;
using Pixel = Network<Input<4, 1, 1>, Conv2d<8, Kernel<3>, Padding<1>>>;
static_assert(Pixel::parameter_count == 4 * 8 * 9 + 8 && EvalNetwork<Pixel>::parameter_count == 4 * 8 + 8);
using Nothing = Network<Input<6>, Dropout<>>;
using Last = Network<Input<6>, Linear<4>, BatchNorm1d<>, Dropout<>>;

}  // namespace

BOOST_AUTO_TEST_CASE(eval_model_equals_model_in_inference) {
    TENET_TEST_SEED_CONTEXT {
        check<Chain>("Chain");
        check<Sequence>("Sequence");
        check<Kept>("Kept");
        check<Sharing>("Sharing");
        check<Upward>("Upward");
        check<UpwardSequence>("UpwardSequence");
        check<Small>("Small");
        check<Pixel>("Pixel");
        check<Nothing>("Nothing");
        check<Last>("Last");
    }
}

BOOST_AUTO_TEST_CASE(eval_model_equals_model_for_networks_of_the_literature) {
    TENET_TEST_SEED_CONTEXT {
        check<models::ResNet18<Input<3, 32, 32>, 10, 8>>("ResNet18");
        check<models::DenseNet<Input<1, 32, 32>, 10, 8>>("DenseNet");
        check<models::MobileNetV2<Input<3, 32, 32>, 10, 0.25f>>("MobileNetV2");
    }
}
