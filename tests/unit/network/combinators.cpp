#define BOOST_TEST_MODULE combinators
#include <tenet/network.hpp>

#include <support/boost_test.hpp>

using namespace tenet;

BOOST_AUTO_TEST_CASE(shapes_and_names) {
    using Net = Network<Input<4, 8, 8>,
                        Residual<Conv2d<6, Kernel<3>, Stride<2>, Padding<1>>, Tanh, Conv2d<6, Kernel<3>, Padding<1>>,
                                 Shortcut<Conv2d<6, Kernel<1>, Stride<2>, NoBias>>>,
                        Concat<Branch<Conv2d<2, Kernel<1>, NoBias>>, Branch<>,
                               Branch<Named<"wide", Conv2d<3, Kernel<3>, Padding<1>, NoBias>>>>,
                        Repeat<2, Conv2d<11, Kernel<1>, NoBias>>>;
    BOOST_TEST((Net::output_shape == Shape{11, 4, 4}));
    const char* const names[]{"0.0.weight",   "0.0.bias",        "0.2.weight",   "0.2.bias",    "0.shortcut.0.weight",
                              "1.0.0.weight", "1.2.wide.weight", "2.0.0.weight", "2.1.0.weight"};
    BOOST_TEST_REQUIRE(Net::parameter_tensor_count == static_cast<int>(std::size(names)));
    for (int i = 0; i < Net::parameter_tensor_count; ++i) BOOST_TEST(Net::parameter_name(i) == names[i]);
}

BOOST_AUTO_TEST_CASE(graphs) {
    using Net = Network<
        Input<3, 8, 8>, ReLU,
        Graph<Outputs<"all">, Node<"all", Concat<>, From<"sum", "x">>, Node<"sum", Add<>, From<"narrow", "wide">>,
              Node<"wide", Sequential<ReLU, Conv2d<8, Kernel<3>, Padding<1>>>, From<"x">>,
              Node<"narrow", Conv2d<8, Kernel<1>, NoBias>, From<"x">>, Inputs<"x">>,
        Named<"head", Graph<Inputs<"x">, Node<"last", Conv2d<2, Kernel<8>>, From<"x">>, Outputs<"last">>>>;
    BOOST_TEST((Net::output_shape == Shape{2, 1, 1}));
    // In order of execution: of the nodes whose inputs are there, the first as written.
    BOOST_TEST(
        (std::same_as<Net::leaves, List<ReLU, ReLU, Conv2d<8, Kernel<3>, Padding<1>>, Conv2d<8, Kernel<1>, NoBias>,
                                        joins::Sum, joins::Concatenation, Conv2d<2, Kernel<8>>>>));
    const char* const names[]{"1.wide.1.weight", "1.wide.1.bias", "1.narrow.weight", "head.last.weight",
                              "head.last.bias"};
    BOOST_TEST_REQUIRE(Net::parameter_tensor_count == static_cast<int>(std::size(names)));
    for (int i = 0; i < Net::parameter_tensor_count; ++i) BOOST_TEST(Net::parameter_name(i) == names[i]);
    // Add<> takes its inputs in the order of From.
    BOOST_TEST(Net::graph.nodes[4].inputs[0] == 4);
    BOOST_TEST(Net::graph.nodes[4].inputs[1] == 3);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_said_in_one_sentence) {
    BOOST_TEST((diagnosis<Network<Input<4, 8, 8>, ReLU, Residual<Conv2d<6, Kernel<3>, Padding<1>>>>>) ==
               "layer 2, Residual: branch 1 gives [6,8,8], but branch 2 gives [4,8,8] (they cannot be added)");
    BOOST_TEST(
        (diagnosis<Network<Input<4, 8, 8>, Concat<Branch<MaxPool2d<2>>, Branch<>>>>) ==
        "layer 1, Concat: branch 1 gives [4,4,4], but branch 2 gives [4,8,8] (they cannot be concatenated: all but "
        "the first extent must agree)");
    BOOST_TEST((diagnosis<Network<Input<4>, Add<Branch<Linear<3>>, Branch<Linear<3>>, Branch<>>>>) ==
               "layer 1, Add: branch 1 gives [3], but branch 3 gives [4] (they cannot be added)");
    BOOST_TEST((diagnosis<Network<Input<4>, Multiply<Branch<>, Branch<>, Branch<>>>>) ==
               "layer 1, Multiply: takes two branches");
    BOOST_TEST((diagnosis<Network<Input<4>, Concat<Branch<>>>>) == "layer 1, Concat: needs at least two branches");
    BOOST_TEST(
        (diagnosis<Network<Input<1, 4, 4>, Concat<Branch<>, Branch<ReLU, Conv2d<2, Kernel<5>>>>>>) ==
        "layer 1, Concat > layer 2, Branch > layer 2, Conv2d<2,Kernel<5>>: kernel 5x5 does not fit input [1,4,4]");
    BOOST_TEST(
        (diagnosis<Network<Input<1, 4, 4>, Residual<ReLU, Shortcut<Conv2d<1, Kernel<5>>>>>>) ==
        "layer 1, Residual > layer 2, Shortcut > layer 1, Conv2d<1,Kernel<5>>: kernel 5x5 does not fit input [1,4,4]");
}
