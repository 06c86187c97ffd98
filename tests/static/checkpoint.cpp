#include <tenet/backend/cpu/facts.hpp>
#include <tenet/network.hpp>

/// What Checkpoint saves, and what it costs.
using namespace tenet;

namespace {

template <class Net>
using Training = schedule::Program<Net, Mode::training>;

/// A digit for each group: how often it goes forward.
template <class Net, class Program = Training<Net>>
constexpr bool runs_forward(std::string_view times) {
    const cpu::Executable& e = cpu::executable<Program>;
    if (e.step_count != static_cast<int>(times.size())) return false;
    for (int s = 0; s < e.step_count; ++s)
        if (1 + e.steps[s].again != times[static_cast<std::size_t>(s)] - '0') return false;
    return true;
}

// GELU reads its input on the way back, Linear nothing: it keeps its input for the whole batch. The output of GELU is
// never read again, so that of 13 groups no more than four run twice.
template <template <class...> class Keep>
using Waists = Network<Input<10>, Repeat<4, Keep<Linear<100>, GELU, Linear<10>>>, Linear<2>>;
static_assert(runs_forward<Waists<Sequential>>("1111111111111") && runs_forward<Waists<Checkpoint>>("2112112112111"));
// When the last block goes forward: the inputs of four GELU, the output of one and that of the block; or the input and
// the output of one, and the inputs of four blocks.
static_assert(Training<Waists<Sequential>>::plan.peak == 4 * 100 + 100 + 10);
static_assert(Training<Waists<Checkpoint>>::plan.peak == 100 + 100 + 4 * 10);
static_assert(Training<Waists<Checkpoint>>::kept_peak == Training<Waists<Sequential>>::plan.peak);

// Nothing changes in inference, nor in what is computed and saved to files.
static_assert(schedule::Program<Waists<Checkpoint>, Mode::inference>::plan.peak ==
              schedule::Program<Waists<Sequential>, Mode::inference>::plan.peak);
static_assert(Waists<Checkpoint>::forward_flops() == Waists<Sequential>::forward_flops());
static_assert(Waists<Checkpoint>::parameter_name(2) == "0.0.0.2.weight" &&
              Waists<Checkpoint>::parameter_name(2) == Waists<Sequential>::parameter_name(2));

// A residual block: convolution, BatchNorm with ReLU, convolution, BatchNorm with the sum and ReLU, whose output others
// read. The last one has nobody to make room for.
template <template <class...> class Keep>
using Blocks = Network<Input<8, 16, 16>, Repeat<3, Keep<Residual<Conv2d<8, Kernel<3>, Padding<1>>, BatchNorm2d<>, ReLU,
                                                                 Conv2d<8, Kernel<3>, Padding<1>>, BatchNorm2d<>>,
                                                        ReLU>>>;
static_assert(runs_forward<Blocks<Checkpoint>>("222122211111"));
// When the last block begins to go backward: the network's input, the values of three blocks, and three gradients; or
// the inputs of three blocks, the values of one, and three gradients.
static_assert(Training<Blocks<Sequential>>::plan.peak == (1 + 3 * 4 + 3) * 8 * 16 * 16);
static_assert(Training<Blocks<Checkpoint>>::plan.peak == (3 + 4 + 3) * 8 * 16 * 16);

// Of Checkpoints in each other the outermost counts.
using Nested = Network<Input<6>, Checkpoint<Linear<5>, Tanh, Checkpoint<Linear<5>, Tanh>, Linear<5>, Tanh>, Linear<2>>;
static_assert(runs_forward<Nested>("2211"));
// Values that others read are kept: Softmax writes into the output of the Concat, the first Linear is copied there.
using Joined =
    Network<Input<6>, Concat<Branch<Checkpoint<Linear<5>, Tanh>>, Branch<Checkpoint<Linear<5>, Tanh, Softmax>>>,
            Linear<30>, GELU, Linear<2>>;
static_assert(runs_forward<Joined>("1211111"));

// What does not raise the peak is kept: the few numbers here do not count beside the hundreds before.
using Wide =
    Network<Input<10>, Linear<100>, GELU, Linear<10>, Checkpoint<Linear<20>, GELU, Linear<20>, GELU>, Linear<10>>;
static_assert(runs_forward<Wide>("11111111"));
static_assert(Training<Wide>::plan.peak == Training<Wide>::kept_peak);

}  // namespace
