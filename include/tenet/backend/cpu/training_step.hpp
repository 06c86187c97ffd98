#pragma once

#include <tenet/backend/cpu/gradient_pass.hpp>

namespace TENET_NAMESPACE::cpu {

/// The gradient pass of a network and a loss.
template <class Net, class Loss, bool InputGradient = false, class Rules = fusion::Rules>
class TrainingStep {
    using Program = schedule::Program<Net, Mode::training, InputGradient, Rules>;

  public:
    float* gradients() { return pass_.gradients(); }
    const float* gradients() const { return pass_.gradients(); }

    /// Gradients of the mean loss of a batch. `update(parameter, begin, end)` is called for every range of every
    /// trained parameter once its gradient is there, from several threads, never twice for one number. If
    /// `input_gradient` is given (and InputGradient), it receives the gradient by the inputs, sample by sample.
    template <class Stored, class Update>
    StepResult run(const float* weights, const Loss& loss, const Batch<Stored>& batch, const Update& update,
                   float* input_gradient = nullptr, float* running = nullptr) {
        return dispatch(
            [&]<class Isa>() { return run_on<Isa>(weights, loss, batch, update, input_gradient, running); });
    }

    /// `run` on one instruction set; an object keeps to one.
    template <class Isa, class Stored, class Update>
    StepResult run_on(const float* weights, const Loss& loss, const Batch<Stored>& batch, const Update& update,
                      float* input_gradient, float* running = nullptr) {
        const RangeVisitor visit{&update, [](const void* object, int parameter, std::int64_t begin, std::int64_t end) {
                                     (*static_cast<const Update*>(object))(parameter, begin, end);
                                 }};
        return pass_.run(gradient_pass_code<Program, Isa>, weights, any_loss<Isa>(loss, Net::output_shape),
                         any_batch<Isa, !Loss::takes_labels>(batch), visit, input_gradient, running);
    }

  private:
    GradientPass pass_{executable<Program>};
};

}  // namespace tenet::cpu
