#define BOOST_TEST_MODULE model
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/backend/cpu/facts.hpp>
#include <tenet/initializers/constant.hpp>
#include <tenet/initializers/normal.hpp>
#include <tenet/model/eval_model.hpp>
#include <tenet/model/model.hpp>
#include <tenet/network.hpp>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/message_of.hpp>
#include <support/random_numbers.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

using Net = Network<Input<1, 6, 6>, Conv2d<4, Kernel<3>>, ReLU, Flatten, Dropout<0.5f>, Named<"hidden", Linear<10>>,
                    Tanh, Frozen<Linear<3>>>;

std::vector<float> all_of(const Model<Net>& model) {
    return {model.data(), model.data() + model.storage()};
}

std::vector<float> copy_of(std::span<const float> numbers) {
    return {numbers.begin(), numbers.end()};
}

bool all_are(std::span<const float> numbers, float value) {
    for (const float number : numbers)
        if (number != value) return false;
    return true;
}

}  // namespace

BOOST_AUTO_TEST_CASE(parameters_are_found_by_index_and_by_name) {
    Model<Net> model{Seed{1}};
    const Model<Net>& constant = model;
    BOOST_TEST(Model<Net>::parameter_tensor_count == 6);
    BOOST_TEST(Model<Net>::parameter_count == 4 * 9 + 4 + 10 * 64 + 10 + 3 * 10 + 3);
    BOOST_TEST(model.parameter<0>().size() == 36u);
    BOOST_TEST(model.parameter<2>().data() == model.parameter("hidden.weight").data());
    BOOST_TEST(constant.parameter<5>().data() == constant.parameter("6.bias").data());
    BOOST_TEST(constant.parameter("hidden.bias").size() == 10u);
    model.parameter("6.bias")[2] = 42.0f;
    BOOST_TEST(constant.parameter<5>()[2] == 42.0f);
    BOOST_TEST(model.data()[Net::parameters[5].offset + 2] == 42.0f);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_told_together_with_the_known_ones) {
    Model<Net> model;
    const std::string expected =
        "no parameter is named 4.weight; there are 0.weight, 0.bias, hidden.weight, hidden.bias, 6.weight, 6.bias";
    BOOST_TEST(message_of<std::invalid_argument>([&] { model.parameter("4.weight"); }) == expected);
    const Model<Net>& constant = model;
    BOOST_TEST(message_of<std::invalid_argument>([&] { constant.parameter("4.weight"); }) == expected);
    BOOST_TEST(message_of<std::invalid_argument>([&] { model.initialize("4.weight", Zeros{}); }) == expected);
}

BOOST_AUTO_TEST_CASE(iteration_visits_every_tensor_in_order) {
    Model<Net> model;
    std::vector<std::string> names;
    std::size_t numbers = 0;
    model.for_each_parameter([&](NamedTensor<float> tensor) {
        BOOST_TEST(tensor.shape.count() == static_cast<std::int64_t>(tensor.values.size()));
        BOOST_TEST((tensor.shape == Net::parameters[static_cast<int>(names.size())].spec.shape));
        names.emplace_back(tensor.name);
        numbers += tensor.values.size();
        for (float& value : tensor.values) value = static_cast<float>(names.size());
    });
    BOOST_TEST(names ==
               (std::vector<std::string>{"0.weight", "0.bias", "hidden.weight", "hidden.bias", "6.weight", "6.bias"}));
    BOOST_TEST(numbers == static_cast<std::size_t>(Model<Net>::parameter_count + Model<Net>::buffer_count));
    int visited = 0;
    static_cast<const Model<Net>&>(model).for_each_parameter([&](NamedTensor<const float> tensor) {
        BOOST_TEST(all_are(tensor.values, static_cast<float>(++visited)));
        BOOST_TEST(tensor.name == model.tensor(visited - 1).name);
    });
    BOOST_TEST(visited == 6);
}

