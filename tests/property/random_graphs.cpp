#define BOOST_TEST_MODULE property_random_graphs
#include <cmath>
#include <cstdio>

#include <support/boost_test.hpp>
#include <support/close.hpp>
#include <support/graph_oracle.hpp>
#include <support/grouping_law.hpp>
#include <support/random_device_program.hpp>
#include <support/random_program.hpp>

// Graphs drawn at random, other ones with each TENET_TEST_SEED: what they compute, their gradients, and their plans.

using namespace tenet;
using namespace tenet::testing;

namespace {

struct Fixture {
    RandomNumbers random;
    RandomGraph graph;
    Numbers weights;

    explicit Fixture(std::uint32_t number) : random(number), graph(GraphDrawer{random}.draw()) {
        weights.resize(static_cast<std::size_t>(graph.parameters.storage));
        for (const Parameter& p : graph.parameters)
            for (std::int64_t i = 0; i < p.count(); ++i)
                weights[static_cast<std::size_t>(p.offset + i)] =
                    p.spec.name == "running_var"
                        ? random.uniform(0.25f, 2.0f)
                        : random.uniform(-1.25f, 1.25f) / std::sqrt(static_cast<float>(p.spec.fan_in));
    }
    std::vector<oracle::Array> exact_weights() const {
        std::vector<oracle::Array> result;
        for (const Parameter& p : graph.parameters)
            result.emplace_back(weights.begin() + p.offset, weights.begin() + p.offset + p.count());
        return result;
    }
    Numbers inputs(int samples) {
        return random.uniform(static_cast<std::size_t>(samples * graph.graph.input_shape.count()), -1, 1);
    }
    Numbers targets(int samples) {
        return random.uniform(static_cast<std::size_t>(samples * graph.graph.output_shape.count()), -1, 1);
    }
};

/// Calls check(fixture) for so many graphs.
template <class Check>
void for_each_graph(int count, std::uint32_t first, const Check& check) {
    for (int i = 0; i < count; ++i) {
        Fixture fixture{first + static_cast<std::uint32_t>(i)};
        TENET_TEST_SEED_CONTEXT BOOST_TEST_CONTEXT("graph " << i << ": " << fixture.graph.text()) check(fixture);
    }
}

Numbers to_float(const oracle::Array& numbers) {
    return Numbers(numbers.begin(), numbers.end());
}

void check_plan(const RandomSchedule& program) {
    const auto& plan = program.plan();
    const auto& outline = program.outline();
    BOOST_TEST(memory::sound(plan));
    BOOST_TEST(plan.peak >= plan.bound);
    BOOST_TEST(plan.peak <= plan.total);
    check_written_before_read(outline.grouping);
    for (int g = 0; g < outline.grouping.count; ++g) {
        const fusion::Group& group = outline.group(g);
        for (int k = 0; k < group.input_count; ++k) {
            const memory::Buffer& in = plan.buffers[group.inputs[k].storage];
            BOOST_TEST((in.first <= g && g + 1 <= in.last));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_seed_is_told) {
    std::printf("TENET_TEST_SEED=%u\n", run_seed());
    Fixture one{1}, again{1}, other{2};
    BOOST_TEST(one.graph.text() == again.graph.text());
    BOOST_TEST(one.graph.text() != other.graph.text());
}

BOOST_AUTO_TEST_CASE(plans_are_sound_and_values_are_written_once_before_they_are_read) {
    for_each_graph(2000, 100'000, [](const Fixture& f) {
        for (const Mode mode : {Mode::inference, Mode::training}) {
            check_plan(RandomProgram{f.graph, mode, fusion::Rules{}});
            check_plan(RandomProgram{f.graph, mode, fusion::NoRules{}});
            check_plan(RandomDeviceProgram{f.graph, mode, fusion::Rules{}});
            check_plan(RandomDeviceProgram{f.graph, mode, fusion::NoRules{}});
        }
    });
}

BOOST_AUTO_TEST_CASE(outputs_are_those_of_the_oracle_fused_or_not) {
    int checked = 0;
    for_each_graph(1000, 200'000, [&](Fixture& f) {
        constexpr int samples = 21;
        const RandomProgram fused{f.graph, Mode::inference, fusion::Rules{}};
        const RandomProgram unfused{f.graph, Mode::inference, fusion::NoRules{}};
        const Numbers input = f.inputs(samples);
        const auto exact = f.exact_weights();
        const RandomGraph inference = f.graph.in(Mode::inference);
        oracle::GraphForward forward{inference, exact, samples};
        const Numbers expected = to_float(forward.run(oracle::to_double(input)));
        if (forward.largest() > 10.0) return;  // floats of large numbers that cancel say little
        ++checked;
        const double tolerance = f.graph.has_batch_statistics() ? 1e-4 : 2e-5;  // it makes small numbers large
        cpu::for_each_isa([&]<class Isa>() {
            BOOST_TEST_CONTEXT(Isa::lanes << " lanes")
            for (const int at_once : {1, samples}) {
                check_close("fused output", fused.outputs<Isa>(f.weights, input, at_once), expected, tolerance);
                check_close("unfused output", unfused.outputs<Isa>(f.weights, input, at_once), expected, tolerance);
            }
        });
        BOOST_TEST_CONTEXT("on the device") {
            const RandomDeviceProgram of_device{f.graph, Mode::inference, fusion::Rules{}};
            const RandomDeviceProgram unfused_of_device{f.graph, Mode::inference, fusion::NoRules{}};
            check_close("fused output", of_device.outputs(f.weights, input), expected, tolerance);
            check_close("unfused output", unfused_of_device.outputs(f.weights, input), expected, tolerance);
        }
    });
    BOOST_TEST(checked > 500);
}

BOOST_AUTO_TEST_CASE(gradients_are_finite_differences_of_the_oracle_fused_or_not) {
    int checked = 0;
    for_each_graph(800, 300'000, [&](Fixture& f) {
        constexpr int samples = 3, most = 8;
        constexpr double step = 1e-6;
        const RandomProgram fused{f.graph, Mode::training, fusion::Rules{}};
        const RandomProgram unfused{f.graph, Mode::training, fusion::NoRules{}};
        const Numbers input = f.inputs(samples), target = f.targets(samples);
        auto exact = f.exact_weights();
        oracle::Array x = oracle::to_double(input);
        oracle::GraphForward forward{f.graph, exact, samples};
        const auto loss = [&] {
            const oracle::Array& y = forward.run(x);
            double sum = 0.0;
            for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * target[i];
            return sum;
        };
        loss();
        // Floats lose the slopes of Tanh at large numbers, and may be on the other side of a kink.
        if (forward.largest() > 3.0 || forward.nearest_kink() < 1e-5) return;
        // And what is left of numbers that hardly differ.
        if (forward.least_variance() < 0.02) return;
        ++checked;
        const auto running = forward.running();
        const auto slope = [&](double& number) {
            const double at = number;
            number = at + step;
            const double above = loss();
            number = at - step;
            const double below = loss();
            number = at;
            return static_cast<float>((above - below) / (2 * step));
        };
        // Some numbers of every tensor, the same for all programs.
        struct Sampled {
            std::vector<std::size_t> at;
            Numbers slopes;
        };
        const auto sampled = [&](oracle::Array& numbers) {
            Sampled result;
            for (std::size_t i = 0; i < std::min<std::size_t>(numbers.size(), most); ++i) {
                const int last = static_cast<int>(numbers.size()) - 1;
                result.at.push_back(last < most ? i : static_cast<std::size_t>(f.random.integer(0, last)));
                result.slopes.push_back(slope(numbers[result.at.back()]));
            }
            return result;
        };
        const auto typical = [](const std::vector<const Numbers*>& gradients) {
            double squares = 0.0, count = 0.0;
            for (const Numbers* const numbers : gradients)
                for (const float g : *numbers) squares += double{g} * g, ++count;
            return std::sqrt(squares / count);
        };
        // A batch normalisation takes away what a bias before it adds or a factor multiplies: rounding is left, small
        // beside other gradients.
        const auto check = [&](const std::string& name, const Numbers& gradient, const Sampled& expected,
                               double floor) {
            Numbers actual, magnitudes;
            for (std::size_t i = 0; i < expected.at.size(); ++i) {
                actual.push_back(gradient[expected.at[i]]);
                magnitudes.push_back(
                    static_cast<float>(std::abs(expected.slopes[i]) + typical({&gradient}) + floor + 1e-6));
            }
            check_close(name, actual, expected.slopes, 2e-4, magnitudes);
        };
        const Sampled by_input = sampled(x);
        std::vector<Sampled> by_parameter;
        for (oracle::Array& numbers : exact) by_parameter.push_back(sampled(numbers));
        const auto check_pass = [&](const Pass& pass, const Numbers& averaged) {
            std::vector<const Numbers*> all{&pass.input_gradient};
            for (int i = 0; i < f.graph.parameters.count; ++i)
                if (f.graph.parameters[i].trained) all.push_back(&pass.gradients[static_cast<std::size_t>(i)]);
            const double floor = f.graph.has_batch_statistics() ? 0.1 * typical(all) : 0.0;
            check("input gradient", pass.input_gradient, by_input, floor);
            for (int i = 0; i < f.graph.parameters.count; ++i) {
                const Parameter& p = f.graph.parameters[i];
                const auto first = averaged.begin() + p.offset;
                check_close("running averages, tensor " + std::to_string(i), Numbers(first, first + p.count()),
                            to_float(running[static_cast<std::size_t>(i)]), 1e-5);
            }
            for (int i = 0; i < f.graph.parameters.count; ++i)
                if (f.graph.parameters[i].trained)
                    check("gradient of tensor " + std::to_string(i), pass.gradients[static_cast<std::size_t>(i)],
                          by_parameter[static_cast<std::size_t>(i)], floor);
        };
        Numbers averaged;
        cpu::for_each_isa([&]<class Isa>() {
            for (const RandomProgram* const program : {&fused, &unfused})
                BOOST_TEST_CONTEXT(Isa::lanes << " lanes, " << (program == &fused ? "fused" : "unfused"))
                    check_pass(program->pass<Isa>(f.weights, input, target, &averaged), averaged);
        });
        const RandomDeviceProgram of_device{f.graph, Mode::training, fusion::Rules{}};
        const RandomDeviceProgram unfused_of_device{f.graph, Mode::training, fusion::NoRules{}};
        const RandomDeviceProgram again_on_device{f.graph, Mode::training, fusion::Rules{}, true};
        for (const RandomDeviceProgram* const program : {&of_device, &unfused_of_device, &again_on_device})
            BOOST_TEST_CONTEXT("on the device, " << (program == &of_device           ? "fused"
                                                     : program == &unfused_of_device ? "unfused"
                                                                                     : "all again"))
                check_pass(program->pass(f.weights, input, target, &averaged), averaged);
    });
    BOOST_TEST(checked > 250);
}

