#define BOOST_TEST_MODULE golden_losses
#include <tenet/backend/cpu/evaluation.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/losses/cross_entropy.hpp>
#include <tenet/losses/mse.hpp>

#include <support/boost_test.hpp>
#include <support/golden.hpp>

using namespace tenet;

namespace {

std::set<std::string> covered;

template <int... Extent, class Loss>
void check(const std::string& name, const Loss& loss) {
    using Net = Network<Input<Extent...>, Dropout<0.0f>>;  // hands its input to the loss
    constexpr int outputs = (Extent * ...);
    covered.insert(name);
    const io::TensorFile file = golden::read(name);
    const testing::Numbers input = file.at("input").to_floats(), gradient = file.at("input_gradient").to_floats();
    const float expected = file.at("loss").to_floats().at(0);
    const std::vector<const float*> rows = testing::rows_of(input, outputs);
    std::vector<std::int32_t> labels;
    testing::Numbers targets;
    std::vector<const float*> target_rows;
    if constexpr (Loss::takes_labels) {
        for (const std::int64_t label : file.at("target").values<std::int64_t>())
            labels.push_back(static_cast<std::int32_t>(label));
    } else {
        targets = file.at("target").to_floats();
        target_rows = testing::rows_of(targets, outputs);
    }
    Batch<> batch;
    batch.inputs = rows.data();
    batch.labels = labels.data();
    batch.targets = target_rows.data();
    batch.size = static_cast<int>(rows.size());

    double sum = 0.0;
    if constexpr (!Loss::takes_labels) {
        for (std::size_t n = 0; n < rows.size(); ++n) sum += loss.forward(rows[n], target_rows[n], outputs);
    } else if constexpr (sizeof...(Extent) == 1) {
        for (std::size_t n = 0; n < rows.size(); ++n) sum += loss.forward(rows[n], outputs, labels[n]);
    }
    BOOST_TEST_CONTEXT(name) {
        if (!Loss::takes_labels || sizeof...(Extent) == 1)
            BOOST_TEST(sum / batch.size == expected, boost::test_tools::tolerance(1e-6));
        cpu::for_each_isa([&]<class Isa>() {
            BOOST_TEST_CONTEXT(Isa::lanes << " lanes") {
                const Model<Net> model;
                testing::Numbers input_gradient(input.size());
                cpu::TrainingStep<Net, Loss, true> step;
                const StepResult result = step.template run_on<Isa>(
                    model.data(), loss, batch, [](int, std::int64_t, std::int64_t) {}, input_gradient.data());
                BOOST_TEST(result.loss == double{expected}, boost::test_tools::tolerance(1e-6));
                cpu::Evaluation<Net, Loss> evaluation;
                const StepResult evaluated = evaluation.run(model.data(), loss, batch);
                BOOST_TEST(evaluated.loss == double{expected}, boost::test_tools::tolerance(1e-6));
                BOOST_TEST(evaluated.correct == result.correct);
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
    check<4, 3, 5>("loss_cross_entropy_images", CrossEntropy{});
    check<2, 4, 4>("loss_cross_entropy_images_label_smoothing", CrossEntropy{.label_smoothing = 0.2f});
    check<5, 7>("loss_cross_entropy_sequences", CrossEntropy{});
    check<5>("loss_mse", MSE{});
    check<1>("loss_mse_one_output", MSE{});
    golden::check_coverage("losses", covered);
}