BOOST_AUTO_TEST_CASE(the_seed_decides_all_numbers) {
    const Model<Net> first{Seed{7}}, second{Seed{7}}, other{Seed{8}};
    BOOST_TEST(all_of(first) == all_of(second));
    BOOST_TEST((first.seed() == Seed{7}));
    first.for_each_parameter([&](NamedTensor<const float> tensor) {
        BOOST_TEST(copy_of(tensor.values) != copy_of(other.parameter(tensor.name)), tensor.name);
        // PyTorch's defaults are bounded by 1 / sqrt(fan_in), and come near the bound.
        const float bound =
            1.0f / std::sqrt(static_cast<float>(Net::parameters[Net::parameter_index(tensor.name)].spec.fan_in));
        float largest = 0.0f;
        for (const float value : tensor.values) largest = std::max(largest, std::abs(value));
        BOOST_TEST((largest <= bound * 1.0001f && largest > bound * 0.2f),
                   tensor.name << " " << largest << " " << bound);
    });
    // Tensors of the same shape and layer kind are drawn apart.
    const Model<Network<Input<5>, Linear<5>, Linear<5>>> twins{Seed{7}};
    BOOST_TEST(copy_of(twins.parameter("0.weight")) != copy_of(twins.parameter("1.weight")));
}

BOOST_AUTO_TEST_CASE(initializers_reach_the_whole_model_a_kind_of_layer_or_one_tensor) {
    Model<Net> model{Seed{1}};
    const std::vector<float> before = all_of(model);
    model.initialize("hidden.bias", Constant{0.5f});
    BOOST_TEST(all_are(model.parameter("hidden.bias"), 0.5f));
    std::vector<float> changed = all_of(model);
    for (int i = 0; i < 10; ++i)
        changed[static_cast<std::size_t>(Net::parameters[3].offset + i)] =
            before[static_cast<std::size_t>(Net::parameters[3].offset + i)];
    BOOST_TEST(changed == before);

    model.initialize_layers("Linear", Constant{2.0f});
    BOOST_TEST(all_are(model.parameter("hidden.weight"), 2.0f));
    BOOST_TEST(all_are(model.parameter("6.weight"), 2.0f));
    BOOST_TEST(all_are(model.parameter("hidden.bias"), 0.5f));
    BOOST_TEST(!all_are(model.parameter("0.weight"), 2.0f));
    model.initialize_layers("Conv2d", Zeros{}, "bias");
    BOOST_TEST(all_are(model.parameter("0.bias"), 0.0f));
    BOOST_TEST(message_of<std::invalid_argument>([&] { model.initialize_layers("Conv3d", Zeros{}); }) ==
               "no layer of kind Conv3d has a tensor named weight");
    BOOST_TEST(message_of<std::invalid_argument>([&] { model.initialize_layers("Linear", Zeros{}, "slope"); }) ==
               "no layer of kind Linear has a tensor named slope");

    model.initialize(Ones{});
    model.for_each_parameter([](NamedTensor<float> tensor) { BOOST_TEST(all_are(tensor.values, 1.0f), tensor.name); });
}

BOOST_AUTO_TEST_CASE(an_initializer_of_the_users_own_learns_what_the_tensor_is) {
    Model<Net> model{Seed{3}};
    std::vector<std::string> names;
    const auto initializer = [&](std::span<float> values, const TensorInfo& tensor, Generator random) {
        names.emplace_back(tensor.name);
        BOOST_TEST(tensor.shape.count() == static_cast<std::int64_t>(values.size()));
        BOOST_TEST((random.seed == Seed{3}));
        for (float& value : values) value = static_cast<float>(1000 * tensor.fan_in + tensor.fan_out);
    };
    model.initialize(initializer);
    BOOST_TEST(names.size() == 6u);
    BOOST_TEST(all_are(model.parameter("0.weight"), 9036.0f));
    BOOST_TEST(all_are(model.parameter("0.bias"), 9036.0f));
    BOOST_TEST(all_are(model.parameter("hidden.weight"), 64010.0f));
    // The same initializer gives each tensor its own numbers, and the same ones again.
    model.initialize(Normal{0.0f, 1.0f});
    const std::vector<float> drawn = all_of(model);
    BOOST_TEST(model.parameter("6.weight")[0] != model.parameter("6.bias")[0]);
    model.initialize(Zeros{});
    model.initialize(Normal{0.0f, 1.0f});
    BOOST_TEST(all_of(model) == drawn);
}

