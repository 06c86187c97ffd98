#include <initializer_list>
#include <limits>
#include <string_view>

#include <tenet/losses/cross_entropy.hpp>
#include <tenet/network.hpp>
#include <tenet/training/target_check.hpp>

#include <support/layers.hpp>

/// Parameters of whole networks, and what is said of wrong ones.
using namespace tenet;

namespace {

// Names are those of PyTorch's state_dict, in its order; positions count every layer, with parameters or without.
using Nested = Network<Input<8>, Linear<6>, ReLU, Sequential<Linear<5, NoBias>, PReLU<>, Sequential<Linear<4>>>,
                       Named<"head", Sequential<Linear<3>, Named<"last", Linear<2>>>>, Frozen<Linear<2>>>;
static_assert(Nested::parameter_tensor_count == 12 && Nested::layer_count == 8);
static_assert(Nested::parameter_name(0) == "0.weight" && Nested::parameter_name(1) == "0.bias");
static_assert(Nested::parameter_name(2) == "2.0.weight" && Nested::parameter_name(3) == "2.1.weight");
static_assert(Nested::parameter_name(4) == "2.2.0.weight" && Nested::parameter_name(5) == "2.2.0.bias");
static_assert(Nested::parameter_name(6) == "head.0.weight" && Nested::parameter_name(8) == "head.last.weight");
static_assert(Nested::parameter_name(10) == "4.weight" && Nested::parameter_name(11) == "4.bias");
static_assert(Nested::parameter_index("head.last.bias") == 9 && Nested::parameter_index("0.bias") == 1);
static_assert(Nested::parameter_index("head.1.bias") == -1 && Nested::parameter_index("") == -1 &&
              Nested::parameter_index("0.bia") == -1 && Nested::parameter_index("0.biass") == -1);
static_assert(Nested::parameter_count == 8 * 6 + 6 + 6 * 5 + 1 + 5 * 4 + 4 + 4 * 3 + 3 + 3 * 2 + 2 + 2 * 2 + 2);
static_assert(Nested::trained_parameter_count == Nested::parameter_count - (2 * 2 + 2));
static_assert(Nested::input_shape == Shape{8} && Nested::output_shape == Shape{2});

// A name has no greatest length.
template <class Layer>
using FiftyLetters = Named<"a_layer_whose_name_has_fifty_characters_altogether", Layer>;
using LongNames =
    Network<Input<2>, FiftyLetters<Sequential<FiftyLetters<
                          Sequential<ReLU, FiftyLetters<Sequential<FiftyLetters<Linear<2>>, Linear<2>>>>>>>>;
static_assert(LongNames::parameter_name(0).size() == 4 * 51 + 6 &&
              LongNames::parameter_name(1).ends_with("ether.bias"));
static_assert(
    LongNames::parameter_name(2).ends_with("altogether.a_layer_whose_name_has_fifty_characters_altogether.1.weight"));
static_assert(LongNames::parameter_index(LongNames::parameter_name(3)) == 3);

template <class Net>
constexpr bool table_is_sound() {
    std::int64_t end = 0, numbers = 0;
    for (int i = 0; i < Net::parameter_tensor_count; ++i) {
        const Parameter& p = Net::parameters[i];
        if (p.offset < end || p.offset % parameter_alignment != 0 || p.offset >= end + parameter_alignment)
            return false;
        if (i > 0 && (p.node < Net::parameters[i - 1].node || (p.node == Net::parameters[i - 1].node) != (p.index > 0)))
            return false;
        end = p.offset + p.count();
        numbers += p.count();
    }
    return Net::parameters.storage >= end && Net::parameters.storage % parameter_alignment == 0 &&
           Net::parameter_count == numbers && Net::parameters.count == Net::parameter_tensor_count;
}
static_assert(table_is_sound<Nested>());
static_assert(table_is_sound<Network<Input<3, 9, 9>, Conv2d<5, Kernel<3>>, PReLU<5>, Flatten, Linear<7>>>());

// Frozen holds for everything inside, and ends where it ends; a layer's own constants are never trained.
using Partly = Network<Input<4>, Frozen<Sequential<Linear<4>, Sequential<Linear<4>>>>, testing::Quadratic, Linear<1>>;
static_assert(!Partly::parameters[0].trained && !Partly::parameters[3].trained && Partly::parameters[4].trained &&
              !Partly::parameters[5].trained && Partly::parameters[6].trained);
static_assert(Partly::trained_parameter_count == 4 + 4 + 1 && Partly::parameter_count == 20 + 20 + 4 + 5 &&
              Partly::buffer_count == 4);
static_assert(Partly::parameter_name(4) == "1.weight" && Partly::parameter_name(5) == "1.curvature");

// No parameters, no trouble.
using Bare = Network<Input<2, 3>, Flatten>;
static_assert(Bare::parameter_count == 0 && Bare::parameter_tensor_count == 0 && Bare::parameters.storage == 0 &&
              Bare::parameter_index("0.weight") == -1 && Bare::output_shape == Shape{6} && Bare::forward_flops() == 0);

// The layers, unfolded, and what leads where.
static_assert(
    std::same_as<Nested::leaves,
                 List<Linear<6>, ReLU, Linear<5, NoBias>, PReLU<>, Linear<4>, Linear<3>, Linear<2>, Linear<2>>>);
static_assert(Nested::graph.nodes[0].inputs[0] == 0 && Nested::graph.nodes[7].inputs[0] == 7 &&
              Nested::graph.output == 8);
static_assert(Nested::graph.nodes[4].in == Shape{5} && Nested::graph.nodes[4].out == Shape{4});
static_assert(Nested::forward_flops() >= 2 * (48 + 30 + 20 + 12 + 6 + 4) + 6);
static_assert(Nested::backward_flops() >= 2 * Nested::forward_flops() - 2 * 5);

// A network that is right has no diagnosis.
static_assert(well_formed<Nested> && diagnosis<Nested>.empty() && Nested::ok);

// What is said of every fault. `told` also keeps account of the words, so that none is left untested.
struct Words {
    bool used[why::see_text + 1]{};
};
template <class Net>
constexpr void account(Words& words) {
    constexpr const Diagnosis& why = detail::verdict<Net>::diagnosis;
    for (int i = 0; i < why.token_count; ++i)
        if (why.token_is_word[i]) words.used[why.tokens[i]] = true;
}
template <class... Net>
constexpr bool all_wrong(Words& words) {
    (account<Net>(words), ...);
    return (!well_formed<Net> && ...);
}

using TooWide = Network<Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, ReLU, AvgPool2d<2>, Conv2d<16, Kernel<15>>>;
static_assert(diagnosis<TooWide> == "layer 4, Conv2d<16,Kernel<15>>: kernel 15x15 does not fit input [6,14,14]");
using TooWidePadded = Network<Input<3, 6, 6>, Conv2d<8, Kernel<3, 9>, Padding<1>>>;
static_assert(diagnosis<TooWidePadded> ==
              "layer 1, Conv2d<8,Kernel<3,9>,Padding<1>>: kernel 3x9 does not fit input [3,6,6] padded by 1x1");
using WideWindow = Network<Input<4, 8>, AvgPool1d<9>>;
static_assert(diagnosis<WideWindow> == "layer 1, AvgPool1d<9>: window 9 does not fit input [4,8]");
using NoImage = Network<Input<784>, ReLU, Conv2d<6, Kernel<3>>>;
static_assert(diagnosis<NoImage> == "layer 2, Conv2d<6,Kernel<3>>: needs an image [C,H,W], but gets [784]");
using NoSequence = Network<Input<3, 8, 8>, MaxPool1d<2>>;
static_assert(diagnosis<NoSequence> == "layer 1, MaxPool1d<2>: needs a sequence [C,L], but gets [3,8,8]");
using NoVolume = Network<Input<3, 8>, Conv3d<4, Kernel<3>>>;
static_assert(diagnosis<NoVolume> == "layer 1, Conv3d<4,Kernel<3>>: needs a volume [C,D,H,W], but gets [3,8]");
using NotFlat = Network<Input<6, 14, 14>, Linear<120>>;
static_assert(diagnosis<NotFlat> ==
              "layer 1, Linear<120>: needs a flat input [N] (put Flatten before it), but gets [6,14,14]");
using Undivided = Network<Input<16, 8, 8>, Conv2d<30, Kernel<3>, Groups<4>>>;
static_assert(
    diagnosis<Undivided> ==
    "layer 1, Conv2d<30,Kernel<3>,Groups<4>>: 4 groups do not divide 16 input channels and 30 output channels");
using NoOption = Network<Input<5>, Linear<10, Stride<3>>>;
static_assert(diagnosis<NoOption> ==
              "layer 1, Linear<10,Stride<3>>: Stride<3> is not an option of this layer; it takes NoBias");
using Twice = Network<Input<3, 8, 8>, MaxPool2d<2, Stride<2>, Stride<1>>>;
static_assert(diagnosis<Twice> == "layer 1, MaxPool2d<2,Stride<2>,Stride<1>>: Stride<1> is given twice");
using NoKernel = Network<Input<3, 8>, Conv1d<4, Padding<1>>>;
static_assert(diagnosis<NoKernel> == "layer 1, Conv1d<4,Padding<1>>: Kernel<...> is missing");
using NoStride = Network<Input<3, 8, 8>, Conv2d<4, Kernel<3>, Stride<1, 0>>>;
static_assert(diagnosis<NoStride> == "layer 1, Conv2d<4,Kernel<3>,Stride<1,0>>: stride must be positive but is 1x0");
using NoDilation = Network<Input<3, 8>, Conv1d<4, Kernel<3>, Dilation<0>>>;
static_assert(diagnosis<NoDilation> == "layer 1, Conv1d<4,Kernel<3>,Dilation<0>>: dilation must be positive but is 0");
using NegativePadding = Network<Input<3, 8>, MaxPool1d<2, Padding<-1>>>;
static_assert(diagnosis<NegativePadding> ==
              "layer 1, MaxPool1d<2,Padding<-1>>: padding must not be negative but is -1");
using NoWindow = Network<Input<3, 8>, MaxPool1d<0>>;
static_assert(diagnosis<NoWindow> == "layer 1, MaxPool1d<0>: window must be positive but is 0");
using MuchPadding = Network<Input<3, 8, 8>, MaxPool2d<2, Padding<2>>>;
static_assert(diagnosis<MuchPadding> ==
              "layer 1, MaxPool2d<2,Padding<2>>: padding 2x2 is more than half of window 2x2");
using WideMirror = Network<Input<3, 4>, Conv1d<8, Kernel<9>, Padding<4>, PaddingMode<reflect>>>;
static_assert(diagnosis<WideMirror>.ends_with(": padding 4 must be smaller than the input [3,4]"));
using WideRing = Network<Input<3, 4>, Conv1d<8, Kernel<9>, Padding<5>, PaddingMode<circular>>>;
static_assert(diagnosis<WideRing>.ends_with(": padding 5 must not exceed the input [3,4]"));
using ThreeNumbers = Network<Input<3, 8, 8>, Conv2d<8, Kernel<3, 3, 3>>>;
static_assert(diagnosis<ThreeNumbers> ==
              "layer 1, Conv2d<8,Kernel<3,3,3>>: kernel takes one number or 2 numbers, but has 3");
using NoChannels = Network<Input<3, 8, 8>, Conv2d<0, Kernel<3>>>;
static_assert(diagnosis<NoChannels> == "layer 1, Conv2d<0,Kernel<3>>: output channels must be positive but is 0");
using NoFeatures = Network<Input<5>, Linear<-1>>;
static_assert(diagnosis<NoFeatures> == "layer 1, Linear<-1>: output features must be positive but is -1");
using OtherCount = Network<Input<15>, Reshape<4, 4>>;
static_assert(diagnosis<OtherCount> == "layer 1, Reshape<4,4>: input [15] cannot become [4,4]");
using Certain = Network<Input<5>, Dropout<1.0f>>;
static_assert(diagnosis<Certain>.ends_with(": the probability must lie in [0,1)"));
using Descending = Network<Input<4>, HardTanh<2.0f, 1.0f>>;
static_assert(diagnosis<Descending>.ends_with(": the minimum must be smaller than the maximum"));
using Endless = Network<Input<4>, BatchNorm1d<Eps<std::numeric_limits<float>::infinity()>>>;
static_assert(diagnosis<Endless>.ends_with(": eps must be finite"));
using Overshooting = Network<Input<4>, BatchNorm1d<Momentum<1.5f>>>;
static_assert(diagnosis<Overshooting>.ends_with(": momentum must lie in [0,1]"));
static_assert(diagnosis<Network<Input<4>, BatchNorm1d<Eps<-1.0f>>>>.ends_with(": eps must not be negative"));
static_assert(diagnosis<Network<Input<4>, Softplus<0.0f>>>.ends_with(": beta must be positive"));
static_assert(diagnosis<Network<Input<3>, Frozen<Linear<3>, NoBias>>> ==
              "layer 1, Frozen: NoBias is not an option of this layer; it takes EvalMode");
// Names that meet are no fault by themselves: parameters of one name are, wherever they stand.
using OfAPosition = Network<Input<3>, Named<"1", Linear<3>>, Linear<3>>;
static_assert(diagnosis<OfAPosition> == "layer 2, Linear<3>: the name 1.weight is used twice, first by layer 1");
static_assert(well_formed<Network<Input<3>, Named<"1", Linear<3>>, ReLU>>);
static_assert(diagnosis<Network<Input<3>, Named<"a.0", Linear<3>>, Named<"a", Sequential<Linear<3>>>>> ==
              "layer 2, Sequential: the name a.0.weight is used twice, first by layer 1");
static_assert(well_formed<Network<Input<3>, Named<"a.1", Linear<3>>, Named<"a", Sequential<Linear<3>>>>>);
static_assert(well_formed<Network<Input<3>, Named<"a.0", Linear<3>>, Named<"a", Linear<3>>>>);
static_assert(diagnosis<Network<Input<3>, Graph<Inputs<"x">, Node<"a.0", Linear<3>, From<"x">>,
                                                Node<"a", Sequential<Linear<3>>, From<"a.0">>, Outputs<"a">>>> ==
              "layer 1, Graph: the name 0.a.0.weight is used twice");
static_assert(diagnosis<Network<Input<3>, Residual<Named<"shortcut", Sequential<Linear<3>>>, Shortcut<Linear<3>>>>> ==
              "layer 1, Residual: the name 0.shortcut.0.weight is used twice");
static_assert(diagnosis<Network<Input<3>, Concat<Named<"a", Linear<3>>, Named<"a", Linear<3>>>>> ==
              "layer 1, Concat > layer 2, Named: the name a is used twice");
static_assert(diagnosis<Network<Input<3>, Concat<Named<"1.0", Linear<3>>, Branch<Linear<3>>>>> ==
              "layer 1, Concat: the name 0.1.0.weight is used twice");
static_assert(diagnosis<Network<Input<3>, Sequential<Linear<3>, Named<"0", Linear<3>>>>> ==
              "layer 1, Sequential: the name 0.0.weight is used twice");
struct TwoWeights {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape in) {
        return {ParameterSpec{"weight", in}, ParameterSpec{"weight", in}};
    }
};
static_assert(diagnosis<Network<Input<3>, TwoWeights>>.ends_with(": the name weight is used twice"));
using FourSlopes = Network<Input<3, 8>, PReLU<4>>;
static_assert(diagnosis<FourSlopes> == "layer 1, PReLU<4>: takes 1 slope or as many as channels, not 4");
using Empty = Network<Input<5>>;
static_assert(diagnosis<Empty> == "the network has no layers");
using NoLayer = Network<Input<5>, ReLU, int>;
static_assert(diagnosis<NoLayer> == "layer 2, int: int is not a layer");
using OneName = Network<Input<5>, Named<"a", Linear<4>>, Named<"b", ReLU>, Named<"a", Linear<3>>>;
static_assert(diagnosis<OneName> == "layer 3, Named: the name a is used twice");
using ManyAxes = Network<Input<1, 1, 1, 1, 1, 1>, ReLU>;
static_assert(diagnosis<ManyAxes> == "the rank of the input must lie between 1 and 5");
static_assert(diagnosis<Network<Input<>, ReLU>> == diagnosis<ManyAxes>);
using NoExtent = Network<Input<1, 0, 28>, ReLU>;
static_assert(diagnosis<NoExtent> == "input must be positive but is [1,0,28]");

