#include <tenet/models.hpp>

// Shapes and numbers of parameters as PyTorch has them for the same networks: tests/golden/d2l.py prints them.

using namespace tenet;
using namespace tenet::models;

namespace {

template <class Net>
constexpr bool is(const Shape& output, int tensors, std::int64_t numbers) {
    return Net::output_shape == output && Net::parameter_tensor_count == tensors && Net::parameter_count == numbers;
}

static_assert(is<LeNet<>>(Shape{10}, 10, 61'706) && is<LeNetReLU<>>(Shape{10}, 10, 61'706));
static_assert(is<LeNet<Input<3, 32, 32>, 7>>(Shape{7}, 10, 82'871));

static_assert(is<AlexNet<>>(Shape{10}, 16, 46'764'746));
static_assert(is<AlexNet<Input<3, 227, 227>, 1000>>(Shape{1000}, 16, 62'378'344));
static_assert(is<AlexNet<Input<1, 68, 68>, 10, 4>>(Shape{10}, 16, 1'361'594));
static_assert(well_formed<AlexNet<Input<1, 65, 65>>> && !well_formed<AlexNet<Input<1, 64, 64>>>);

}  // namespace