BOOST_AUTO_TEST_CASE(copies_have_numbers_of_their_own) {
    Model<Net> first{Seed{1}}, second{Seed{2}};
    Model<Net> copy = first;
    BOOST_TEST(all_of(copy) == all_of(first));
    copy.parameter("0.bias")[0] = 5.0f;
    BOOST_TEST(first.parameter("0.bias")[0] != 5.0f);
    BOOST_TEST(all_of(second) != all_of(first));
    copy_parameters(first, second);
    BOOST_TEST(all_of(second) == all_of(first));
    BOOST_TEST((second.seed() == Seed{2}));
    const std::vector<float> numbers = all_of(first);
    const Model<Net> moved = std::move(first);
    BOOST_TEST(all_of(moved) == numbers);
}

BOOST_AUTO_TEST_CASE(any_number_of_samples_gives_what_each_gives_alone) {
    const Model<Net> model{Seed{1}};
    Workspace<Net> workspace;
    Workspaces<Net> workspaces;
    RandomNumbers random{1};
    constexpr std::size_t inputs = 36, outputs = 3, most = 40;
    const std::vector<float> x = random.uniform(most * inputs, -2.0f, 2.0f);
    std::vector<float> alone(most * outputs);
    for (std::size_t n = 0; n < most; ++n)
        model.forward(std::span{x}.subspan(n * inputs, inputs), std::span{alone}.subspan(n * outputs, outputs),
                      workspace);
    for (std::size_t count = 0; count <= most; ++count)
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT(count << " samples") {
            // A number behind the outputs stays as it is.
            std::vector<float> together(count * outputs + 1, -7.0f), shared(count * outputs + 1, -7.0f);
            const auto batch = std::span{x}.first(count * inputs);
            model.forward(batch, std::span{together}.first(count * outputs), workspace);
            model.forward(batch, std::span{shared}.first(count * outputs), workspaces);
            const auto expected = std::span{alone}.first(count * outputs);
            check_close("outputs on one thread", std::span{together}.first(count * outputs), expected, 2e-6);
            check_identical("outputs on all threads", shared, together);
            BOOST_TEST(together.back() == -7.0f);
        }
}

