#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/device/source.hpp>
#include <tenet/backend/device/workplace.hpp>

namespace TENET_NAMESPACE::device {

namespace detail {

/// The outputs of a batch as floats, one sample behind the other.
template <class Storage>
struct WriteOutputs {
    Rows<Storage> y;
    float* outputs;
    std::int64_t count;

    TENET_HOST_DEVICE void operator()(std::int64_t s, std::int64_t i) const {
        outputs[s * count + i] = static_cast<float>(y[s][i]);
    }
};

}  // namespace detail

/// Runs a network on samples of the host, piece by piece.
template <class System, class Storage>
class Inference {
  public:
    Inference(System& system, const Executable& program, const StepCode<System, Storage>* code)
        : system_(system), pass_(program, code) {}

    void run(const float* weights, const float* inputs, float* outputs, std::int64_t count) {
        const Executable& e = pass_.program();
        const std::int64_t piece = std::clamp<std::int64_t>((1 << 26) / (e.block_size + 1), 1, 4096);
        for (std::int64_t first = 0; first < count; first += piece) {
            const std::int64_t samples = std::min(piece, count - first);
            reserve(samples);
            system_.to_device(inputs_, inputs + first * e.input.count, bytes(samples * e.input.count));
            typename Pass<System, Storage>::Run run;
            run.samples = samples;
            run.block = place_.block();
            run.weights = weights;
            for_each_number(system_, samples, e.input.count,
                            ReadInputs<float, Storage>{{inputs_}, pass_.rows(e.input, run), e.input.count});
            pass_.forward(system_, run);
            for_each_number(system_, samples, e.output.count,
                            detail::WriteOutputs<Storage>{pass_.rows(e.output, run), outputs_, e.output.count});
            system_.to_host(outputs + first * e.output.count, outputs_, bytes(samples * e.output.count));
        }
        system_.wait();
    }

  private:
    static std::size_t bytes(std::int64_t floats) { return static_cast<std::size_t>(floats) * sizeof(float); }

    void reserve(std::int64_t samples) {
        const Executable& e = pass_.program();
        const auto forward = [&](const auto& run) { pass_.forward(system_, run); };
        place_.reserve(system_, e, samples, pass_.scratch_size(system_, samples, forward));
        if (const std::size_t size = bytes((e.input.count + e.output.count) * samples); size > arrays_.size()) {
            arrays_ = {};
            arrays_ = Memory<System>(system_, size);
            inputs_ = reinterpret_cast<float*>(arrays_.data());
            outputs_ = inputs_ + e.input.count * samples;
        }
    }

    System& system_;
    Pass<System, Storage> pass_;
    Workplace<System, Storage> place_;
    Memory<System> arrays_;
    float *inputs_ = nullptr, *outputs_ = nullptr;
};

}  // namespace tenet::device
