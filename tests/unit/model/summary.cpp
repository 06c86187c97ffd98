#define BOOST_TEST_MODULE summary
#include <cstdio>

#include <boost/test/unit_test.hpp>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/model/summary.hpp>
#include <tenet/models/lenet.hpp>
#include <tenet/network.hpp>

#include <support/message_of.hpp>

using namespace tenet;
using tenet::testing::contains;

namespace {

using LeNet = models::LeNet<>;

// Nested, named, frozen, fused in one mode only, and nothing at inference.
using Nested = Network<Input<100>, Frozen<Linear<64>>, ReLU, Dropout<>, Linear<50>, GELU,
                       Named<"head", Sequential<Linear<20, NoBias>, PReLU<>, Sequential<Linear<10>, Softmax>>>>;

/// The line of the table that begins with a name.
std::string line_of(const std::string& table, const std::string& name) {
    const std::size_t begin = table.find("\n" + name + " ");
    BOOST_REQUIRE_MESSAGE(begin != std::string::npos, name << " in\n" << table);
    return table.substr(begin + 1, table.find('\n', begin + 1) - begin - 1);
}

std::string bytes(std::int64_t number) {
    std::string text;
    append_bytes(text, number);
    return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_table_of_lenet) {
    const std::string text = summary<LeNet>();
    const std::string expected =
        R"(======================================================================================================
Layer  Type                            Output shape  Parameters   FLOPs    Memory  Fused with
======================================================================================================
       Input                           [1, 28, 28]            -       -  3.06 KiB
0      Conv2d<6,Kernel<5>,Padding<2>>  [6, 28, 28]          156   235 k  18.4 KiB  1 Sigmoid
1      Sigmoid                         [6, 28, 28]            -  4.70 k         -  0 Conv2d
2      AvgPool2d<2>                    [6, 14, 14]            -  4.70 k  4.59 KiB
3      Conv2d<16,Kernel<5>>            [16, 10, 10]       2,416   480 k  6.25 KiB  4 Sigmoid
4      Sigmoid                         [16, 10, 10]           -  1.60 k         -  3 Conv2d
5      AvgPool2d<2>                    [16, 5, 5]             -  1.60 k  1.56 KiB
6      Flatten                         [400]                  -       -         -  (renames its input)
7      Linear<120>                     [120]             48,120  96.0 k     480 B  8 Sigmoid
8      Sigmoid                         [120]                  -     120         -  7 Linear
9      Linear<84>                      [84]              10,164  20.2 k     336 B  10 Sigmoid
10     Sigmoid                         [84]                   -      84         -  9 Linear
11     Linear<10>                      [10]                 850  1.68 k      40 B
======================================================================================================
Parameters                        61,706 (241 KiB)
Trained parameters                61,706
FLOPs forward                     846 k
)";
    BOOST_TEST(text.substr(0, expected.size()) == expected);
}

BOOST_AUTO_TEST_CASE(totals_are_those_of_the_network_at_the_batch) {
    const std::string text = summary<LeNet>(256);
    BOOST_TEST(line_of(text, "FLOPs forward, batch of 256") == "FLOPs forward, batch of 256       217 M");
    BOOST_TEST(contains(line_of(text, "Inference memory, batch of 256"), "  " + bytes(LeNet::inference_memory(256))));
    BOOST_TEST(contains(line_of(text, "Training memory, batch of 256"), "  " + bytes(LeNet::training_memory(256)) + " for"));
    BOOST_TEST(LeNet::inference_memory(256) > LeNet::inference_memory(1));
    using Program = schedule::Program<LeNet, Mode::training>;
    BOOST_TEST(contains(line_of(text, "Arena per sample, training"),
                        "  " + bytes(4 * Program::plan.peak) + " (lower bound " + bytes(4 * Program::plan.bound) +
                            ", without sharing " + bytes(4 * Program::plan.total) + ")"));
}

