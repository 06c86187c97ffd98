#define BOOST_TEST_MODULE golden_losses
#include <tenet/layers/flatten.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

namespace {

std::set<std::string> covered;

template <int Outputs, class Loss>
void check(const std::string& name, const Loss& loss) {
    using Net = Network<Input<Outputs>, Flatten>;  // hands its input to the loss
    covered.insert(name);
    const io::TensorFile file = golden::read(name);
    const testing::Numbers input = file.at("input").to_floats(), gradient = file.at("input_gradient").to_floats();
    const float expected = file.at("loss").to_floats().at(0);
    const std::vector<const float*> rows = testing::rows_of(input, Outputs);
    std::vector<std::int32_t> labels;
    testing::Numbers targets;
    std::vector<const float*> target_rows;
    if constexpr (Loss::takes_labels) {
        for (const std::int64_t label : file.at("target").values<std::int64_t>())
            labels.push_back(static_cast<std::int32_t>(label));
    } else {
        targets = file.at("target").to_floats();
        target_rows = testing::rows_of(targets, Outputs);
    }
    Batch<> batch;
    batch.inputs = rows.data();
    batch.labels = labels.data();
    batch.targets = target_rows.data();
    batch.size = static_cast<int>(rows.size());

    double sum = 0.0;
    for (std::size_t n = 0; n < rows.size(); ++n) {
        if constexpr (Loss::takes_labels) sum += loss.forward(rows[n], Outputs, labels[n]);
        else sum += loss.forward(rows[n], target_rows[n], Outputs);
    }
    BOOST_TEST_CONTEXT(name) {
        BOOST_TEST(sum / batch.size == expected, boost::test_tools::tolerance(1e-6));
        cpu::for_each_isa([&]<class Isa>() {
            BOOST_TEST_CONTEXT(Isa::lanes << " lanes") {
                const Model<Net> model;
                testing::Numbers input_gradient(input.size());
                cpu::TrainingStep<Net, Loss, true> step;
                const StepResult result = step.template run_on<Isa>(
                    model.data(), loss, batch, [](int, std::int64_t, std::int64_t) {}, input_gradient.data());
                BOOST_TEST(result.loss == double{expected}, boost::test_tools::tolerance(1e-6));
                testing::check_close("gradient", input_gradient, gradient, 2e-6);
            }
        });
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(losses) {
    check<10>("loss_cross_entropy", CrossEntropy{});
    check<4>("loss_cross_entropy_small_batch", CrossEntropy{});
    check<10>("loss_cross_entropy_large_values", CrossEntropy{});
    check<10>("loss_cross_entropy_label_smoothing", CrossEntropy{.label_smoothing = 0.1f});
    check<5>("loss_mse", MSE{});
    check<1>("loss_mse_one_output", MSE{});
    golden::check_coverage("losses", covered);
}