// A layer of the user's own explains itself in its own words.
struct Even {
    static constexpr Inferred infer(const Shape& in) {
        Inferred result;
        if (in.count() % 2 != 0)
            result.why << "halves an even number of features, not" << in;
        else
            result.output = Shape{static_cast<int>(in.count() / 2)};
        return result;
    }
};
using Odd = Network<Input<10>, Even, Even>;
static_assert(diagnosis<Odd>.ends_with("Even: halves an even number of features, not [5]"));

// One label for an output [N], one for each pixel of an output [C, H, W].
using Maps = Network<Input<1, 8, 8>, Conv2d<10, Kernel<3>>>;
using OneLabel = data::Dataset<float, data::Label>;
using PixelLabels = data::Dataset<float, data::PixelLabel>;
constexpr Diagnosis one_for_a_map = detail::CheckedTarget<Maps, CrossEntropy, OneLabel>::diagnosis;
static_assert(one_for_a_map.sentence() ==
              "CrossEntropy: the network gives [10,6,6] but the data set has one label for each sample");
constexpr Diagnosis many_for_a_vector = detail::CheckedTarget<Nested, CrossEntropy, PixelLabels>::diagnosis;
static_assert(many_for_a_vector.sentence().ends_with("but the data set has labels of pixels"));
static_assert(detail::CheckedTarget<Nested, CrossEntropy, OneLabel>::diagnosis.empty());
static_assert(detail::CheckedTarget<Maps, CrossEntropy, PixelLabels>::diagnosis.empty());

