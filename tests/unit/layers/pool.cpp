#define BOOST_TEST_MODULE pool
#include <tenet/backend/cpu/window.hpp>
#include <tenet/backend/device/window.hpp>
#include <tenet/network.hpp>

#include <support/any_network.hpp>
#include <support/boost_test.hpp>
#include <support/close.hpp>

using namespace tenet;
using namespace tenet::testing;

namespace {

/// Outputs for one sample and for many, and the gradient by the inputs where that by every output is 1.
template <class Net>
void check_pool(const std::string& what, const Numbers& input, const Numbers& output, const Numbers& gradient) {
    const auto network = any_network<Net>();
    Numbers inputs, outputs, gradients;
    for (int n = 0; n < 20; ++n) {
        inputs.insert(inputs.end(), input.begin(), input.end());
        outputs.insert(outputs.end(), output.begin(), output.end());
        gradients.insert(gradients.end(), gradient.begin(), gradient.end());
    }
    for (const int lanes : all_ways()) BOOST_TEST_CONTEXT(what << ", " << lanes << " lanes") {
            check_close("one by one", network->outputs(lanes, inputs, 1), outputs, 1e-6);
            check_close("together", network->outputs(lanes, inputs, 20), outputs, 1e-6);
            check_close("gradient", network->pass(lanes, inputs, Numbers(outputs.size(), 1.0f)).input_gradient,
                        gradients, 1e-6);
        }
}

}  // namespace

// 44100 x 60000 is more than an int.
BOOST_AUTO_TEST_CASE(the_product_of_an_adaptive_window_s_extents_may_be_large) {
    constexpr int in = 60'000, out = 44'100;
    using Op = operations::Window<operations::Pooling::average>;
    constexpr Op op = AdaptiveAvgPool1d<out>::operation(Shape{1, in});
    for (const int o : {0, 1, 35'791, 35'792, out - 1}) {
        const std::int64_t begin = std::int64_t{o} * in / out, end = ((o + 1LL) * in + out - 1) / out;
        const cpu::detail::WindowSpan span = cpu::detail::window_span(op, 2, o);
        const device::detail::WindowSpan there = device::detail::WindowSpan::of(op, 2, o);
        BOOST_TEST((span.begin == begin && span.end == end && there.begin == begin && there.end == end),
                   "output " << o);
    }
    Numbers x(in);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i);
    const auto network = any_network<Network<Input<1, in>, AdaptiveAvgPool1d<out>>>();
    for (const int lanes : all_ways()) {
        const Numbers y = network->outputs(lanes, x, 1);
        BOOST_TEST(y.back() == in - 1.5f);
        const auto gradient = network->pass(lanes, x, Numbers(static_cast<std::size_t>(out), 1.0f)).input_gradient;
        double sum = 0;
        for (const float g : gradient) sum += static_cast<double>(g);
        BOOST_TEST(sum == out, boost::test_tools::tolerance(1e-5));
    }
}

// PyTorch 2.15 gives these numbers.
BOOST_AUTO_TEST_CASE(with_ceil_mode_a_window_may_be_larger_than_the_input) {
    check_pool<Network<Input<1, 2>, MaxPool1d<3, Stride<2>, CeilMode>>>("maximum", {1, 2}, {2}, {0, 1});
    check_pool<Network<Input<1, 2>, AvgPool1d<3, Stride<2>, CeilMode>>>("average", {1, 2}, {1.5f}, {0.5f, 0.5f});
    check_pool<Network<Input<1, 2, 1>, MaxPool2d<0, Kernel<3, 2>, CeilMode>>>("maximum in 2d", {3, 2}, {3}, {1, 0});
    check_pool<Network<Input<1, 1>, AvgPool1d<3, Stride<3>, CeilMode>>>("one number", {4}, {4}, {1});
}

BOOST_AUTO_TEST_CASE(the_last_window_counts_what_lies_inside) {
    check_pool<Network<Input<1, 5>, AvgPool1d<2, CeilMode>>>("average", {1, 2, 3, 4, 5}, {1.5f, 3.5f, 5},
                                                             {0.5f, 0.5f, 0.5f, 0.5f, 1});
    check_pool<Network<Input<1, 5>, MaxPool1d<3, Stride<2>, Padding<1>>>>("maximum", {1, 5, 3, 4, 2}, {5, 5, 4},
                                                                          {0, 2, 0, 1, 0});
    check_pool<Network<Input<1, 4>, AvgPool1d<3, Stride<2>, Padding<1>>>>("padding counts", {3, 3, 6, 6}, {2, 5},
                                                                          {1.0f / 3, 2.0f / 3, 1.0f / 3, 1.0f / 3});
}

BOOST_AUTO_TEST_CASE(of_equal_numbers_the_first_one_gets_the_gradient) {
    check_pool<Network<Input<1, 4>, MaxPool1d<4>>>("maximum", {2, 7, 7, 7}, {7}, {0, 1, 0, 0});
    check_pool<Network<Input<2, 2, 2>, MaxPool2d<2>>>("below 0", {-3, -1, -1, -2, 0, 0, 0, 0}, {-1, 0},
                                                      {0, 1, 0, 0, 1, 0, 0, 0});
}
