#include <tenet/backend/cpu/convolution.hpp>
#include <tenet/backend/cpu/facts.hpp>
#include <tenet/core/bytes.hpp>
#include <tenet/layers/convolution.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/elementwise.hpp>
#include <tenet/layers/flatten.hpp>
#include <tenet/layers/frozen.hpp>
#include <tenet/layers/linear.hpp>
#include <tenet/layers/pool.hpp>
#include <tenet/math/relu.hpp>

using namespace tenet;

namespace {

static_assert(1_KiB == 1024 && 3_MiB == 3 * 1024 * 1024 && 1_GiB == 1024 * 1_MiB);

struct Rectifier : Elementwise<math::ReLU> {};

using MLP = Network<Input<784>, Linear<256>, Rectifier, Linear<10>>;

static_assert(MLP::input_shape == Shape{784} && MLP::output_shape == Shape{10} && MLP::layer_count == 3);
static_assert(MLP::parameter_count == 784 * 256 + 256 + 256 * 10 + 10);
static_assert(MLP::forward_flops() == 2 * (784 * 256 + 256 * 10) + 256);
static_assert(MLP::backward_flops() == 4 * (784 * 256 + 256 * 10) + 2 * 256);
static_assert(MLP::parameters[2].spec.shape == Shape{10, 256} && MLP::parameter_name(2) == "2.weight");

// One sample: hidden values, and input or outputs beside them. A group of lanes takes as many times that.
static_assert(MLP::inference_memory(1) == 4 * (784 + 256));
static_assert(MLP::inference_memory(16) == 16 * MLP::inference_memory(1));
static_assert(MLP::inference_memory(16) == MLP::inference_memory(100'000));
static_assert(MLP::inference_memory(2) < MLP::inference_memory(3) && MLP::inference_memory(3) < MLP::inference_memory(5));

// Inputs and output gradients of both layers are kept for the batch; padding between them is small.
constexpr std::int64_t kept_by_sample = 4 * (784 + 256 + 256 + 10);
static_assert(MLP::training_memory(512) - MLP::training_memory(256) >= 256 * kept_by_sample);
static_assert(MLP::training_memory(512) - MLP::training_memory(256) <= 256 * kept_by_sample * 105 / 100);
static_assert(MLP::training_memory(241) == MLP::training_memory(256));
static_assert(MLP::training_memory(256) > MLP::parameters.storage * 4 + 256 * kept_by_sample);
static_assert(MLP::training_memory(256) < 3_MiB);

// A frozen layer needs no gradients kept.
using HalfFrozen = Network<Input<784>, Frozen<Linear<256>>, Rectifier, Linear<10>>;
static_assert(HalfFrozen::training_memory(256) < MLP::training_memory(256) - 256 * 4 * 784);

// Dropout is nothing at inference.
using WithDropout = Network<Input<784>, Linear<256>, Rectifier, Dropout<0.5f>, Linear<10>>;
static_assert(WithDropout::inference_memory(1) == MLP::inference_memory(1));

using LeNet = Network<Input<1, 28, 28>, Conv2d<6, Kernel<5>, Padding<2>>, Rectifier, AvgPool2d<2>, Conv2d<16, Kernel<5>>,
                      Rectifier, AvgPool2d<2>, Flatten, Linear<120>, Rectifier, Linear<84>, Rectifier, Linear<10>>;
static_assert(LeNet::output_shape == Shape{10} && LeNet::parameter_count == 61'706);
static_assert(LeNet::inference_memory(1) < 48_KiB && LeNet::inference_memory(1000) < 512_KiB);
static_assert(LeNet::training_memory(256) < 4_MiB);

}  // namespace