using NoSum = Network<Input<4>, Add<Branch<Linear<3>>, Branch<>>>;
using NoProduct = Network<Input<4>, Multiply<Branch<Linear<3>>, Branch<>>>;
using NoConcat = Network<Input<1, 4, 4>, Concat<Branch<MaxPool2d<2>>, Branch<>>>;
using OneBranch = Network<Input<4>, Add<Branch<>>>;
using NineBranches =
    Network<Input<4>, Concat<Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>>>;
using ThreeFactors = Network<Input<4>, Multiply<Branch<>, Branch<>, Branch<>>>;
using ThreeAxes = Network<Input<5, 4>, LayerNorm<3>>;
static_assert(diagnosis<ThreeAxes> == "layer 1, LayerNorm<3>: normalises the last 3 axes, but gets [5,4]");
using NoAxis = Network<Input<5, 4>, RMSNorm<0>>;
static_assert(diagnosis<NoAxis> == "layer 1, RMSNorm<0>: axes must be positive but is 0");
using UndividedChannels = Network<Input<6, 2>, GroupNorm<4>>;
static_assert(diagnosis<UndividedChannels> == "layer 1, GroupNorm<4>: 4 groups do not divide 6 channels");
using OnePosition = Network<Input<6, 1>, InstanceNorm1d<>>;
static_assert(diagnosis<OnePosition> == "layer 1, InstanceNorm1d<>: needs more than one position, but gets [6,1]");
using TwoFactors = Network<Input<3, 8>, Upsample<ScaleFactor<2, 2>>>;
static_assert(diagnosis<TwoFactors> == "layer 1, Upsample<ScaleFactor<2,2>>: factor takes one number, but has 2");
using NoTarget = Network<Input<3, 8>, Upsample<>>;
static_assert(diagnosis<NoTarget> == "layer 1, Upsample<>: takes either ScaleFactor or OutputSize");
using WideEnd = Network<Input<3, 8, 8>, ConvTranspose2d<4, Kernel<3>, Stride<2>, OutputPadding<2>>>;
static_assert(diagnosis<WideEnd> ==
              "layer 1, ConvTranspose2d<4,Kernel<3>,Stride<2>,OutputPadding<2>>: output padding "
              "2x2 must be smaller than the stride or the dilation");
