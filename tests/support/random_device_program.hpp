#pragma once

#include <vector>

#include <tenet/backend/device/compiled_program.hpp>

#include <support/any_network.hpp>
#include <support/device.hpp>
#include <support/dot_loss.hpp>
#include <support/random_schedule.hpp>

namespace tenet::testing {

/// A random graph as a program for the device that tests run on.
class RandomDeviceProgram : public RandomSchedule {
  public:
    template <class Rules>
    RandomDeviceProgram(const RandomGraph& drawn, Mode mode, Rules rules, bool all_again = false)
        : RandomSchedule(drawn, mode, rules, schedule::LayerByLayer{}, all_again) {
        device::StepFacts facts[most_groups];
        for (int g = 0; g < outline().grouping.count; ++g)
            with_operation_and_formula(g, [&]<class Op, class Formula>(const Op& op) {
                facts[g] = {&op, device::Family<Op>::kept(op), device::output_derivative<Formula>};
            });
        tables_ = device::executable_tables<most_groups, most_storages>(graph().graph, graph().parameters, outline(),
                                                                        recomputation(), plan(), facts);
        for (int g = 0; g < outline().grouping.count; ++g)
            with_operation_and_formula(g, [&]<class Op, class Formula>(const Op&) {
                using namespace device::detail;
                codes_.push_back(tables_.steps[g].multiplied ? step_code<TestSystem, float, Op, Formula, true, true>()
                                                             : step_code<TestSystem, float, Op, Formula, true, false>());
            });
        executable_ = tables_.head;
        executable_.steps = tables_.steps;
        executable_.cleared = tables_.cleared;
        executable_.parameters = graph().parameters.items;
    }

    Numbers outputs(const Numbers& weights, const Numbers& inputs) const {
        return device_pass<DotLoss>(executable_, codes_.data(), weights.data(), nullptr, inputs, {}, Seed{}, 0).outputs;
    }

    /// Gradients of the sum over outputs times `target`, summed over the batch. If `running` is given, it receives the
    /// parameters with the running averages moved on.
    Pass pass(const Numbers& weights, const Numbers& inputs, const Numbers& target, Numbers* running = nullptr) const {
        if (running) *running = weights;
        const DotLoss loss;
        const DevicePass of_device =
            device_pass(executable_, codes_.data(), weights.data(), &loss, inputs, {nullptr, target.data(), nullptr},
                        Seed{}, 0, running ? running->data() : nullptr);
        Pass result{of_device.input_gradient, {}, of_device.loss};
        for (const Parameter& p : graph().parameters) {
            const auto first = of_device.gradients.begin() + p.offset;
            result.gradients.emplace_back(first, first + p.count());
        }
        return result;
    }

  private:
    /// visit.template operator()<Op, Formula>(operation of group g).
    template <class Visit>
    void with_operation_and_formula(int g, const Visit& visit) const {
        with_operation(g, [&]<class Op>(const Op& op) {
            with_formula < requires {
                Op::takes_epilogue;
            }
            > (g, [&]<class Formula>() { visit.template operator()<Op, Formula>(op); });
        });
    }

    std::vector<device::StepCode<TestSystem, float>> codes_;
    device::ExecutableTables<most_groups, most_storages> tables_;
    device::Executable executable_;
};

}  // namespace tenet::testing