BOOST_AUTO_TEST_CASE(samples_may_lie_at_any_address) {
    const Model<Net> model{Seed{1}};
    Workspace<Net> workspace;
    RandomNumbers random{3};
    for (const std::size_t count : {1u, 4u, 8u, 16u, 21u}) {
        const std::vector<float> x = random.uniform(count * 36, -2.0f, 2.0f);
        std::vector<float> expected(count * 3);
        model.forward(x, expected, workspace);
        for (std::size_t shift = 1; shift < 16; ++shift) {
            std::vector<float> shifted(count * 36 + 16), y(count * 3 + 16);
            std::copy(x.begin(), x.end(), shifted.begin() + static_cast<std::ptrdiff_t>(shift));
            const auto outputs = std::span{y}.subspan(shift, count * 3);
            model.forward(std::span{shifted}.subspan(shift, count * 36), outputs, workspace);
            check_identical("outputs", outputs, expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_workspace_keeps_nothing) {
    const Model<Net> model{Seed{1}};
    Workspace<Net> used, fresh;
    RandomNumbers random{2};
    const std::vector<float> x = random.uniform(20 * 36, -2.0f, 2.0f);
    std::vector<float> huge(20 * 36, INFINITY), first(60), second(60);
    model.forward(huge, first, used);
    model.forward(x, first, used);
    model.forward(x, second, fresh);
    check_identical("outputs", first, second);
    Workspace<Net> moved = std::move(fresh);
    model.forward(x, second, moved);
    check_identical("outputs", first, second);
}

BOOST_AUTO_TEST_CASE(a_workspace_for_small_batches_runs_any) {
    const Model<Net> model{Seed{1}};
    RandomNumbers random{4};
    const std::vector<float> x = random.uniform(40 * 36, -2.0f, 2.0f);
    Workspace<Net> any;
    std::vector<float> expected(40 * 3), alone(40 * 3), y(40 * 3);
    model.forward(x, expected, any);
    for (std::size_t n = 0; n < 40; ++n)
        model.forward(std::span{x}.subspan(n * 36, 36), std::span{alone}.subspan(n * 3, 3), any);
    for (const int largest : {1, 2, 3, 5, 16, 100}) {
        Workspace<Net> workspace{largest};
        BOOST_TEST(static_cast<std::int64_t>(sizeof(float)) * workspace.size() <= Net::inference_memory(largest));
        model.forward(x, y, workspace);
        check_identical("outputs", y, largest >= 5 ? expected : largest == 1 ? alone : y);
        check_close("outputs", y, expected, 2e-6);
        Workspaces<Net> workspaces{largest};
        std::vector<float> shared(40 * 3);
        model.forward(x, shared, workspaces);
        check_identical("outputs on all cores", shared, y);
    }
    for (const int none : {0, -1}) {
        const std::string expected_message =
            "workspace: the largest batch must be positive, but is " + std::to_string(none);
        BOOST_TEST(message_of<std::invalid_argument>([&] { Workspace<Net> w{none}; }) == expected_message);
        BOOST_TEST(message_of<std::invalid_argument>([&] { Workspaces<Net> w{none}; }) == expected_message);
    }
}

BOOST_AUTO_TEST_CASE(outputs_that_overlap_inputs_are_refused) {
    const Model<Net> model{Seed{1}};
    Workspace<Net> workspace;
    Workspaces<Net> workspaces;
    const std::string expected =
        "forward: outputs overlap inputs; they lie apart, or, where a sample has as many outputs as inputs, in the "
        "same place";
    for (const std::size_t count : {1u, 2u, 3u, 17u, 64u}) {
        const std::size_t in = count * 36, out = count * 3;
        std::vector<float> numbers(in + 2 * out, 0.5f);
        for (std::size_t at = 0; at <= in + out; ++at) {
            const auto inputs = std::span{numbers}.subspan(out, in), outputs = std::span{numbers}.subspan(at, out);
            const bool apart = at == 0 || at == in + out;
            const auto forward = [&](auto& memory) {
                return message_of<std::invalid_argument>([&] { model.forward(inputs, outputs, memory); });
            };
            const std::string right = apart ? "(nothing was thrown)" : expected;
            if (forward(workspace) != right || forward(workspaces) != right)
                BOOST_ERROR(count << " samples, outputs at " << at << ", inputs at " << out);
        }
    }
}

// Every way to run: one by one, in lanes, on all cores; a result that is computed, joined, or only renamed.
BOOST_AUTO_TEST_CASE(outputs_may_lie_where_inputs_of_the_same_extent_are) {
    const auto check = []<class Same>() {
        const Model<Same> model{Seed{1}};
        constexpr auto numbers = static_cast<std::size_t>(Same::input_shape.count());
        static_assert(Same::output_shape.count() == Same::input_shape.count());
        Workspace<Same> workspace;
        Workspaces<Same> workspaces;
        RandomNumbers random{5};
        for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 16u, 17u, 64u, 131u}) {
            const std::vector<float> x = random.uniform(count * numbers, -1.0f, 1.0f);
            std::vector<float> expected(x.size()), y = x, z = x;
            model.forward(x, expected, workspace);
            model.forward(y, y, workspace);
            check_identical("outputs in place", y, expected);
            model.forward(z, z, workspaces);
            check_identical("outputs in place, on all cores", z, expected);
            if (count == 1) continue;
            const auto shifted = [&] {
                model.forward(std::span{y}.first((count - 1) * numbers),
                              std::span{y}.subspan(numbers / 2, (count - 1) * numbers), workspace);
            };
            BOOST_TEST(contains(message_of<std::invalid_argument>(shifted), "overlap"));
        }
    };
    check.operator()<Network<Input<2, 3>, Flatten>>();
    check.operator()<Network<Input<7>, Tanh>>();
    check.operator()<Network<Input<20>, Linear<20>, ReLU, Linear<20>>>();
    check.operator()<Network<Input<20>, Residual<Linear<20>, Tanh>>>();
    check.operator()<Network<Input<3, 9, 9>, Conv2d<3, Kernel<3>, Padding<1>>>>();
    check.operator()<Network<Input<16, 8, 8>, Conv2d<16, Kernel<3>, Padding<1>>, ReLU>>();
    check.operator()<Network<Input<12>, Softmax, Dropout<0.5f>>>();
}

BOOST_AUTO_TEST_CASE(a_workspace_serves_one_call_at_a_time) {
    const Model<Net> model{Seed{1}};
    Workspace<Net> workspace;
    Workspaces<Net> workspaces;
    const std::vector<float> x(36, 0.5f);
    std::vector<float> y(3);
    const std::string expected = "forward: another thread is using this workspace; each thread needs its own";
    {
        const InUse one{workspace.use_mark()}, all{workspaces.use_mark()};
        BOOST_TEST(message_of<std::logic_error>([&] { model.forward(x, y, workspace); }) == expected);
        BOOST_TEST(message_of<std::logic_error>([&] { model.forward(x, y, workspaces); }) == expected);
    }
    model.forward(x, y, workspace);
    model.forward(x, y, workspaces);
}

BOOST_AUTO_TEST_CASE(what_was_moved_from_says_so) {
    Model<Net> model{Seed{1}}, other{Seed{2}};
    const std::vector<float> numbers = all_of(model), x(36, 0.5f);
    std::vector<float> y(3);
    Workspace<Net> workspace;
    Model<Net> moved = std::move(model);
    const std::string gone = "this model was moved from: its numbers are elsewhere";
    BOOST_TEST(model.data() == nullptr);
    BOOST_TEST(message_of<std::logic_error>([&] { model.forward(x, y, workspace); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { model.parameter("0.bias"); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { model.tensor(0); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { model.initialize(Zeros{}); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { copy_parameters(model, other); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { copy_parameters(other, model); }) == gone);
    BOOST_TEST(message_of<std::logic_error>([&] { EvalModel<Net>{model}; }) == gone);
    model = other;
    BOOST_TEST(all_of(model) == all_of(other));
    BOOST_TEST(all_of(moved) == numbers);

    EvalModel<Net> eval{moved};
    const EvalModel<Net> eval_moved = std::move(eval);
    Workspace<EvalNetwork<Net>> eval_workspace;
    BOOST_TEST(message_of<std::logic_error>([&] { eval.forward(x, y, eval_workspace); }) == gone);
    eval_moved.forward(x, y, eval_workspace);

    Workspace<Net> workspace_moved = std::move(workspace);
    BOOST_TEST(message_of<std::logic_error>([&] { moved.forward(x, y, workspace); }) ==
               "forward: the workspace was moved from and has no memory");
    moved.forward(x, y, workspace_moved);
    workspace = Workspace<Net>{1};
    moved.forward(x, y, workspace);
    Workspaces<Net> all, all_moved = std::move(all);
    moved.forward(x, y, all);
    moved.forward(x, y, all_moved);
}

BOOST_AUTO_TEST_CASE(numbers_that_make_no_whole_samples_are_refused) {
    const Model<Net> model;
    Workspace<Net> workspace;
    std::vector<float> inputs(73), outputs(6);
    BOOST_TEST(message_of<std::invalid_argument>([&] { model.forward(inputs, outputs, workspace); }) ==
               "forward: 73 input numbers, expected a multiple of 36; 6 output numbers, expected 6");
    inputs.resize(72);
    outputs.resize(5);
    BOOST_TEST(message_of<std::invalid_argument>([&] { model.forward(inputs, outputs, workspace); }) ==
               "forward: 72 input numbers, expected a multiple of 36; 5 output numbers, expected 6");
    Workspaces<Net> workspaces;
    BOOST_TEST(
        contains(message_of<std::invalid_argument>([&] { model.forward(inputs, outputs, workspaces); }), "expected 6"));
}

BOOST_AUTO_TEST_CASE(a_network_without_parameters_runs) {
    const Model<Network<Input<2, 3>, Flatten>> model;
    Workspace<Network<Input<2, 3>, Flatten>> workspace;
    const std::vector<float> x{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    std::vector<float> y(12);
    model.forward(x, y, workspace);
    BOOST_TEST(y == x);
    BOOST_TEST(model.storage() == 0u);
}