using NothingLeft = Network<Input<3, 8, 8>, ConvTranspose2d<4, Kernel<3>, Padding<5>>>;
static_assert(diagnosis<NothingLeft> ==
              "layer 1, ConvTranspose2d<4,Kernel<3>,Padding<5>>: padding 5x5 leaves nothing of "
              "the output for input [3,8,8]");
using NoSize = Network<Input<3, 8, 8>, AdaptiveAvgPool2d<2, 0>>;
static_assert(diagnosis<NoSize> == "layer 1, AdaptiveAvgPool2d<2,0>: output size must be positive but is 2x0");
using SixChannels = Network<Input<6, 8, 8>, PixelShuffle<2>>;
static_assert(diagnosis<SixChannels> == "layer 1, PixelShuffle<2>: needs a multiple of 4 channels, but gets [6,8,8]");

// Graphs, whose nodes are called by their names.
template <class... Item>
using GraphNet = Network<Input<4>, Graph<Item...>>;
template <class... Item>
using OneInput = GraphNet<Inputs<"x">, Node<"a", Linear<3>, From<"x">>, Item...>;
using UnknownName = GraphNet<Inputs<"x">, Node<"a", Linear<3>, From<"y">>, Outputs<"a">>;
static_assert(diagnosis<UnknownName> == "layer 1, Graph: node a reads y, but no input or node has that name");
using Cycle = OneInput<Node<"b", Add<>, From<"a", "d">>, Node<"c", ReLU, From<"b">>, Node<"d", ReLU, From<"c">>,
                       Node<"e", ReLU, From<"c">>, Outputs<"e">>;
