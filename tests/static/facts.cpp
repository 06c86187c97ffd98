#include <tenet/backend/cpu/facts.hpp>
#include <tenet/core/bytes.hpp>
#include <tenet/layers/dropout.hpp>
#include <tenet/layers/elementwise.hpp>
#include <tenet/layers/frozen.hpp>
#include <tenet/layers/linear.hpp>
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

// Rows of a batch are kept at odd multiples of 16 floats: 784 = 49 * 16 stays, 256 = 16 * 16 grows.
constexpr std::int64_t kept_by_sample = 4 * (784 + 256 + 272 + 10);
static_assert(MLP::training_memory(512) - MLP::training_memory(256) == 256 * kept_by_sample);
static_assert(MLP::training_memory(241) == MLP::training_memory(256));
static_assert(MLP::training_memory(256) > MLP::parameters.storage * 4 + 256 * kept_by_sample);
static_assert(MLP::training_memory(256) < 3_MiB);

// A frozen layer needs no gradients kept.
using HalfFrozen = Network<Input<784>, Frozen<Linear<256>>, Rectifier, Linear<10>>;
static_assert(HalfFrozen::training_memory(256) < MLP::training_memory(256) - 256 * 4 * 784);

// Dropout is nothing at inference.
using WithDropout = Network<Input<784>, Linear<256>, Rectifier, Dropout<0.5f>, Linear<10>>;
static_assert(WithDropout::inference_memory(1) == MLP::inference_memory(1));

}  // namespace