BOOST_AUTO_TEST_CASE(convolutions_by_transforms_are_marked) {
    using Plain = Network<Input<32, 12, 12>, Conv2d<32, Kernel<3>, Padding<1>>>;
    using Summed = Network<Input<32, 12, 12>, Conv2d<32, Kernel<3>, Padding<1>, Direct>>;
    BOOST_TEST(line_of(summary<Plain>(), "0").ends_with("  (Winograd)"));
    BOOST_TEST(contains(line_of(summary<Plain>(), "(Winograd)"), "infinite numbers"));
    BOOST_TEST(!contains(summary<Summed>(), "Winograd"));
}

BOOST_AUTO_TEST_CASE(what_is_computed_again_and_saved) {
    using Bent = Checkpoint<Linear<100>, GELU, Linear<10>>;
    using Net = Network<Input<10>, Bent, Bent, Bent, Linear<3>>;
    const std::string text = summary<Net>();
    for (const char* const layer : {"0.0", "1.0", "2.0"})
        BOOST_TEST(line_of(text, layer).ends_with("400 B  " + std::string(1, layer[0]) +
                                                  ".1 GELU (inference) (again in backward)"));
    for (const char* const layer : {"0.1", "0.2", "3"}) BOOST_TEST(!contains(line_of(text, layer), "again"));
    using Program = schedule::Program<Net, Mode::training>;
    BOOST_TEST(contains(line_of(text, "Arena per sample, training"), "  " + bytes(4 * Program::plan.peak) + " ("));
    BOOST_TEST(line_of(text, "  if nothing were computed again") ==
               "  if nothing were computed again  " + bytes(4 * Program::kept_peak) + ", and 6.00 k FLOPs less");
    BOOST_TEST(!contains(summary<LeNet>(), "again"));
}

BOOST_AUTO_TEST_CASE(layers_are_named_as_in_a_state_dict) {
    const std::string text = summary<Nested>();
    BOOST_TEST(contains(line_of(text, "head.0"), "Linear<20,NoBias>"));
    BOOST_TEST(contains(line_of(text, "head.1"), "PReLU<>"));
    BOOST_TEST(contains(line_of(text, "head.2.0"), "Linear<10>"));
    BOOST_TEST(contains(line_of(text, "head.2.1"), "Softmax"));
    for (int i = 0; i < Nested::parameter_tensor_count; ++i) {
        const std::string name{Nested::parameter_name(i)};
        line_of(text, name.substr(0, name.rfind('.')));
    }
}

BOOST_AUTO_TEST_CASE(parameters_that_are_not_trained_stand_in_brackets) {
    const std::string text = summary<Nested>();
    BOOST_TEST(contains(line_of(text, "0"), " (6,464) "));
    BOOST_TEST(contains(line_of(text, "3"), " 3,250 "));
    BOOST_TEST(contains(line_of(text, "Trained parameters"), std::to_string(Nested::trained_parameter_count % 1000)));
    BOOST_TEST(Nested::parameter_count - Nested::trained_parameter_count == 6464);
}

BOOST_AUTO_TEST_CASE(running_averages_are_told_apart_from_parameters) {
    using Net = Network<Input<3, 6, 6>, Conv2d<4, Kernel<3>, NoBias>, Frozen<BatchNorm2d<>>, Flatten, Linear<2>>;
    static_assert(Net::parameter_count == 108 + 8 + 130 && Net::trained_parameter_count == 108 + 130);
    static_assert(Net::buffer_count == 8);
    static_assert(Net::parameters.numbers == Net::parameter_count + Net::buffer_count);
    const std::string text = summary<Net>();
    BOOST_TEST(contains(line_of(text, "1"), " (8) "));
    BOOST_TEST(contains(text,
                        "Parameters                        246 (984 B)\nTrained parameters                238\n"
                        "Running averages                  8 (32 B)\n"));
    BOOST_TEST(!contains(summary<LeNet>(), "Running averages"));
}