static_assert(diagnosis<Cycle> == "layer 1, Graph: the nodes b, c, d form a cycle");
using ReadsItself = OneInput<Node<"b", Add<>, From<"a", "b">>, Outputs<"b">>;
static_assert(diagnosis<ReadsItself> == "layer 1, Graph: the nodes b form a cycle");
using UnusedNode = OneInput<Node<"b", ReLU, From<"a">>, Outputs<"a">>;
static_assert(diagnosis<UnusedNode> == "layer 1, Graph: nothing reads node b");
using UnusedInput = GraphNet<Inputs<"x", "y">, Node<"a", Linear<3>, From<"y">>, Outputs<"a">>;
static_assert(diagnosis<UnusedInput> == "layer 1, Graph: nothing reads input x");
using NodeTwice = OneInput<Node<"a", ReLU, From<"a">>, Outputs<"a">>;
static_assert(diagnosis<NodeTwice> == "layer 1, Graph: the name a is used twice");
using NodeAsInput = OneInput<Node<"x", ReLU, From<"a">>, Outputs<"a">>;
static_assert(diagnosis<NodeAsInput> == "layer 1, Graph: the name x is used twice");
using UnknownOutput = OneInput<Outputs<"b">>;
static_assert(diagnosis<UnknownOutput> == "layer 1, Graph: Outputs names b, but no input or node has that name");
using UnequalSum = OneInput<Node<"sum", Add<>, From<"a", "x">>, Outputs<"sum">>;
static_assert(diagnosis<UnequalSum> ==
              "layer 1, Graph > node sum, Add: branch 1 gives [3], but branch 2 gives [4] (they cannot be added)");
using TwoForOne = OneInput<Node<"b", Linear<3>, From<"x", "a">>, Outputs<"b">>;
static_assert(diagnosis<TwoForOne> == "layer 1, Graph > node b, Linear<3>: takes one input, but gets 2");
using OneForTwo = Network<Input<4>, Graph<Inputs<"x", "y">, Node<"a", Add<>, From<"x", "y">>, Outputs<"a">>>;
static_assert(diagnosis<OneForTwo> == "layer 1, Graph: takes 2 inputs, but gets 1");
using TwoOutputs = Network<Input<4>, Residual<Graph<Inputs<"x">, Node<"a", ReLU, From<"x">>, Outputs<"a", "x">>>>;
static_assert(diagnosis<TwoOutputs> == "layer 1, Residual: gives 2 outputs where one is needed");
using InNode = GraphNet<Inputs<"x">, Node<"a", Sequential<ReLU, Linear<0>>, From<"x">>, Outputs<"a">>;
static_assert(diagnosis<InNode> ==
              "layer 1, Graph > node a, Sequential > layer 2, Linear<0>: output features must be positive but is 0");
using NoSource = GraphNet<Inputs<"x">, Node<"a", ReLU>, Outputs<"a">>;
static_assert(diagnosis<NoSource> == "layer 1, Graph: node a reads nothing");
using NineSources = OneInput<Node<"b", Add<>, From<"a", "a", "a", "a", "a", "a", "a", "a", "a">>, Outputs<"b">>;
static_assert(diagnosis<NineSources> == "layer 1, Graph: node b takes at most 8 inputs");
using NineOutputs = OneInput<Outputs<"a", "a", "a", "a", "a", "a", "a", "a", "a">>;
static_assert(diagnosis<NineOutputs> == "layer 1, Graph: gives at most 8 outputs");
using NoNode = GraphNet<Inputs<"x">, Outputs<"x">>;
static_assert(diagnosis<NoNode> == "layer 1, Graph: has no nodes");
using NoInputNames = GraphNet<Inputs<>, Node<"a", ReLU, From<"a">>, Outputs<"a">>;
static_assert(diagnosis<NoInputNames> == "layer 1, Graph: has no inputs");
using NoOutputNames = OneInput<Outputs<>>;
static_assert(diagnosis<NoOutputNames> == "layer 1, Graph: has no outputs");
using NoEnds = OneInput<>;
static_assert(diagnosis<NoEnds> == "layer 1, Graph: needs one Inputs<...> and one Outputs<...>");
using NoNodeAtAll = OneInput<Linear<2>, Outputs<"a">>;
static_assert(diagnosis<NoNodeAtAll> == "layer 1, Graph: Linear<2> is neither Inputs nor Node nor Outputs");

