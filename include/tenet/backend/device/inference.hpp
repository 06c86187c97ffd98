#pragma once

#include <algorithm>
#include <cstdint>

#include <tenet/backend/device/memory.hpp>
#include <tenet/backend/device/pass.hpp>
#include <tenet/backend/device/source.hpp>

namespace tenet::device {

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
        reserve(std::min(piece, count));
        for (std::int64_t first = 0; first < count; first += piece) {
            const std::int64_t samples = std::min(piece, count - first);
            system_.to_device(inputs_, inputs + first * e.input.count, bytes(samples * e.input.count));
            typename Pass<System, Storage>::Run run;
            run.samples = samples;
            run.block = block_;
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
        if (samples <= reserved_) return;
        const Executable& e = pass_.program();
        Layout layout;
        const std::size_t values = layout.add<Storage>(e.block_size * samples);
        const std::size_t kept = layout.add<float>(e.kept_size);
        const std::size_t scratch = layout.add<float>(pass_.scratch_size(system_, samples, false));
        const std::size_t in = layout.add<float>(e.input.count * samples);
        const std::size_t out = layout.add<float>(e.output.count * samples);
        memory_ = {};
        memory_ = Memory<System>(system_, layout.size());
        std::byte* const at = memory_.data();
        block_ = {reinterpret_cast<Storage*>(at + values), reinterpret_cast<float*>(at + kept),
                  reinterpret_cast<float*>(at + scratch)};
        inputs_ = reinterpret_cast<float*>(at + in);
        outputs_ = reinterpret_cast<float*>(at + out);
        reserved_ = samples;
    }

    System& system_;
    Pass<System, Storage> pass_;
    Memory<System> memory_;
    Block<Storage> block_;
    float *inputs_ = nullptr, *outputs_ = nullptr;
    std::int64_t reserved_ = 0;
};

}  // namespace tenet::device
