#include <tenet/models.hpp>

// Shapes and numbers of parameters as PyTorch has them for the same networks: tests/golden/d2l.py prints them.

using namespace tenet;
using namespace tenet::models;

namespace {

template <class Net>
constexpr bool is(const Shape& output, int tensors, std::int64_t numbers) {
    return Net::output_shape == output && Net::parameter_tensor_count == tensors && Net::parameter_count == numbers;
}

template <class Net>
constexpr bool gives(int leaf, const Shape& output) {
    return Net::graph.nodes[leaf].out == output;
}

static_assert(is<LeNet<>>(Shape{10}, 10, 61'706) && is<LeNetReLU<>>(Shape{10}, 10, 61'706));
static_assert(is<LeNet<Input<3, 32, 32>, 7>>(Shape{7}, 10, 82'871));

static_assert(is<AlexNet<>>(Shape{10}, 16, 46'764'746));
static_assert(is<AlexNet<Input<3, 227, 227>, 1000>>(Shape{1000}, 16, 62'378'344));
static_assert(is<AlexNet<Input<1, 68, 68>, 10, 4>>(Shape{10}, 16, 1'361'594));
static_assert(gives<AlexNet<>>(0, Shape{96, 54, 54}) && gives<AlexNet<>>(2, Shape{96, 26, 26}));
static_assert(gives<AlexNet<>>(3, Shape{256, 26, 26}) && gives<AlexNet<>>(5, Shape{256, 12, 12}));
static_assert(gives<AlexNet<>>(12, Shape{256, 5, 5}) && gives<AlexNet<>>(13, Shape{6400}));
static_assert(well_formed<AlexNet<Input<1, 65, 65>>> && !well_formed<AlexNet<Input<1, 64, 64>>>);

static_assert(is<VGG11<>>(Shape{10}, 22, 128'806'154) && is<VGG13<>>(Shape{10}, 26, 128'990'666));
static_assert(is<VGG16<>>(Shape{10}, 32, 134'300'362) && is<VGG19<>>(Shape{10}, 38, 139'610'058));
using Large = Input<3, 224, 224>;
static_assert(is<VGG11<Large, 1000>>(Shape{1000}, 22, 132'863'336));
static_assert(is<VGG13<Large, 1000>>(Shape{1000}, 26, 133'047'848));
static_assert(is<VGG16<Large, 1000>>(Shape{1000}, 32, 138'357'544));
static_assert(is<VGG19<Large, 1000>>(Shape{1000}, 38, 143'667'240));
static_assert(is<VGG11<Input<1, 32, 32>, 10, 4>>(Shape{10}, 22, 1'768'778));
static_assert(is<VGG11<Input<1, 224, 224>, 10, 4, 0.5f, 4096>>(Shape{10}, 22, 43'093'322));
static_assert(well_formed<VGG11<Input<1, 32, 32>>> && !well_formed<VGG11<Input<1, 31, 31>>>);

static_assert(is<NiN<>>(Shape{10}, 24, 1'992'166));
static_assert(is<NiN<Input<3, 227, 227>, 1000>>(Shape{1000}, 24, 7'439'608));
static_assert(is<NiN<Input<1, 68, 68>, 10, 4>>(Shape{10}, 24, 133'798));
static_assert(well_formed<NiN<Input<1, 67, 67>>> && !well_formed<NiN<Input<1, 66, 66>>>);

static_assert(is<GoogLeNet<>>(Shape{10}, 116, 5'977'530));
static_assert(is<GoogLeNet<Large, 1000>>(Shape{1000}, 116, 6'998'552));
static_assert(is<GoogLeNet<Input<1, 32, 32>, 10, 16>>(Shape{10}, 116, 24'437));
static_assert(well_formed<GoogLeNet<Input<1, 1, 1>>> && !well_formed<GoogLeNet<Input<1, 32, 32>, 10, 17>>);

}  // namespace