using Unrepeated = Network<Input<4>, Repeat<-1, ReLU>>;
static_assert(diagnosis<Unrepeated> == "layer 1, Repeat: number of copies must not be negative but is -1");
static_assert(well_formed<Network<Input<4>, Repeat<0, Linear<0>>, ReLU>>);
using NothingAgain = Network<Input<4>, ReLU, Checkpoint<>>;
static_assert(diagnosis<NothingAgain> == "layer 2, Checkpoint: has no layers");
using ShortcutFirst = Network<Input<4>, Residual<Shortcut<ReLU>, Linear<4>>>;
static_assert(diagnosis<ShortcutFirst> ==
              "layer 1, Residual > layer 1, Shortcut: stands only at the end of a Residual");

// Several inputs come first, several outputs last: samples hold them one behind the other.
using Detector =
    Network<Input<3, 8, 8>, Input<4>,
            Graph<Inputs<"image", "hints">, Node<"features", Sequential<Flatten, Linear<6>>, From<"image">>,
                  Node<"all", Concat<>, From<"features", "hints">>, Node<"class", Linear<5>, From<"all">>,
                  Node<"box", Reshape<2, 5>, From<"all">>, Outputs<"class", "box">>>;
static_assert(Detector::input_count == 2 && Detector::output_count == 2);
static_assert(Detector::input_shapes(0) == Shape{3, 8, 8} && Detector::input_shapes(1) == Shape{4} &&
              Detector::input_shape == Shape{196});
static_assert(Detector::output_shapes(0) == Shape{5} && Detector::output_shapes(1) == Shape{2, 5} &&
              Detector::output_shape == Shape{15});
static_assert(Detector::parameter_tensor_count == 4 && Detector::parameter_name(0) == "0.features.1.weight");
static_assert(Nested::input_count == 1 && Nested::output_count == 1 && Nested::output_shapes(0) == Shape{2});
static_assert(diagnosis<Network<Input<4>, Input<4>, Linear<3>>> == "layer 1, Linear<3>: takes one input, but gets 2");
static_assert(well_formed<Network<Input<4>, Input<4>, Add<>, Linear<3>>>);
static_assert(diagnosis<Network<Input<4>, Input<0>, Add<>>> == "input must be positive but is [0]");
static_assert(diagnosis<Network<Input<4>, Input<4>>> == "the network has no layers");
static_assert(diagnosis<Network<Input<4>, ReLU, Input<4>>> ==
              "layer 2, Input<4>: Input<4> stands behind a layer: inputs come first");

// What is no layer, and where it belongs.
struct UserLoss {
    static constexpr bool takes_labels = true;
};
struct UserOptimizer {
    static constexpr int state_count = 0;
};
using InputLast = Network<Input<4>, ReLU, Input<4>>;
using InputMissing = Network<ReLU, Linear<4>>;
using OptionAlone = Network<Input<4>, Kernel<3>>;
using NetworkInside = Network<Input<4>, Network<Input<4>, ReLU>>;
using LossAtTheEnd = Network<Input<4>, ReLU, UserLoss>;
using OptimizerAtTheEnd = Network<Input<4>, ReLU, UserOptimizer>;
static_assert(diagnosis<InputMissing> == "a network starts with its Input<...>, but this one with ReLU");
static_assert(diagnosis<OptionAlone> == "layer 1, Kernel<3>: Kernel<3> is an option: it goes into the <> of a layer");
static_assert(diagnosis<NetworkInside> ==
              "layer 1, Network<Input<4>,ReLU>: Network<Input<4>,ReLU> is not a layer; its "
              "layers go into a Sequential<...>");
static_assert(diagnosis<LossAtTheEnd>.ends_with("UserLoss is not a layer; a loss is given to the Trainer"));
static_assert(
    diagnosis<OptimizerAtTheEnd>.ends_with("UserOptimizer is not a layer; an optimizer is given to the Trainer"));

// A user's own layer that has no output, or none of a sense; and code that cannot be called.
struct NoOutputLayer {};
struct IntegerOutputLayer {
    static constexpr int output(Shape in) { return in[0]; }
};
struct SmallerLayer {
    static constexpr Shape output(Shape in) { return Shape{in[0] - 9}; }
};
struct EmptyWeightLayer {
    static constexpr Shape output(Shape in) { return in; }
    static constexpr ParameterList parameters(Shape) { return {ParameterSpec{"scale", Shape{0}}}; }
};
using OwnWithoutOutput = Network<Input<4>, NoOutputLayer>;
using OwnOfInteger = Network<Input<4>, IntegerOutputLayer>;
using OwnBelowZero = Network<Input<4>, SmallerLayer>;
using OwnEmptyWeight = Network<Input<4>, EmptyWeightLayer>;
static_assert(diagnosis<OwnWithoutOutput>.ends_with(
    "NoOutputLayer is not a layer; it has no public static constexpr Shape output(Shape), see layers/layer.hpp"));
static_assert(diagnosis<OwnOfInteger>.ends_with("IntegerOutputLayer: output(Shape) gives no Shape"));
static_assert(diagnosis<OwnBelowZero>.ends_with("SmallerLayer: output must be positive but is [-5]"));
static_assert(diagnosis<Network<Input<9>, SmallerLayer>>.ends_with("output must be positive but is [0]"));
static_assert(well_formed<Network<Input<10>, SmallerLayer>>);
static_assert(diagnosis<OwnEmptyWeight>.ends_with("EmptyWeightLayer: the shape of scale must be positive but is [0]"));
template <why::Word Fault>
constexpr const Diagnosis& code_fault = detail::MisfitCode<ReLU, Fault>::diagnosis;
static_assert(
    code_fault<why::forward_cannot_be_called>.sentence().starts_with("ReLU: forward cannot be called: write "));

