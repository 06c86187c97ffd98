#define BOOST_TEST_MODULE steps
#include <string>

#include <tenet/network.hpp>
#include <tenet/schedule/program.hpp>

#include <support/boost_test.hpp>

using namespace tenet;

namespace {

template <class Net, bool InputGradient = false>
using Training = schedule::Program<Net, Mode::training, InputGradient>;
template <class Net>
using Inference = schedule::Program<Net, Mode::inference>;

/// One character for each storage: whether its gradient is computed.
template <class Program>
std::string gradients() {
    std::string text;
    for (int s = 0; s < Program::storage_count; ++s) text += Program::outline.needs_gradient(s) ? '1' : '0';
    return text;
}

using Net = Network<Input<6>, Linear<5>, Tanh, Dropout<>, Linear<4>, ReLU, Linear<3>>;
using HalfFrozen = Network<Input<6>, Frozen<Linear<5>>, Tanh, Frozen<Linear<4>>, Linear<3>, Frozen<Linear<2>>>;

}  // namespace

BOOST_AUTO_TEST_CASE(gradients_go_as_far_back_as_something_is_trained) {
    BOOST_TEST(gradients<Training<Net>>() == "01111");
    BOOST_TEST((gradients<Training<Net, true>>() == "11111"));
    BOOST_TEST(gradients<Inference<Net>>() == "0000");
    // Frozen layers before the first trained one need none; one behind passes them on.
    BOOST_TEST(gradients<Training<HalfFrozen>>() == "00011");
    BOOST_TEST((gradients<Training<HalfFrozen, true>>() == "11111"));
    BOOST_TEST((gradients<Training<Network<Input<4>, Frozen<Linear<3>>, ReLU>>>() == "00"));
}

BOOST_AUTO_TEST_CASE(weights_of_trained_linear_layers_wait_for_the_whole_batch) {
    using Program = Training<HalfFrozen>;
    BOOST_TEST(!Program::outline.trained(0));
    BOOST_TEST(!Program::outline.trained(1));
    BOOST_TEST(Program::outline.trained(2));
    BOOST_TEST(!Program::outline.trained(3));
    BOOST_TEST(!Program::outline.deferred(0));
    BOOST_TEST(Program::outline.deferred(2));
    using Images = Training<Network<Input<1, 5, 5>, Conv2d<2, Kernel<3>>, PReLU<>, Flatten, Linear<3>>>;
    BOOST_TEST(Images::outline.trained(0));
    BOOST_TEST(!Images::outline.deferred(0));
    BOOST_TEST(Images::outline.trained(1));
    BOOST_TEST(!Images::outline.deferred(1));
    BOOST_TEST(Images::outline.deferred(2));
    BOOST_TEST(!Inference<Net>::outline.trained(0));
}

BOOST_AUTO_TEST_CASE(so_do_those_of_convolutions_of_small_images) {
    using Small = Conv2d<8, Kernel<3>, Padding<1>>;
    using Program = Training<Network<Input<8, 12, 12>, Small, MaxPool2d<2>, Small, Frozen<Small>>>;
    BOOST_TEST(!Program::outline.deferred(0));  // 12 x 12 pixels
    BOOST_TEST(Program::outline.deferred(2));   // 6 x 6 pixels
    BOOST_TEST(!Program::outline.deferred(3));
    using Tiled = Training<Network<Input<16, 4, 4>, Conv2d<16, Kernel<3>, Padding<1>>, Flatten, Linear<3>>>;
    BOOST_TEST(!Tiled::outline.deferred(0));
    // Layers that share a weight defer its gradient together, as one longer batch, or not at all.
    struct Tag;
    using Tied = Shared<Tag, Small>;
    using Alike = Training<Network<Input<8, 4, 4>, Tied, Tied>>;
    BOOST_TEST((Alike::outline.deferred(0) && Alike::outline.deferred(1)));
    using Unlike = Training<Network<Input<8, 4, 4>, Tied, MaxPool2d<2>, Tied>>;
    BOOST_TEST((!Unlike::outline.deferred(0) && !Unlike::outline.deferred(2)));
}