BOOST_AUTO_TEST_CASE(depth_first_is_layer_by_layer) {
    int checked = 0;
    for_each_graph(1000, 400'000, [&](Fixture& f) {
        if (f.graph.has_batch_statistics()) return;  // they belong to all samples, layer by layer
        ++checked;
        constexpr int samples = 48;
        const RandomProgram program{f.graph, Mode::training, fusion::Rules{}};
        const Numbers input = f.inputs(samples), target = f.targets(samples);
        cpu::for_each_isa([&]<class Isa>() {
            BOOST_TEST_CONTEXT(Isa::lanes << " lanes")
            check_identical("outputs, gradients and sums", program.trace<Isa>(f.weights, input, target, false),
                            program.trace<Isa>(f.weights, input, target, true));
        });
    });
    BOOST_TEST(checked > 300);
}

BOOST_AUTO_TEST_CASE(what_is_computed_again_changes_no_bit) {
    int smaller = 0, fewer = 0;
    for_each_graph(1000, 500'000, [&](Fixture& f) {
        constexpr int samples = 35;
        const RandomGraph graph = f.graph.all_kept();
        const Numbers input = f.inputs(samples), target = f.targets(samples);
        const auto check = [&](auto rules) {
            const RandomProgram kept{graph, Mode::training, rules}, some{f.graph, Mode::training, rules},
                all{f.graph, Mode::training, rules, true};
            BOOST_TEST(some.kept_peak() == kept.plan().peak);
            BOOST_TEST(some.plan().bound <= all.plan().bound);
            smaller += some.plan().peak < kept.plan().peak;
            fewer += some.plan().total < all.plan().total;
            cpu::for_each_isa([&]<class Isa>() {
                const Pass expected = kept.pass<Isa>(f.weights, input, target);
                for (const RandomProgram* const program : {&some, &all})
                    BOOST_TEST_CONTEXT(Isa::lanes << " lanes, " << (program == &all ? "all" : "what pays") << " again") {
                        const Pass pass = program->pass<Isa>(f.weights, input, target);
                        BOOST_TEST(pass.loss == expected.loss);
                        check_identical("input gradient", pass.input_gradient, expected.input_gradient);
                        for (std::size_t i = 0; i < pass.gradients.size(); ++i)
                            check_identical("gradient of tensor " + std::to_string(i), pass.gradients[i],
                                            expected.gradients[i]);
                    }
            });
        };
        check(fusion::Rules{});
        check(fusion::NoRules{});
    });
    std::printf("smaller plans by computing again: %d; by less of it as small: %d\n", smaller, fewer);
    BOOST_TEST(smaller > 100);
    BOOST_TEST(fewer > 100);
}