BOOST_AUTO_TEST_CASE(fusion_is_told_by_mode) {
    const std::string text = summary<Nested>();
    BOOST_TEST(line_of(text, "0").ends_with("  1 ReLU"));
    BOOST_TEST(line_of(text, "1").ends_with(" -  0 Linear"));
    BOOST_TEST(line_of(text, "2").ends_with("256 B  (in training only)"));
    BOOST_TEST(line_of(text, "3").ends_with("200 B  4 GELU (inference)"));
    BOOST_TEST(line_of(text, "4").ends_with("200 B  3 Linear (inference)"));
}

BOOST_AUTO_TEST_CASE(long_types_are_cut) {
    using Long = Network<Input<8, 64, 64>, Conv2d<64, Kernel<3, 3>, Stride<2, 2>, Padding<1, 1>, Dilation<1, 1>, Groups<4>, NoBias>>;
    const std::string line = line_of(summary<Long>(), "0");
    BOOST_TEST(contains(line, "...  [64, 32, 32]"));
    BOOST_TEST(line.size() < 120u);
}

BOOST_AUTO_TEST_CASE(it_is_printed_to_a_stream) {
    std::FILE* const file = std::tmpfile();
    print_summary<Nested>(file, 32);
    std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
    std::rewind(file);
    BOOST_TEST(std::fread(text.data(), 1, text.size(), file) == text.size());
    std::fclose(file);
    BOOST_TEST(text == summary<Nested>(32));
}

BOOST_AUTO_TEST_CASE(an_eval_network_has_layers_of_the_trained_one_and_no_training) {
    using Net = Network<Input<3, 6, 6>, Dropout<>, Conv2d<4, Kernel<3>, NoBias>, BatchNorm2d<>, ReLU, Flatten, Linear<2>>;
    const std::string text = summary<EvalNetwork<Net>>();
    BOOST_TEST(line_of(text, "1") == "1      Conv2d<4,Kernel<3>,NoBias>  [4, 4, 4]          (112)  3.46 k   256 B  3 ReLU");
    BOOST_TEST(contains(line_of(text, "3"), "1 Conv2d"));
    BOOST_TEST(!contains(text, "BatchNorm2d"));
    BOOST_TEST(!contains(text, "Dropout"));
    BOOST_TEST(!contains(text, "raining"));
    BOOST_TEST(contains(text, "Parameters                        242 ("));
}

BOOST_AUTO_TEST_CASE(what_runs_in_the_kernel_of_another_layer_is_told_of_graphs_too) {
    using Net = Network<Input<4>, Residual<Linear<4>>, ReLU, Concat<Branch<Softmax>, Branch<Tanh>>>;
    const std::string text = summary<Net>();
    BOOST_TEST(line_of(text, "0.0").ends_with(" 16 B  0 Sum, 1 ReLU"));
    BOOST_TEST(line_of(text, "0").ends_with(" -  0.0 Linear"));
    BOOST_TEST(line_of(text, "1").ends_with(" -  0.0 Linear"));
    BOOST_TEST(line_of(text, "2").ends_with(" -  (its inputs lie in it)"));
}

BOOST_AUTO_TEST_CASE(layers_that_share_parameters_say_with_whom) {
    using Twin = Shared<struct Tied, Linear<4>>;
    using Net = Network<Input<4>, Named<"first", Twin>, Tanh, Residual<Twin, Linear<4>>, Twin>;
    const std::string text = summary<Net>();
    BOOST_TEST(contains(line_of(text, "first"), "             20  "));
    BOOST_TEST(contains(line_of(text, "2.0"), "  those of first  "));
    BOOST_TEST(contains(line_of(text, "2.1"), "             20  "));
    BOOST_TEST(contains(line_of(text, "3"), "  those of first  "));
    BOOST_TEST(contains(line_of(text, "1"), "  -  "));
    BOOST_TEST(contains(text, "Parameters                        40 ("));
}