BOOST_AUTO_TEST_CASE(who_writes_and_who_reads) {
    using Program = Training<Net>;
    BOOST_TEST(Program::group_count == 4);
    for (int g = 0; g < 3; ++g) BOOST_TEST(Program::outline.only_reader(g) == g + 1);
    BOOST_TEST(Program::outline.only_reader(Program::group_count - 1) == -1);  // the loss reads it
    BOOST_TEST((std::same_as<Program::Formula<0>, math::Tanh>));
    BOOST_TEST((std::same_as<Program::Formula<1>, math::Identity>));
    BOOST_TEST((std::same_as<Program::Formula<2>, math::ReLU>));
}

BOOST_AUTO_TEST_CASE(what_backward_reads_lives_until_then) {
    using Program = Training<Network<Input<6>, Linear<5>, GELU, Softmax, PReLU<>, Linear<4>>>;
    const int last = 2 * Program::group_count + 2;
    for (int g = 0; g < Program::group_count; ++g) {
        const int backward = last - 1 - g, forward = g + 1;
        const memory::Buffer& in = Program::plan.buffers[Program::outline.group(g).inputs[0].storage];
        const memory::Buffer& out = Program::plan.buffers[Program::outline.group(g).output.storage];
        BOOST_TEST(in.first <= forward);
        BOOST_TEST(in.last >= forward);
        BOOST_TEST(out.first == forward);
        if (g > 0) {  // GELU and PReLU need inputs, Softmax its output; the gradients are there when they are read
            const memory::Buffer& dx =
                Program::plan.buffers[Program::storage_count + Program::outline.group(g).inputs[0].storage];
            if (dx.size > 0) BOOST_TEST(dx.first <= backward);
            if (dx.size > 0) BOOST_TEST(dx.last >= backward + 1);
        }
    }
    BOOST_TEST(Program::plan.buffers[Program::outline.group(1).inputs[0].storage].last == last - 1 - 1);
    BOOST_TEST(Program::plan.buffers[Program::outline.group(2).output.storage].last == last - 1 - 2);
}

BOOST_AUTO_TEST_CASE(several_readers_add_their_gradients_up) {
    // 0 Linear, 1 Tanh, 2 Linear, 3 Sum of 2 and 0, 4 Linear
    using Program = schedule::Program<Network<Input<3>, Linear<4>, Residual<Tanh, Linear<4>>, Linear<2>>,
                                      Mode::training, false, fusion::NoRules>;
    BOOST_TEST(Program::outline.only_reader(0) == -1);
    BOOST_TEST(Program::outline.only_reader(2) == -1);  // a Sum has several inputs
    BOOST_TEST(!Program::outline.wants_gradient(0, 0));
    BOOST_TEST((Program::outline.wants_gradient(3, 0) && Program::outline.wants_gradient(3, 1)));
    BOOST_TEST((!Program::outline.adds_gradient(3, 0) && !Program::outline.adds_gradient(3, 1)));
    BOOST_TEST(Program::outline.adds_gradient(1, 0));  // to what the Sum has written
    for (int s = 0; s < Program::storage_count; ++s) BOOST_TEST(!Program::outline.clears_gradient(s));
}

BOOST_AUTO_TEST_CASE(a_part_whose_gradient_comes_before_the_whole_is_cleared) {
    // The first Softmax's output is a slice of the concatenation, and read once more behind it, by a sum of its own
    // group.
    using Program =
        Training<Network<Input<3>, Softmax, Residual<Concat<Branch<Tanh>, Branch<>>, Linear<3>, Softmax>>, true>;
    int cleared = 0;
    for (int s = 0; s < Program::storage_count; ++s) cleared += Program::outline.clears_gradient(s);
    BOOST_TEST(cleared == 1);
}
