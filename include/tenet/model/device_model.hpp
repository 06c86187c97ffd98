#pragma once

#include <memory>
#include <span>

#include <tenet/backend/device/compiled_program.hpp>
#include <tenet/backend/device/inference.hpp>
#include <tenet/core/change_mark.hpp>
#include <tenet/core/use_mark.hpp>
#include <tenet/model/model.hpp>

namespace TENET_NAMESPACE {

/// A model on a device, of the same network and the same first numbers as a `Model<Net>` of that seed:
/// ```
/// Model<LeNet, Cuda> model{Seed{42}};
/// model.forward(images, logits);              // arrays of the host
/// Model<LeNet> copy = model.to_host();        // to look at, or to save
/// ```
template <class Net, class System>
class Model<Net, OnDevice<System>> {
    using Storage = typename System::Storage;
    using Program = device::ProgramOf<Net, Mode::inference>;

  public:
    using Network = Net;
    TENET_LOCAL static constexpr int parameter_tensor_count = Net::parameter_tensor_count;
    TENET_LOCAL static constexpr std::int64_t parameter_count = Net::parameter_count;
    TENET_LOCAL static constexpr std::int64_t buffer_count = Net::buffer_count;

    /// `options` choose a device where there are several.
    explicit Model(Seed seed = {}, const typename System::Options& options = {}) : Model(Model<Net>{seed}, options) {}
    /// The numbers of a model of the host.
    explicit Model(const Model<Net>& model, const typename System::Options& options = {})
        : system_(std::make_unique<System>(options)),
          numbers_(*system_, model.storage() * sizeof(float)),
          seed_(model.seed()),
          inference_(std::make_unique<Inference>(*system_, device::executable<Program>,
                                                 device::executable_code<Program, System, Storage>)) {
        assign(model);
    }

    Seed seed() const { return seed_; }

    /// All parameters, from here and to here. Throws std::logic_error during a step on another thread.
    Model<Net> to_host() const {
        require_numbers();
        Model<Net> model{seed_};
        const BetweenSteps held{change_mark_, "to_host"};
        system_->to_host(model.data(), numbers_.data(), model.storage() * sizeof(float));
        system_->wait();
        return model;
    }
    void assign(const Model<Net>& model) {
        require_numbers();
        model.require_numbers();
        const BetweenSteps read{model.change_mark(), "assign"}, written{change_mark_, "assign"};
        system_->to_device(numbers_.data(), model.data(), model.storage() * sizeof(float));
        system_->wait();
    }

    /// outputs[n] = network(inputs[n]) for as many samples as `inputs` holds, arrays of the host. Dropout is off. Not
    /// for several threads at once: the model's memory on the device is used. Errors as of `Model<Net>::forward`.
    void forward(std::span<const float> inputs, std::span<float> outputs) {
        require_numbers();
        const InUse use{use_mark_};
        if (!use) detail::raise_logic_error("forward: another thread is using this model on a device");
        const BetweenSteps held{change_mark_, "forward"};
        detail::check_apart<Net>(inputs, outputs);
        const int count = detail::checked_count(inputs.size(), outputs.size(),
                                                static_cast<std::size_t>(Net::input_shape.count()),
                                                static_cast<std::size_t>(Net::output_shape.count()));
        inference_->run(data(), inputs.data(), outputs.data(), count);
    }

    System& system() {
        require_numbers();
        return *system_;
    }
    /// All numbers in the device's memory, tensors as in Net::parameters.
    float* data() {
        require_numbers();
        return reinterpret_cast<float*>(numbers_.data());
    }

    /// As of a model of the host.
    ChangeMark& change_mark() { return change_mark_; }
    const ChangeMark& change_mark() const { return change_mark_; }
    void require_numbers() const {
        if (!system_) detail::refuse_moved_numbers();
    }

  private:
    using Inference = device::Inference<System, Storage>;

    std::unique_ptr<System> system_;
    device::Memory<System> numbers_;
    Seed seed_;
    std::unique_ptr<Inference> inference_;
    UseMark use_mark_;
    ChangeMark change_mark_;
};

}  // namespace tenet
