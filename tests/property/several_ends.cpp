#define BOOST_TEST_MODULE property_several_ends
#include <tenet/data/dataset.hpp>
#include <tenet/losses/mse.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/summary.hpp>
#include <tenet/network.hpp>
#include <tenet/optimizers/adam.hpp>
#include <tenet/training/trainer.hpp>

#include <support/boost_test.hpp>
#include <support/finite_differences.hpp>
#include <support/fusion_law.hpp>
#include <support/message_of.hpp>

// Networks of several inputs and outputs: each by itself or all of a sample behind each other, gradients and training.

using namespace tenet;
using namespace tenet::testing;

namespace {

using Detector =
    Network<Input<2, 4, 4>, Input<3>,
            Graph<Inputs<"image", "hints">,
                  Node<"features", Sequential<Conv2d<3, Kernel<3>>, Tanh, Flatten, Linear<6>>, From<"image">>,
                  Node<"all", Concat<>, From<"features", "hints">>, Node<"class", Linear<5>, From<"all">>,
                  Node<"box", Sequential<Linear<4>, Tanh>, From<"all">>, Outputs<"class", "box">>>;
/// An output that others read, one that is an input, and one twice.
using Passing =
    Network<Input<4>, Input<4>,
            Graph<Inputs<"a", "b">, Node<"sum", Add<>, From<"a", "b">>, Node<"product", Multiply<>, From<"sum", "b">>,
                  Node<"bent", Linear<3>, From<"product">>, Outputs<"sum", "bent", "b", "sum">>>;
using Joined = Network<Input<4>, Input<4>, Add<>, Linear<3>>;
using Split =
    Network<Input<4>, Tanh,
            Graph<Inputs<"x">, Node<"a", Linear<2>, From<"x">>, Node<"b", Tanh, From<"x">>, Outputs<"a", "b">>>;

/// Samples of `parts` one behind the other.
Numbers woven(const std::vector<Numbers>& parts, std::size_t samples) {
    Numbers result;
    for (std::size_t n = 0; n < samples; ++n)
        for (const Numbers& part : parts) {
            const std::size_t count = part.size() / samples;
            result.insert(result.end(), part.data() + n * count, part.data() + (n + 1) * count);
        }
    return result;
}

template <class Net>
void check_arrays(const char* name) {
    const Model<Net> model{Seed{run_seed()}};
    Workspace<Net> workspace;
    Workspaces<Net> workspaces;
    RandomNumbers random{31};
    for (const std::size_t samples : {1, 3, 16, 37})
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(name << ", " << samples << " samples") {
            std::vector<Numbers> inputs, outputs;
            InputArrays<Net> in;
            OutputArrays<Net> out;
            for (std::size_t i = 0; i < in.size(); ++i)
                inputs.push_back(random.uniform(
                    samples * static_cast<std::size_t>(Net::input_shapes(static_cast<int>(i)).count()), -1.0f, 1.0f));
            for (std::size_t o = 0; o < out.size(); ++o)
                outputs.emplace_back(samples *
                                     static_cast<std::size_t>(Net::output_shapes(static_cast<int>(o)).count()));
            std::copy(inputs.begin(), inputs.end(), in.begin());
            std::copy(outputs.begin(), outputs.end(), out.begin());
            const Numbers all = woven(inputs, samples);
            Numbers expected(samples * static_cast<std::size_t>(Net::output_shape.count()));
            model.forward(all, expected, workspace);
            model.forward(in, out, workspace);
            check_identical("outputs", woven(outputs, samples), expected);
            for (Numbers& output : outputs) std::fill(output.begin(), output.end(), 0.0f);
            model.forward(in, out, workspaces);
            check_identical("outputs of all cores", woven(outputs, samples), expected);
        }
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_input_and_output_has_an_array_or_all_have_one) {
    check_arrays<Detector>("detector");
    check_arrays<Passing>("passing");
    check_arrays<Joined>("joined");
    check_arrays<Split>("split");
}

BOOST_AUTO_TEST_CASE(outputs_stand_where_they_belong) {
    const Model<Passing> model{Seed{run_seed()}};
    Workspace<Passing> workspace;
    const Numbers a{1, 2, 3, 4}, b{10, 20, 30, 40}, expected{11, 22, 33, 44};
    Numbers sum(4), bent(3), again(4), passed(4);
    model.forward({a, b}, {sum, bent, passed, again}, workspace);
    check_identical("sum", sum, expected);
    check_identical("the sum again", again, expected);
    check_identical("what is passed on", passed, b);
}

BOOST_AUTO_TEST_CASE(a_model_for_inference_only_has_the_same_ends) {
    const Model<Detector> model{Seed{run_seed()}};
    const EvalModel<Detector> eval{model};
    Workspace<Detector> workspace;
    Workspace<EvalNetwork<Detector>> eval_workspace;
    RandomNumbers random{33};
    const Numbers images = random.uniform(5 * 32, -1.0f, 1.0f), hints = random.uniform(5 * 3, -1.0f, 1.0f);
    Numbers classes(25), boxes(20), eval_classes(25), eval_boxes(20);
    model.forward({images, hints}, {classes, boxes}, workspace);
    eval.forward({images, hints}, {eval_classes, eval_boxes}, eval_workspace);
    check_identical("classes", eval_classes, classes);
    check_identical("boxes", eval_boxes, boxes);
}

BOOST_AUTO_TEST_CASE(gradients_and_fusion) {
    check_gradients<Detector>("detector");
    check_gradients<Passing>("passing");
    check_gradients<Joined>("joined");
    check_gradients<Split>("split");
    check_fusion<Detector>("detector");
    check_fusion<Passing>("passing");
}

BOOST_AUTO_TEST_CASE(arrays_that_do_not_fit_are_refused) {
    const Model<Detector> model;
    Workspace<Detector> workspace;
    const Numbers images(64), hints(5);
    Numbers classes(10), boxes(8);
    BOOST_TEST(message_of<std::invalid_argument>([&] {
                   model.forward({images, hints}, {classes, boxes}, workspace);
               }) == "forward: input 1 has 5 numbers, expected 3 for each of 2 samples");
}

BOOST_AUTO_TEST_CASE(training_on_samples_of_all_inputs_and_targets_of_all_outputs) {
    RandomNumbers random{32};
    constexpr std::size_t samples = 64;
    const data::Dataset<float, float> set{Detector::input_shape, random.uniform(samples * 35, -1.0f, 1.0f),
                                          Detector::output_shape, random.uniform(samples * 9, -0.5f, 0.5f)};
    Model<Detector> model{Seed{run_seed()}};
    Trainer trainer{model, MSE{}, Adam{.learning_rate = 0.01}};
    const double before = trainer.evaluate(set).loss;
    trainer.fit(set, {.epochs = 60, .batch_size = 16, .progress = Progress::off});
    BOOST_TEST(trainer.evaluate(set).loss < 0.7 * before);
}

BOOST_AUTO_TEST_CASE(the_summary_names_the_ends) {
    const std::string text = summary<Detector>(1);
    for (const char* const name : {"input.0", "input.1", "0.features.3", "0.class", "output"})
        BOOST_TEST(text.find(name) != std::string::npos, name << " is not in\n" << text);
}
