#define BOOST_TEST_MODULE groups
#include <string>

#include <tenet/fusion/groups.hpp>
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/layers.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

/// Groups as "leader+epilogue:input>output", values by their storage.
template <class Net, Mode M, class Rules = fusion::Rules>
std::string groups() {
    constexpr auto grouping = fusion::grouping<Net, M, Rules>();
    std::string text;
    for (int g = 0; g < grouping.count; ++g) {
        const fusion::Group& group = grouping.groups[g];
        text += (g ? " " : "") + std::to_string(group.node);
        if (group.epilogue >= 0) text += "+" + std::to_string(group.epilogue);
        text += ":" + std::to_string(group.input) + ">" + std::to_string(group.output);
    }
    return text;
}

/// Every value has a storage of as many numbers, and groups read what was written before them.
template <class Net, Mode M, class Rules>
void check_sound() {
    constexpr auto grouping = fusion::grouping<Net, M, Rules>();
    BOOST_TEST(grouping.storage_of[0] == 0);
    BOOST_TEST((grouping.shapes[0] == Net::input_shape));
    for (int i = 0; i < Net::layer_count; ++i) {
        const int storage = grouping.storage_of[i + 1];
        BOOST_TEST_REQUIRE(storage >= 0);
        BOOST_TEST_REQUIRE(storage < grouping.storage_count);
        BOOST_TEST(grouping.shapes[storage].count() == Net::graph.nodes[i].out.count());
    }
    int written = 0;  // storages come in the order of their groups
    for (int g = 0; g < grouping.count; ++g) {
        BOOST_TEST(grouping.groups[g].input <= written);
        BOOST_TEST(grouping.groups[g].output == ++written);
    }
    BOOST_TEST(grouping.storage_count == written + 1);
    BOOST_TEST(grouping.output == grouping.storage_of[Net::layer_count]);
}

template <class Net>
void check_sound() {
    check_sound<Net, Mode::inference, fusion::Rules>();
    check_sound<Net, Mode::training, fusion::Rules>();
    check_sound<Net, Mode::inference, fusion::NoRules>();
    check_sound<Net, Mode::training, fusion::NoRules>();
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_activation_joins_the_linear_layer_or_convolution_before_it) {
    using Net =
        Network<Input<1, 8, 8>, Conv2d<2, Kernel<3>>, ReLU, MaxPool2d<2>, ReLU, Flatten, Linear<5>, Tanh, Linear<3>>;
    BOOST_TEST((groups<Net, Mode::inference>() == "0+1:0>1 2:1>2 3:2>3 5+6:3>4 7:4>5"));
    BOOST_TEST((groups<Net, Mode::training>() == "0+1:0>1 2:1>2 3:2>3 5+6:3>4 7:4>5"));
    BOOST_TEST((groups<Net, Mode::training, fusion::NoRules>() == "0:0>1 1:1>2 2:2>3 3:3>4 5:4>5 6:5>6 7:6>7"));
    check_sound<Net>();
}

BOOST_AUTO_TEST_CASE(in_training_only_if_its_derivative_follows_from_its_output) {
    using Net = Network<Input<8>, Linear<5>, GELU, Linear<5>, Sigmoid, Linear<5>, SiLU>;
    BOOST_TEST((groups<Net, Mode::inference>() == "0+1:0>1 2+3:1>2 4+5:2>3"));
    BOOST_TEST((groups<Net, Mode::training>() == "0:0>1 1:1>2 2+3:2>3 4:3>4 5:4>5"));
    check_sound<Net>();
}

BOOST_AUTO_TEST_CASE(one_activation_only_and_only_right_behind) {
    using Net = Network<Input<8>, Linear<5>, ReLU, ReLU, Linear<6>, Reshape<2, 3>, ReLU>;
    BOOST_TEST((groups<Net, Mode::inference>() == "0+1:0>1 2:1>2 3:2>3 5:3>4"));
    check_sound<Net>();
    using First = Network<Input<8>, ReLU, Linear<5>>;
    BOOST_TEST((groups<First, Mode::inference>() == "0:0>1 1:1>2"));
    check_sound<First>();
}

BOOST_AUTO_TEST_CASE(views_have_no_group) {
    using Net = Network<Input<2, 3>, Flatten, Dropout<>, Linear<4>, Dropout<>, Reshape<2, 2>>;
    BOOST_TEST((groups<Net, Mode::inference>() == "2:0>1"));
    BOOST_TEST((groups<Net, Mode::training>() == "1:0>1 2:1>2 3:2>3"));
    check_sound<Net>();
    using OnlyViews = Network<Input<2, 3>, Flatten, Reshape<3, 2>>;
    BOOST_TEST((groups<OnlyViews, Mode::training>().empty()));
    BOOST_TEST((fusion::grouping<OnlyViews, Mode::training>().output == 0));
    check_sound<OnlyViews>();
}

BOOST_AUTO_TEST_CASE(layers_of_the_users_own_stay_alone) {
    using Net = Network<Input<4>, Linear<4>, Quadratic, ReLU, Moments, Softmax, PReLU<>>;
    BOOST_TEST((groups<Net, Mode::inference>() == "0:0>1 1:1>2 2:2>3 3:3>4 4:4>5 5:5>6"));
    check_sound<Net>();
}
