#define BOOST_TEST_MODULE model_forward_in_thread
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tenet/model/device_model.hpp>
#include <tenet/model/forward_in_thread.hpp>
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/device.hpp>
#include <support/networks.hpp>
#include <support/random_numbers.hpp>

// One sample in the calling thread gives what the model gives: its kernels' results up to rounding, and those of the
// same layers on a system that does all in order, bit for bit.

using namespace tenet;
using namespace tenet::testing;

namespace {

constexpr std::int64_t plenty = 1 << 20;

using ResidualImages =
    Network<Input<3, 8, 8>, Conv2d<4, Kernel<3>, Padding<1>, NoBias>, BatchNorm2d<>, ReLU,
            Residual<Conv2d<4, Kernel<3>, Padding<1>>, BatchNorm2d<>, ReLU, Conv2d<4, Kernel<3>, Padding<1>>>, ReLU,
            Residual<Conv2d<6, Kernel<3>, Stride<2>, Padding<1>>, Shortcut<Conv2d<6, Kernel<1>, Stride<2>>>>,
            Concat<Branch<Conv2d<2, Kernel<1>>>, Branch<>, Branch<MaxPool2d<3, Stride<1>, Padding<1>>>>, GlobalAvgPool,
            Flatten, Linear<5>, Softmax>;
using Normalised = Network<Input<4, 6>, LayerNorm<>, Upsample<ScaleFactor<2>>, GroupNorm<2>,
                           ConvTranspose1d<3, Kernel<3>>, Flatten, Linear<4>>;
using LongSums = Network<Input<1500>, Linear<3>, Sigmoid, Linear<700>, Tanh, Linear<2>>;

template <class Net>
void compare(const std::string& name) {
    BOOST_TEST_CONTEXT(name) {
        Model<Net> model{Seed{9}};
        RandomNumbers random{5};
        for (int i = 0; i < Net::parameter_tensor_count; ++i) {
            const bool variance = model.tensor(i).name.ends_with("running_var");
            for (float& number : model.tensor(i).values)
                number = variance ? random.uniform(0.5f, 2.0f) : number + random.uniform(-0.2f, 0.2f);
        }
        constexpr auto in = static_cast<std::size_t>(Net::input_shape.count()),
                       out = static_cast<std::size_t>(Net::output_shape.count());
        const std::vector<float> inputs = random.uniform(3 * in, -1.0f, 1.0f);
        std::vector<float> expected(3 * out), in_order(3 * out), found(3 * out);
        Workspace<Net> workspace;
        model.forward(inputs, expected, workspace);
        Model<Net, OnDevice<device::Serial<>>>{model}.forward(inputs, in_order);
        for (std::size_t s = 0; s < 3; ++s)
            forward_in_thread<Net, plenty>(model.data(), inputs.data() + s * in, found.data() + s * out);
        check_close("outputs", found, expected, 1e-4);
        check_identical("outputs", found, in_order);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(vectors) {
    for_each_vector_network([]<class Net>(const char* name) { compare<Net>(name); });
    compare<LongSums>("LongSums");
}

BOOST_AUTO_TEST_CASE(images) {
    for_each_image_network([]<class Net>(const char* name) { compare<Net>(name); });
    compare<ResidualImages>("ResidualImages");
    compare<Normalised>("Normalised");
}

BOOST_AUTO_TEST_CASE(several_inputs_and_outputs) {
    compare<Network<Input<4>, Input<4>,
                    Graph<Inputs<"a", "b">, Node<"sum", Add<>, From<"a", "b">>, Node<"bent", Linear<3>, From<"sum">>,
                          Outputs<"sum", "bent", "b">>>>("two inputs, three outputs");
}
