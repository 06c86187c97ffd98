#pragma once

#include <cstdint>
#include <utility>

#include <tenet/backend/device/compiled_program.hpp>
#include <tenet/backend/device/inference.hpp>
#include <tenet/backend/device/thread.hpp>
#include <tenet/core/array_bound.hpp>

namespace TENET_NAMESPACE {

namespace detail {

template <class Net, std::int64_t MostBytes>
struct ForwardInThread {
    using Program = device::ProgramOf<Net, Mode::inference>;
    using Pass = device::Pass<device::Thread, float>;
    using Run = typename Pass::Run;
    TENET_LOCAL static constexpr std::int64_t floats = Program::plan.peak;
    TENET_LOCAL static constexpr bool fits = floats * static_cast<std::int64_t>(sizeof(float)) <= MostBytes;
    static_assert(fits,
                  "tenet: the activations of this network take more memory than forward_in_thread gives a thread: run "
                  "it as Model<Net, Cuda>, or allow more, forward_in_thread<Net, bytes>");

    template <int... G>
    static TENET_HOST_DEVICE void run(const float* weights, const float* inputs, float* outputs,
                                      std::integer_sequence<int, G...>) {
        constexpr device::Place in = place(true), out = place(false);
        float block[array_bound(floats)];
        device::Thread thread;
        Run run;
        run.samples = 1;
        run.block.values = block;
        run.weights = weights;
        device::for_each_number(thread, 1, in.count,
                                device::ReadInputs<float, float>{{inputs}, Pass::rows(in, run), in.count});
        (step<G>(thread, run), ...);
        device::for_each_number(thread, 1, out.count,
                                device::detail::WriteOutputs<float>{Pass::rows(out, run), outputs, out.count});
    }

  private:
    /// What a kernel reads has to be a constant in it: a table of the host is out of its reach.
    template <int G>
    static TENET_HOST_DEVICE void step(device::Thread& thread, const Run& run) {
        constexpr auto operation = Program::template Leaf<G>::operation;
        constexpr device::Step at = step_of(G);
        device::Family<typename Program::template Operation<G>>::template forward<
            typename Program::template Formula<G>>(thread, operation, Pass::operands(at, run, false));
    }
    static consteval device::Step step_of(int g) {
        device::Step step = device::executable<Program>.steps[g];
        step.operation = nullptr;
        return step;
    }
    static consteval device::Place place(bool input) {
        return input ? device::executable<Program>.input : device::executable<Program>.output;
    }
};

}  // namespace detail

/// outputs = network(inputs) for one sample, in the thread that calls, which may be one of a kernel: a user's own code
/// asks a small network in the middle of its work.
/// ```
/// __constant__ float weights[Distance::parameters.storage];  // cudaMemcpyToSymbol(weights, model.data(), ...)
///
/// float distance;
/// forward_in_thread<Distance>(weights, point, &distance);
/// ```
/// `weights` are laid out as Net::parameters, in any memory: all threads of a warp read the same ones at a time, as
/// constant memory wants it. Nothing is allocated; activations take `MostBytes` of the thread's memory at most, and
/// stay in registers where layers are of some 16 units. Several inputs, or outputs, stand one behind the other. Random
/// layers are off.
///
/// From .cu files with --expt-relaxed-constexpr. A network that names its layers can be used in the body of a kernel, but
/// not as its template argument: nvcc does not get over the strings.
template <class Net, std::int64_t MostBytes = 4096>
TENET_HOST_DEVICE void forward_in_thread(const float* weights, const float* inputs, float* outputs) {
    using Forward = detail::ForwardInThread<Net, MostBytes>;
    Forward::run(weights, inputs, outputs, std::make_integer_sequence<int, Forward::Program::group_count>{});
}

}  // namespace tenet