// A number among a layer's arguments that is no float.
using DoubleForFloat = Network<Input<4>, Dropout<0.5>>;
using IntForFloat = Network<Input<4>, BatchNorm1d<Momentum<1>>>;
using LayerForFloat = Network<Input<4>, ELU<ReLU{}>>;
static_assert(diagnosis<DoubleForFloat> == "layer 1, Dropout: 0.5 is a double: write 0.5f");
static_assert(diagnosis<IntForFloat> == "layer 1, BatchNorm1d<Momentum<1>>: 1 is an int: write 1.0f");
static_assert(diagnosis<LayerForFloat> == "layer 1, ELU: the argument is not a number");
static_assert(diagnosis<Network<Input<4>, Residual<ReLU, StochasticDepth<0.1>>>> ==
              "layer 1, Residual > layer 2, StochasticDepth: 0.1 is a double: write 0.1f");
static_assert(well_formed<Network<Input<4>, Dropout<0.5f>, BatchNorm1d<Momentum<1.0f>>>>);

// Kernels count in ints.
using Immense = Network<Input<1, 60000, 60000>, ReLU>;
static_assert(diagnosis<Immense> == "input [1,60000,60000] has more than 2147483647 numbers");

// Layers that share parameters.
struct Twin;
using TwoLayers = Network<Input<4>, Shared<Twin, Linear<4>>, Shared<Twin, Linear<5>>>;
static_assert(diagnosis<TwoLayers>.starts_with("layer 2, Shared: ") &&
              diagnosis<TwoLayers>.ends_with("Twin stands for Linear<4> and for Linear<5>"));
using OtherShape = Network<Input<4>, Shared<Twin, Linear<6>>, Shared<Twin, Linear<6>>>;
static_assert(diagnosis<OtherShape> == "layer 2, Shared: Linear<6> needs a weight [6,6], but shares one of [6,4]");
using HalfFrozen = Network<Input<4>, Shared<Twin, Linear<4>>, Frozen<Shared<Twin, Linear<4>>>>;
static_assert(diagnosis<HalfFrozen>.ends_with("Twin is frozen in one place and trained in another"));
using HalfEvaluated =
    Network<Input<4>, Frozen<Shared<Twin, BatchNorm1d<>>>, Frozen<Shared<Twin, BatchNorm1d<>>, EvalMode>>;
static_assert(diagnosis<HalfEvaluated>.ends_with("Twin is in eval mode in one place and not in another"));
// Of images of two sizes: the parameters have one shape. Shared layers may hold others that are shared elsewhere.
struct Pair;
using TwoSizes = Network<Input<2, 8, 8>, Shared<Twin, Conv2d<2, Kernel<3>>>,
                         Shared<Pair, Sequential<Shared<Twin, Conv2d<2, Kernel<3>>>, Conv2d<2, Kernel<1>>>>, ReLU,
                         Shared<Pair, Sequential<Shared<Twin, Conv2d<2, Kernel<3>>>, Conv2d<2, Kernel<1>>>>>;
static_assert(TwoSizes::parameter_tensor_count == 4 && TwoSizes::parameter_count == 38 + 6 &&
              TwoSizes::parameter_name(0) == "0.weight" && TwoSizes::parameter_name(2) == "1.1.weight");
static_assert(TwoSizes::graph.nodes[1].parameters_of == 0 && TwoSizes::graph.nodes[4].parameters_of == 0 &&
              TwoSizes::graph.nodes[5].parameters_of == 2);

constexpr Words words = [] {
    Words used;
    const bool wrong =
        all_wrong<TooWide, TooWidePadded, WideWindow, NoImage, NoSequence, NoVolume, NotFlat, Undivided, NoOption,
                  Twice, NoKernel, NoStride, NoDilation, NegativePadding, NoWindow, MuchPadding, WideMirror, WideRing,
                  ThreeNumbers, NoChannels, NoFeatures, OtherCount, Certain, Descending, Endless, Overshooting,
                  OfAPosition, HalfEvaluated, FourSlopes, Empty, NoLayer, OneName, ManyAxes, Odd, NoSum, NoProduct,
                  NoConcat, OneBranch, NineBranches, ThreeFactors, ThreeAxes, NoAxis, UndividedChannels, OnePosition,
                  TwoFactors, NoTarget, WideEnd, NothingLeft, NoSize, SixChannels, UnknownName, Cycle, UnusedNode,
                  UnusedInput, UnknownOutput, TwoForOne, OneForTwo, TwoOutputs, NoSource, NineSources, NineOutputs,
                  NoNode, NoInputNames, NoOutputNames, NoEnds, NoNodeAtAll, TwoLayers, OtherShape, HalfFrozen,
                  Unrepeated, NothingAgain, ShortcutFirst, InputLast, InputMissing, OptionAlone, NetworkInside,
                  LossAtTheEnd, OptimizerAtTheEnd, DoubleForFloat, IntForFloat, LayerForFloat, Immense,
                  OwnWithoutOutput, OwnOfInteger, OwnBelowZero, OwnEmptyWeight>(used);
    if (!wrong) return Words{};
    for (const Diagnosis& other :
         {one_for_a_map, many_for_a_vector, code_fault<why::forward_cannot_be_called>,
          code_fault<why::backward_cannot_be_called>, code_fault<why::backward_cannot_be_called_with_scratch>,
          code_fault<why::backward_takes_scratch_but_backward_scratch_does_not_say_how_much>})
        for (int i = 0; i < other.token_count; ++i)
            if (other.token_is_word[i]) used.used[other.tokens[i]] = true;
    return used;
}();
constexpr int untested_word = [] {
    for (int word = 0; word <= why::see_text; ++word)
        if (!words.used[word]) return word;
    return -1;
}();
static_assert(untested_word == -1);
static_assert(std::size(why::spelling) == why::see_text + 1);

