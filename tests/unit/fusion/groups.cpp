#define BOOST_TEST_MODULE groups
#include <string>

#include <tenet/fusion/groups.hpp>
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/grouping_law.hpp>
#include <support/layers.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

/// A part as its storage, and where it begins if that is not its beginning.
std::string text_of(const fusion::Part& part) {
    return std::to_string(part.storage) + (part.offset > 0 ? "@" + std::to_string(part.offset) : "");
}

/// Groups as "leader&addition+epilogue:input,input>output", values by their part of a storage.
template <class Net, Mode M, class Rules = fusion::Rules>
std::string groups() {
    constexpr auto grouping = fusion::grouping<Net, M, Rules>();
    std::string text;
    for (int g = 0; g < grouping.count; ++g) {
        const fusion::Group& group = grouping.groups[g];
        text += (g ? " " : "") + std::to_string(group.node);
        if (group.addition >= 0) text += "&" + std::to_string(group.addition);
        if (group.epilogue >= 0) text += "+" + std::to_string(group.epilogue);
        for (int k = 0; k < group.input_count; ++k) text += (k ? "," : ":") + text_of(group.inputs[k]);
        text += ">" + text_of(group.output);
    }
    return text;
}

/// Every value has a storage of as many numbers, and groups read what was written before them.
template <class Net, Mode M, class Rules>
void check_sound() {
    constexpr auto grouping = fusion::grouping<Net, M, Rules>();
    BOOST_TEST((grouping.part_of[0] == fusion::Part{0, 0, Net::input_shape.count()}));
    for (int i = 0; i < Net::layer_count; ++i) {
        const fusion::Part& part = grouping.part_of[i + 1];
        BOOST_TEST_REQUIRE(part.storage >= 0);
        BOOST_TEST_REQUIRE(part.storage < grouping.storage_count);
        BOOST_TEST(part.count == Net::graph.nodes[i].out.count());
        BOOST_TEST(part.offset + part.count <= grouping.size[part.storage]);
    }
    check_written_before_read(grouping);
    BOOST_TEST((grouping.output == grouping.part_of[Net::graph.output]));
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

BOOST_AUTO_TEST_CASE(the_layer_that_feeds_an_activation_need_not_run_right_before_it) {
    using Net = Network<Input<8>, Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", Linear<4>, From<"x">>,
                                        Node<"bent a", Tanh, From<"a">>, Node<"bent b", Tanh, From<"b">>,
                                        Node<"sum", Add<>, From<"bent a", "bent b", "b">>, Outputs<"sum">>>;
    // b is read twice: its activation stays alone.
    BOOST_TEST((groups<Net, Mode::inference>() == "0+2:0>1 1:0>2 3:2>3 4:1,3,2>4"));
    check_sound<Net>();
}

BOOST_AUTO_TEST_CASE(views_have_no_group) {
    using Net = Network<Input<2, 3>, Flatten, Dropout<>, Linear<4>, Dropout<>, Reshape<2, 2>>;
    BOOST_TEST((groups<Net, Mode::inference>() == "2:0>1"));
    BOOST_TEST((groups<Net, Mode::training>() == "1:0>1 2:1>2 3:2>3"));
    check_sound<Net>();
    using OnlyViews = Network<Input<2, 3>, Flatten, Reshape<3, 2>>;
    BOOST_TEST((groups<OnlyViews, Mode::training>().empty()));
    BOOST_TEST((fusion::grouping<OnlyViews, Mode::training>().output.storage == 0));
    check_sound<OnlyViews>();
}

BOOST_AUTO_TEST_CASE(layers_of_the_users_own_stay_alone) {
    using Net = Network<Input<4>, Linear<4>, Quadratic, ReLU, Moments, Softmax, PReLU<>>;
    BOOST_TEST((groups<Net, Mode::inference>() == "0:0>1 1:1>2 2:2>3 3:3>4 4:4>5 5:5>6"));
    check_sound<Net>();
}

BOOST_AUTO_TEST_CASE(branches_write_into_slices_of_their_concatenation) {
    using Net = Network<Input<2, 3>, Flatten, Softmax,
                        Concat<Branch<Softmax>, Branch<ReLU, Concat<Branch<Tanh>, Branch<>>>, Branch<>>, Linear<4>>;
    // The inner one takes Tanh's and ReLU's outputs, the outer one Softmax's and the inner one; its last branch is the
    // first Softmax, a storage of its own as well.
    BOOST_TEST((groups<Net, Mode::inference>() == "1:0>6@18 2:6@18>6 3:6@18>6@12 4:6@12>6@6 7:6>7"));
    check_sound<Net>();
    using Shared = Network<Input<6>, Concat<Branch<>, Branch<Softmax>>, Concat<Branch<>, Branch<>>, Linear<4>>;
    // The network's input and the second use of a value are copied.
    BOOST_TEST((groups<Shared, Mode::inference>() == "0:0>3@6 1:0>3 2:3>3@12 3:3>4"));
    check_sound<Shared>();
}

BOOST_AUTO_TEST_CASE(a_sum_joins_the_later_one_of_the_two_layers_that_it_adds) {
    using Block = Network<Input<4>, Softmax, Residual<Linear<6>, Linear<4>>, ReLU, Linear<2>>;
    BOOST_TEST((groups<Block, Mode::inference>() == "0:0>1 1:1>2 2&3+4:2,1>3 5:3>4"));
    BOOST_TEST((groups<Block, Mode::training>() == "0:0>1 1:1>2 2&3+4:2,1>3 5:3>4"));
    BOOST_TEST((groups<Block, Mode::training, fusion::NoRules>() == "0:0>1 1:1>2 2:2>3 3:3,1>4 4:4>5 5:5>6"));
    check_sound<Block>();
    // The way around is computed last, and its own input is what is added.
    using Around = Network<Input<4>, Residual<Linear<3>, Shortcut<Linear<3>>>, Residual<Linear<3>>>;
    BOOST_TEST((groups<Around, Mode::training>() == "0:0>1 1&2:0,1>2 3&4:2,2>3"));
    check_sound<Around>();
    // Of three values, behind an activation, or of a value that somebody else reads, it stays alone.
    using Alone = Network<Input<4>, Add<Branch<Linear<4>>, Branch<Linear<4>>, Branch<>>, Residual<Linear<4>, ReLU>,
                          Graph<Inputs<"x">, Node<"a", Linear<4>, From<"x">>, Node<"b", Linear<4>, From<"a">>,
                                Node<"sum", Add<>, From<"a", "b">>, Node<"all", Add<>, From<"sum", "b">>, Outputs<"all">>>;
    BOOST_TEST((groups<Alone, Mode::inference>() == "0:0>1 1:0>2 2:1,2,0>3 3+4:3>4 5:4,3>5 6:5>6 7:6>7 8:6,7>8 9:8,7>9"));
    check_sound<Alone>();
}