// The path leads through combinators to the culprit, and the first fault is told.
using Deep = Network<Input<1, 20, 20>, ReLU, Sequential<ReLU, Sequential<ReLU, MaxPool2d<30>>, Linear<0>>, Linear<3>>;
static_assert(
    diagnosis<Deep> ==
    "layer 2, Sequential > layer 2, Sequential > layer 2, MaxPool2d<30>: window 30x30 does not fit input [1,20,20]");
static_assert(detail::verdict<Deep>::diagnosis.depth == 3 && detail::verdict<Deep>::diagnosis.path[0] == 2 &&
              detail::verdict<Deep>::diagnosis.path[1] == 2 && detail::verdict<Deep>::diagnosis.path[2] == 2);
static_assert(diagnosis<Network<Input<4, 4>, Frozen<Linear<3>>>> ==
              "layer 1, Linear<3>: needs a flat input [N] (put Flatten before it), but gets [4,4]");

// A level without a name: what stands in it is named as if it stood around it.
template <class Net>
constexpr bool has_names(std::initializer_list<std::string_view> names) {
    int i = 0;
    for (const std::string_view name : names)
        if (i >= Net::parameter_tensor_count || Net::parameter_name(i++) != name) return false;
    return i == Net::parameter_tensor_count;
}
using Heads = Graph<Inputs<"x">, Node<"class", Linear<3, NoBias>, From<"x">>,
                    Node<"box", Sequential<ReLU, Linear<4, NoBias>>, From<"x">>, Outputs<"class", "box">>;
static_assert(has_names<Network<Input<5>, Named<"", Heads>>>({"class.weight", "box.1.weight"}));
static_assert(has_names<Network<Input<5>, Named<"net", Sequential<Linear<2, NoBias>, Named<"", Heads>>>>>(
    {"net.0.weight", "net.class.weight", "net.box.1.weight"}));
static_assert(has_names<Network<Input<5>, Input<5>,
                                Named<"", Graph<Inputs<"a", "b">, Node<"sum", Add<>, From<"a", "b">>,
                                                Node<"fc", Linear<2>, From<"sum">>, Outputs<"fc">>>>>({"fc.weight",
                                                                                                       "fc.bias"}));
static_assert(has_names<Network<Input<5>, Named<"", Linear<2>>>>({"weight", "bias"}));
using Block = Sequential<Named<"", Residual<Named<"conv1", Conv2d<4, Kernel<1>, NoBias>>, ReLU,
                                            Named<"downsample", Shortcut<Conv2d<4, Kernel<1>, NoBias>>>>>,
                         ReLU>;
static_assert(has_names<Network<Input<4, 2, 2>, Named<"layer1", Repeat<2, Named<"", Block>>>>>(
    {"layer1.0.conv1.weight", "layer1.0.downsample.0.weight", "layer1.1.conv1.weight",
     "layer1.1.downsample.0.weight"}));
static_assert(has_names<Network<Input<4>, Residual<Linear<4, NoBias>, Named<"", Shortcut<ReLU, Linear<4, NoBias>>>>>>(
    {"0.0.weight", "0.1.weight"}));
using Stem = Node<"stem", Named<"", Sequential<ReLU, Named<"a", Linear<3, NoBias>>>>, From<"x">>;
static_assert(
    has_names<Network<Input<5>,
                      Named<"", Graph<Inputs<"x">, Stem, Node<"b", Linear<2, NoBias>, From<"stem">>, Outputs<"b">>>>>(
        {"a.weight", "b.weight"}));
// Names can meet across such a level.
static_assert(
    diagnosis<
        Network<Input<5>, Named<"", Graph<Inputs<"x">, Stem, Node<"a", Linear<2>, From<"stem">>, Outputs<"a">>>>> ==
    "layer 1, Graph: the name a.weight is used twice");
static_assert(diagnosis<Network<Input<3>, Named<"a", Linear<3>>, Named<"", Sequential<ReLU, Named<"a", Linear<3>>>>>> ==
              "layer 2, Sequential: the name a.weight is used twice, first by layer 1");
static_assert(diagnosis<Network<Input<3>, Named<"", Linear<3>>, Named<"", Linear<3>>>> ==
              "layer 2, Linear<3>: the name weight is used twice, first by layer 1");
static_assert(diagnosis<Network<Input<3>, Residual<Linear<3>, Named<"", Shortcut<Linear<3>>>>>> ==
              "layer 1, Residual: the name 0.0.weight is used twice");
static_assert(diagnosis<Network<Input<3>, Concat<Named<"", Branch<Linear<3>>>, Named<"", Branch<Linear<3>>>>>> ==
              "layer 1, Concat: the name 0.0.weight is used twice");
static_assert(well_formed<Network<Input<3>, Concat<Named<"", Branch<Linear<3>>>, Named<"", Branch<ReLU>>>>>);

}  // namespace
